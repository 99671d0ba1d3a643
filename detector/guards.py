"""Reasons inside a comment not to believe a cue: a homonym, a place, a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from detector.finding import Span
from detector.rules import Capitalised, Guard, Where
from detector.terms import boundaries, term_source
from detector.text import LETTERS, Text, fold

_WORD = re.compile(f"[{LETTERS}0-9]+")
_BREAK = re.compile(r"[,;:/()!?+]|\. ")

Entities = Callable[[str, str], Sequence[Span]]
"""Given a text and a kind (`person` or `place`), returns the spans of the names in it."""


def vetoed(
    guards: Sequence[Guard], text: Text, cue: Span, names: frozenset[str], entities: Entities
) -> bool:
    """Whether one of `guards` speaks against the cue at folded span `cue`.

    `names` holds the folded words of the record's own names and town.
    """
    return any(_holds(guard, text, cue, names, entities) for guard in guards)


def name_words(values: Sequence[str]) -> frozenset[str]:
    """Return the folded words of a record's names, as `vetoed` wants them.

    >>> sorted(name_words(["Le Gay", "Anne-Marie"]))
    ['anne', 'gay', 'le', 'marie']
    """
    return frozenset(word for value in values for word in _WORD.findall(fold(value).folded))


def _holds(guard: Guard, text: Text, cue: Span, names: frozenset[str], entities: Entities) -> bool:
    if guard.where is Where.RECORD:
        return name_words([text.words(cue.start, cue.end)]) <= names
    if guard.where is Where.ENTITY:
        return _is_entity(guard, text, cue, entities)
    places = _occurrences(guard.terms, text.folded)
    return any(_stands(guard, text, cue, found) for found in places)


def _is_entity(guard: Guard, text: Text, cue: Span, entities: Entities) -> bool:
    original = text.span(cue.start, cue.end)
    if not text.original[original.start].isupper():
        return False
    return any(
        span.overlaps(original) for kind in guard.terms for span in entities(text.original, kind)
    )


@lru_cache(maxsize=256)
def _occurrences(terms: tuple[str, ...], folded: str) -> tuple[Span, ...]:
    """Return where a guard's terms stand; asked for each cue of a comment anew."""
    return tuple(Span(*match.span()) for match in _expression(terms).finditer(folded))


@lru_cache(maxsize=4096)
def _expression(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(boundaries("|".join(map(term_source, longest_first))))


def _stands(guard: Guard, text: Text, cue: Span, found: Span) -> bool:
    """Whether a guard's words at `found` stand where the guard wants them."""
    if guard.where is Where.ANYWHERE:
        return True
    if guard.where is Where.PART_OF:
        return found.contains(cue)
    before = found.end <= cue.start and guard.where in (Where.BEFORE, Where.NEAR)
    after = found.start >= cue.end and guard.where in (Where.AFTER, Where.NEAR)
    if not (before or after):
        return False
    between = text.folded[found.end : cue.start] if before else text.folded[cue.end : found.start]
    distance = len(_WORD.findall(between))
    if distance > guard.within or _BREAK.search(between):
        return False
    return _case_fits(guard, text, cue, adjacent=distance == 0)


def _case_fits(guard: Guard, text: Text, cue: Span, *, adjacent: bool) -> bool:
    """Whether the cue begins with a capital where the guard asks for one."""
    if guard.capitalised is Capitalised.NO:
        return True
    if text.caseless:
        return adjacent and guard.capitalised is Capitalised.YES
    return text.words(cue.start, cue.end)[:1].isupper()
