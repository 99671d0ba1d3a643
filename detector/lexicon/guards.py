"""Reasons inside a comment not to believe a cue: a homonym, a place, a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from detector.finding import Span
from detector.lexicon.alternation import Alternations, Alternative, Standing
from detector.lexicon.lexicon import Cue
from detector.nearness import words_of
from detector.rules.rules import Capitalised, Guard, Rule, Where
from detector.rules.terms import boundaries
from detector.text import LETTERS, Text, fold

_WORD = re.compile(f"[{LETTERS}0-9]+")
_WORDLESS = (Where.RECORD, Where.ENTITY)
_BREAK = re.compile(r"[,;:/()!?+]|\. ")

Entities = Callable[[str], Mapping[str, Sequence[Span]]]
"""Given a text, returns the spans of the names in it by kind (`person`, `place`)."""


def no_entities(text: str) -> Mapping[str, Sequence[Span]]:
    """Return no names: what is known of them before a language model is asked."""
    return {}


@dataclass(frozen=True)
class Scene:
    """A comment in which cues stand, and what guards ask for beside its text.

    `names` holds the folded words of the record's own names and town.
    """

    text: Text
    names: frozenset[str]
    entities: Entities = no_entities

    @cached_property
    def entities_by_kind(self) -> Mapping[str, Sequence[Span]]:
        """The names in the text, looked for once, when the first guard asks."""
        return self.entities(self.text.original)


class Guards:
    """All guards, indexed by word: a guard costs nothing unless one of its words occurs."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        numbers: dict[tuple[str, ...], int] = {}
        self._worded: dict[str, list[tuple[int, Guard]]] = {}
        self._wordless: dict[str, list[Guard]] = {}
        for rule in rules:
            worded = [guard for guard in rule.unless if guard.where not in _WORDLESS]
            self._worded[rule.id] = [(numbers.setdefault(g.terms, len(numbers)), g) for g in worded]
            wordless = [guard for guard in rule.unless if guard.where in _WORDLESS]
            # Last what spaCy is asked for: it takes a hundred times as long.
            self._wordless[rule.id] = sorted(wordless, key=lambda g: g.where is Where.ENTITY)
        self._terms = Alternations([_alternatives(terms) for terms in numbers], boundaries)

    def standing(self, cues: Iterable[Cue], scene: Scene) -> list[Cue]:
        """Return the `cues` against which no guard speaks."""
        return [cue for cue in cues if not self.speak_against(cue.rule, cue.span, scene)]

    def speak_against(self, rule: Rule, cue: Span, scene: Scene) -> bool:
        """Whether a guard of `rule` speaks against its cue at folded span `cue`."""
        standing = self._terms.standing(scene.text.folded)
        for number, guard in self._worded[rule.id]:
            if number in standing.expressions and _holds(guard, cue, scene.text, standing, number):
                return True
        return any(_is_name_of(guard, cue, scene) for guard in self._wordless[rule.id])


def _holds(guard: Guard, cue: Span, text: Text, standing: Standing, number: int) -> bool:
    found = standing.spans(number)
    if guard.where is Where.ANYWHERE or not found:
        return bool(found)
    stretch = words_of(text.folded).around(cue, guard.within)
    return any(_stands(guard, text, cue, span) for span in found.within(stretch))


def _alternatives(terms: Sequence[str]) -> list[Alternative]:
    longest_first = sorted(terms, key=len, reverse=True)
    return [Alternative(term) for term in longest_first]


def name_words(values: Sequence[str]) -> frozenset[str]:
    """Return the folded words of a record's names, as guards want them.

    >>> sorted(name_words(["Le Gay", "Anne-Marie"]))
    ['anne', 'gay', 'le', 'marie']
    """
    return frozenset(word for value in values for word in _WORD.findall(fold(value).folded))


def _is_name_of(guard: Guard, cue: Span, scene: Scene) -> bool:
    """Whether the cue is made of the record's own names, or spaCy sees a name there."""
    if guard.where is Where.RECORD:
        return name_words([scene.text.words(cue.start, cue.end)]) <= scene.names
    original = scene.text.span(cue.start, cue.end)
    if not scene.text.original[original.start].isupper():
        return False
    return any(
        span.overlaps(original)
        for kind in guard.terms
        for span in scene.entities_by_kind.get(kind, ())
    )


def _stands(guard: Guard, text: Text, cue: Span, found: Span) -> bool:
    """Whether a guard's words at `found` stand where the guard wants them."""
    if guard.where is Where.PART_OF:
        return found.contains(cue)
    before = found.end <= cue.start and guard.where in (Where.BEFORE, Where.NEAR)
    after = found.start >= cue.end and guard.where in (Where.AFTER, Where.NEAR)
    if not (before or after):
        return False
    start, end = (found.end, cue.start) if before else (cue.end, found.start)
    distance = words_of(text.folded).between(start, end)
    if distance > guard.within or _BREAK.search(text.folded, start, end):
        return False
    return _case_fits(guard, text, cue, adjacent=distance == 0)


def _case_fits(guard: Guard, text: Text, cue: Span, *, adjacent: bool) -> bool:
    """Whether the cue begins with a capital where the guard asks for one."""
    if guard.capitalised is Capitalised.NO:
        return True
    if text.caseless:
        return adjacent and guard.capitalised is Capitalised.YES
    return text.words(cue.start, cue.end)[:1].isupper()
