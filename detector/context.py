"""What the words around a cue say of it: about whom, denied, hearsay, past, in doubt.

One engine reads families of trigger words (patterns/context/*.yaml), in the manner
of NegEx and ConText: a trigger reaches the words after it (`preceding`), before it
(`following`) or the whole comment (`anywhere`), until a `stop` word, the end of its
segment or `within` words; `pseudo` triggers look like one and are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from detector.documents import read_document
from detector.finding import QUALIFIERS, Attributes, Span
from detector.resources import patterns_folder
from detector.taxonomy import Subject
from detector.terms import boundaries, term_source
from detector.text import LETTERS, Text

_WORD = re.compile(f"[{LETTERS}0-9]+")
_KEYS = {"preceding", "following", "inside", "anywhere", "pseudo", "stop", "breaks", "within"}
_BREAKS = ";/!|"


@dataclass(frozen=True)
class Family:
    """The triggers of one attribute, and how far they reach."""

    name: str
    preceding: tuple[str, ...]
    following: tuple[str, ...]
    inside: tuple[str, ...]
    anywhere: tuple[str, ...]
    pseudo: tuple[str, ...]
    stop: tuple[str, ...]
    breaks: str
    within: int

    def distance(self, text: Text, cue: Span) -> int | None:
        """Return how many words part the cue from its nearest trigger, or None without one."""
        distances = [
            *self._before(text, cue),
            *self._after(text, cue),
            *(0 for _ in self._within_cue(text, cue)),
            *(self.within for _ in self._occurrences(self._anywhere, text)),
        ]
        return min(distances, default=None)

    @cached_property
    def _preceding(self) -> re.Pattern[str] | None:
        return _any_of(self.preceding)

    @cached_property
    def _following(self) -> re.Pattern[str] | None:
        return _any_of(self.following)

    @cached_property
    def _inside(self) -> re.Pattern[str] | None:
        return _any_of(self.inside)

    @cached_property
    def _anywhere(self) -> re.Pattern[str] | None:
        return _any_of(self.anywhere)

    @cached_property
    def _pseudo(self) -> re.Pattern[str] | None:
        return _any_of(self.pseudo)

    @cached_property
    def _stop(self) -> re.Pattern[str] | None:
        return _any_of(self.stop)

    def _before(self, text: Text, cue: Span) -> Iterator[int]:
        for found in self._occurrences(self._preceding, text):
            if found.end <= cue.start and self._reaches(text.folded[found.end : cue.start]):
                yield _count(text.folded[found.end : cue.start])

    def _after(self, text: Text, cue: Span) -> Iterator[int]:
        for found in self._occurrences(self._following, text):
            if found.start >= cue.end and self._reaches(text.folded[cue.end : found.start]):
                yield _count(text.folded[cue.end : found.start])

    def _within_cue(self, text: Text, cue: Span) -> Iterator[Span]:
        return (found for found in self._occurrences(self._inside, text) if cue.contains(found))

    def _occurrences(self, expression: re.Pattern[str] | None, text: Text) -> Iterator[Span]:
        if expression is None:
            return
        pseudo = (
            [Span(*match.span()) for match in self._pseudo.finditer(text.folded)]
            if self._pseudo
            else []
        )
        for match in expression.finditer(text.folded):
            found = Span(*match.span())
            if not any(other.contains(found) for other in pseudo):
                yield found

    def _reaches(self, between: str) -> bool:
        if _count(between) > self.within or any(mark in between for mark in self.breaks):
            return False
        if re.search(r"[.?] | - ", between):
            return False
        return not (self._stop and self._stop.search(between))


def _count(words: str) -> int:
    return len(_WORD.findall(words))


def _any_of(terms: tuple[str, ...]) -> re.Pattern[str] | None:
    if not terms:
        return None
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile("|".join(map(_trigger_source, longest_first)))


def _trigger_source(term: str) -> str:
    """Return a trigger's expression; one without letters, as « ? », needs no word ends."""
    source = term_source(term)
    return boundaries(source) if any(map(str.isalpha, term)) else source


class Context:
    """All families, ready to judge cues; immutable, safe to share between threads."""

    def __init__(self, folder: Path | None = None) -> None:
        root = (folder or patterns_folder()) / "context"
        families = [_read_family(path) for path in sorted(root.glob("*.yaml"))]
        self._families = {family.name: family for family in families}

    def attributes(self, text: Text, cue: Span, implied: tuple[str, ...] = ()) -> Attributes:
        """Return what is said of the cue at folded span `cue`; what a rule implies prevails."""
        qualifiers = {name: name in implied or self._holds(name, text, cue) for name in QUALIFIERS}
        return Attributes(self._subject(text, cue, implied), **qualifiers)

    def _holds(self, name: str, text: Text, cue: Span) -> bool:
        family = self._families.get(name)
        return family is not None and family.distance(text, cue) is not None

    def _subject(self, text: Text, cue: Span, implied: tuple[str, ...]) -> Subject:
        """Return the subject that the rule implies, or the one whose trigger is nearest."""
        for subject in Subject:
            if subject in implied:
                return subject
        distances = {
            subject: family.distance(text, cue)
            for subject in Subject
            if (family := self._families.get(subject.value))
        }
        known = {subject: d for subject, d in distances.items() if d is not None}
        return min(known, key=lambda subject: known[subject], default=Subject.PATIENT)


def _read_family(path: Path) -> Family:
    name = f"patterns/context/{path.name}"
    fields = read_document(path, name).fields({"family"}, _KEYS)
    lists = {
        key: fields[key].texts() if key in fields else ()
        for key in ("preceding", "following", "inside", "anywhere", "pseudo", "stop")
    }
    within = fields["within"].number() if "within" in fields else 5
    breaks = fields["breaks"].text() if "breaks" in fields else _BREAKS
    return Family(name=fields["family"].text(), breaks=breaks, within=within, **lists)
