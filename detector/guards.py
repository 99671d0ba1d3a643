"""Reasons inside a comment not to believe a cue: a homonym, a place, a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from detector.anchors import Presence, term_need
from detector.finding import Span
from detector.nearness import Row, words_of
from detector.needs import any_of
from detector.rules import Capitalised, Guard, Rule, Where
from detector.terms import boundaries, term_source
from detector.text import LETTERS, Text, fold

_WORD = re.compile(f"[{LETTERS}0-9]+")
_WORDLESS = (Where.RECORD, Where.ENTITY)
_BREAK = re.compile(r"[,;:/()!?+]|\. ")

Entities = Callable[[str, str], Sequence[Span]]
"""Given a text and a kind (`person` or `place`), returns the spans of the names in it."""

_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Scene:
    """A comment in which cues stand, and what guards ask for beside its text.

    `names` holds the folded words of the record's own names and town.
    """

    text: Text
    names: frozenset[str]
    entities: Entities


class Guards:
    """The guards of some rules, of which only those are looked at whose words a comment holds."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        terms: dict[tuple[str, ...], int] = {}
        self._numbers: dict[str, list[tuple[int, Guard]]] = {}
        for rule in rules:
            self._numbers[rule.id] = [
                (terms.setdefault(guard.terms, len(terms)), guard) for guard in rule.unless
            ]
        self._presence = Presence([any_of(map(term_need, one)) for one in terms])
        self._possible = lru_cache(maxsize=_REMEMBERED)(self._look)

    def speak_against(self, rule: Rule, cue: Span, scene: Scene) -> bool:
        """Whether a guard of `rule` speaks against its cue at folded span `cue`."""
        possible = self._possible(scene.text.folded)
        guards = [
            guard
            for number, guard in self._numbers[rule.id]
            if number in possible or guard.where in _WORDLESS
        ]
        return vetoed(guards, cue, scene)

    def _look(self, folded: str) -> frozenset[int]:
        return frozenset(self._presence.possible(folded))


def vetoed(guards: Sequence[Guard], cue: Span, scene: Scene) -> bool:
    """Whether one of `guards` speaks against the cue at folded span `cue`; names come last."""
    if any(_holds(guard, cue, scene) for guard in guards if guard.where is not Where.ENTITY):
        return True
    return any(_is_entity(guard, cue, scene) for guard in guards if guard.where is Where.ENTITY)


def name_words(values: Sequence[str]) -> frozenset[str]:
    """Return the folded words of a record's names, as `vetoed` wants them.

    >>> sorted(name_words(["Le Gay", "Anne-Marie"]))
    ['anne', 'gay', 'le', 'marie']
    """
    return frozenset(word for value in values for word in _WORD.findall(fold(value).folded))


def _holds(guard: Guard, cue: Span, scene: Scene) -> bool:
    text = scene.text
    if guard.where is Where.RECORD:
        return name_words([text.words(cue.start, cue.end)]) <= scene.names
    found = _occurrences(guard.terms, text.folded)
    if guard.where is Where.ANYWHERE:
        return bool(found)
    stretch = words_of(text.folded).around(cue, guard.within)
    return any(_stands(guard, text, cue, one.span) for one in found.within(stretch))


def _is_entity(guard: Guard, cue: Span, scene: Scene) -> bool:
    original = scene.text.span(cue.start, cue.end)
    if not scene.text.original[original.start].isupper():
        return False
    return any(
        span.overlaps(original)
        for kind in guard.terms
        for span in scene.entities(scene.text.original, kind)
    )


@dataclass(frozen=True, slots=True)
class _Occurrence:
    span: Span


@lru_cache(maxsize=256)
def _occurrences(terms: tuple[str, ...], folded: str) -> Row[_Occurrence]:
    """Return where a guard's terms stand; asked for each cue of a comment anew."""
    found = _expression(terms).finditer(folded)
    return Row([_Occurrence(Span(*match.span())) for match in found])


@lru_cache(maxsize=4096)
def _expression(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(boundaries("|".join(map(term_source, longest_first))))


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
