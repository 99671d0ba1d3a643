"""What the words around a cue say of it: about whom, denied, hearsay, past, in doubt.

One engine reads families of triggers (patterns/context/*.yaml), in the manner of NegEx and
ConText. A trigger reaches the words after it (`preceding` the cue), before it (`following`),
the cue that it touches (`inside`) or begins (`leading`), or the whole comment (`anywhere`); at
most `within` words away, never past a `stop` word, one of the marks in `breaks` or the end of a
sentence. What a `pseudo` term or pattern covers only looks like a trigger. Patterns are those of
the rule packs; `<name>` in them stands for any piece of the list `name` in words.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detector.documents import Entry, read_document
from detector.errors import Near
from detector.finding import QUALIFIERS, Attributes, Span
from detector.lexicon.alternation import Alternations, Alternative
from detector.nearness import Row, words_of
from detector.resources import patterns_folder
from detector.rules.terms import pattern_source, term_source
from detector.rules.word_lists import WordLists, read_pattern, read_word_lists
from detector.taxonomy import StrEnum, Subject
from detector.text import NO_LETTER_AFTER, NO_LETTER_BEFORE, Text

_START = f"(?:(?<![0-9]){NO_LETTER_BEFORE}|(?![0-9]){NO_LETTER_AFTER})"
_END = f"(?:(?![0-9]){NO_LETTER_AFTER}|(?<![0-9]){NO_LETTER_BEFORE})"
_SENTENCE_END = r"(?:^|[a-z0-9)]{2})[.?!…]+ | - "
_WITHIN, _BREAKS = 5, ";/!|"
_REMEMBERED = 8


class Side(StrEnum):
    """On which side a trigger stands, seen from the cue."""

    PRECEDING = "preceding"
    FOLLOWING = "following"
    INSIDE = "inside"
    LEADING = "leading"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True, eq=False)
class Trigger:
    """Words that carry an attribute, where they stand, how far they reach, what stops them."""

    where: frozenset[Side]
    words: Sequence[Alternative]
    barrier: re.Pattern[str]
    within: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A trigger seen in a folded text."""

    trigger: Trigger
    span: Span

    @property
    def anywhere(self) -> bool:
        """Whether it reaches the whole comment."""
        return Side.ANYWHERE in self.trigger.where

    def distance(self, folded: str, cue: Span) -> int | None:
        """Return how many words part the mark from the cue, or None where it does not reach."""
        if self.anywhere:
            return self.trigger.within
        between = self._between(cue)
        if between is None:
            return None
        words = words_of(folded).between(between.start, between.end)
        if words > self.trigger.within:
            return None
        blocked = self.trigger.barrier.search(folded[between.start : between.end])
        return None if blocked else words

    def _between(self, cue: Span) -> Span | None:
        where = self.trigger.where
        if self.span.overlaps(cue):
            leads = Side.LEADING in where and self.span.start <= cue.start
            return Span(cue.start, cue.start) if leads or Side.INSIDE in where else None
        if self.span.end <= cue.start:
            return Span(self.span.end, cue.start) if Side.PRECEDING in where else None
        return Span(cue.end, self.span.start) if Side.FOLLOWING in where else None


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """The triggers of one attribute, and what only looks like one."""

    name: str
    triggers: tuple[Trigger, ...]
    pseudo: Sequence[Alternative]


@dataclass(frozen=True, slots=True)
class _Marks:
    """All marks of a text, each with its family's name: those that reach everywhere, the others."""

    everywhere: tuple[_Named, ...]
    others: Row[_Named]


@dataclass(frozen=True, slots=True)
class _Named:
    family: str
    mark: Mark


class Context:
    """All families, ready to judge cues; immutable, safe to share between threads."""

    def __init__(self, folder: Path | None = None) -> None:
        self._families = _read_families((folder or patterns_folder()) / "context")
        self._triggers = [(n, one) for n, f in enumerate(self._families) for one in f.triggers]
        words = [trigger.words for _, trigger in self._triggers]
        pseudo = [family.pseudo for family in self._families]
        self._words = Alternations([*words, *pseudo], _bounded)
        self._reach = max((trigger.within for _, trigger in self._triggers), default=0)
        self._marks = lru_cache(maxsize=_REMEMBERED)(self._read)

    def attributes(self, text: Text, cue: Span, implied: tuple[str, ...] = ()) -> Attributes:
        """Return what is said of the cue at folded span `cue`; what a rule implies prevails."""
        near = self._distances(text.folded, cue)
        qualifiers = {name: name in implied or name in near for name in QUALIFIERS}
        return Attributes(_subject(near, implied), **qualifiers)

    def _distances(self, folded: str, cue: Span) -> dict[str, int]:
        """Return how far from the cue each family is that has a trigger reaching it."""
        near: dict[str, int] = {}
        marks = self._marks(folded)
        stretch = words_of(folded).around(cue, self._reach)
        for named in (*marks.everywhere, *marks.others.within(stretch)):
            distance = named.mark.distance(folded, cue)
            if distance is not None:
                near[named.family] = min(distance, near.get(named.family, distance))
        return near

    def _read(self, folded: str) -> _Marks:
        """Return the triggers seen in a folded text, without those that only look like one."""
        found = list(self._seen(folded))
        everywhere = tuple(named for named in found if named.mark.anywhere)
        others = [named for named in found if not named.mark.anywhere]
        return _Marks(everywhere, Row(others, [named.mark.span for named in others]))

    def _seen(self, folded: str) -> Iterator[_Named]:
        standing, triggers = self._words.standing(folded), len(self._triggers)
        for number in (one for one in standing.expressions if one < triggers):
            family, trigger = self._triggers[number]
            for span in standing.spans(number):
                apparent = standing.spans(triggers + family).within(span)
                if not any(other.contains(span) for other in apparent):
                    yield _Named(self._families[family].name, Mark(trigger, span))


def _subject(near: dict[str, int], implied: tuple[str, ...]) -> Subject:
    """Return the subject that the rule implies, or the nearest one, the patient without any."""
    for subject in Subject:
        if subject in implied:
            return subject
    known = [subject for subject in Subject if subject.value in near]
    return min(known, key=lambda subject: near[subject.value], default=Subject.PATIENT)


def _read_families(folder: Path) -> tuple[Family, ...]:
    paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    shared = paths.pop("words", None)
    words = read_word_lists(_document(shared)) if shared else {}
    return tuple(_read_family(_document(path), words) for path in paths.values())


def _document(path: Path) -> Entry:
    return read_document(path, f"patterns/context/{path.name}")


def _read_family(entry: Entry, words: WordLists) -> Family:
    fields = entry.fields({"family", "triggers"}, {"pseudo"})
    triggers = tuple(_read_trigger(item, words) for item in fields["triggers"].list())
    pseudo: Sequence[Alternative] = ()
    if listed := fields.get("pseudo"):
        pseudo = _alternatives(listed, listed.fields(set(), {"terms", "patterns"}), words)
    return Family(fields["family"].text(), triggers, pseudo)


def _read_trigger(entry: Entry, words: WordLists) -> Trigger:
    fields = entry.fields({"where"}, {"terms", "patterns", "within", "breaks", "stop"})
    where = frozenset(_side(fields["where"], name) for name in fields["where"].texts())
    within = fields["within"].number() if "within" in fields else _WITHIN
    breaks = fields["breaks"].text() if "breaks" in fields else _BREAKS
    stop = fields["stop"].texts() if "stop" in fields else ()
    stops = [_bounded("|".join(map(term_source, stop)))] if stop else []
    barrier = "|".join([_SENTENCE_END, *map(re.escape, breaks), *stops])
    return Trigger(where, _alternatives(entry, fields, words), re.compile(barrier), within)


def _side(entry: Entry, name: str) -> Side:
    known = [side.value for side in Side]
    if name not in known:
        raise entry.fault("pack.unknown_value", name=name, near=Near(name, known))
    return Side(name)


def _alternatives(entry: Entry, fields: dict[str, Entry], words: WordLists) -> list[Alternative]:
    """Return terms, the longest first, and patterns; raise PackError without any."""
    terms = fields["terms"].texts() if "terms" in fields else ()
    patterns = fields["patterns"].list() if "patterns" in fields else ()
    if not (terms or patterns):
        raise entry.fault("pack.missing_key", name="terms")
    longest_first = sorted(terms, key=len, reverse=True)
    sources = [pattern_source(read_pattern(pattern, words)) for pattern in patterns]
    return [*map(Alternative, longest_first), *(Alternative(s, is_term=False) for s in sources)]


def _bounded(source: str) -> str:
    """Return an expression that, where it begins or ends with a word, stands between word ends."""
    return f"{_START}(?:{source}){_END}"
