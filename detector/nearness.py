"""How many words part two places of a text, and what stands near a place: found by bisection."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from detector.finding import Span
from detector.text import LETTERS

_WORD = re.compile(f"[{LETTERS}0-9]+")
_REMEMBERED = 4
_FEW = 8


_Thing = TypeVar("_Thing")


class Words:
    """Where the words of a folded text begin and end."""

    def __init__(self, folded: str) -> None:
        spans = [match.span() for match in _WORD.finditer(folded)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._length = len(folded)

    def between(self, start: int, end: int) -> int:
        """Return how many words or parts of words stand in `[start, end)`.

        >>> Words("pas de sida").between(3, 7)
        1
        """
        begun, done = bisect_left(self._starts, end), bisect_right(self._ends, start)
        return begun - done if start < end else 0

    def around(self, span: Span, within: int) -> Span:
        """Return the stretch outside of which all is more than `within` words from `span`."""
        before = bisect_right(self._ends, span.start) - within - 1
        after = bisect_left(self._starts, span.end) + within
        start = self._starts[before] if before >= 0 else 0
        end = self._ends[after] if after < len(self._ends) else self._length
        return Span(start, end)


@lru_cache(maxsize=_REMEMBERED)
def words_of(folded: str) -> Words:
    """Return the words of a folded text, remembered for as long as it is looked at."""
    return Words(folded)


class Apart:
    """Spans none of which overlap.

    >>> apart = Apart()
    >>> apart.takes(Span(3, 7)), apart.takes(Span(6, 9)), apart.takes(Span(7, 9))
    (True, False, True)
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def takes(self, span: Span) -> bool:
        """Take in `span` if it overlaps none; return whether it was taken."""
        place = bisect_left(self._starts, span.end)
        if place and self._ends[place - 1] > span.start:
            return False
        self._starts.insert(place, span.start)
        self._ends.insert(place, span.end)
        return True


class Row(Generic[_Thing]):
    """Things in the order in which their `spans` begin; of many those at a place are found fast."""

    def __init__(self, things: Sequence[_Thing], spans: Sequence[Span]) -> None:
        self._things = things
        self._starts: list[int] = []
        if len(things) > _FEW:
            order = sorted(range(len(things)), key=spans.__getitem__)
            self._things = [things[place] for place in order]
            self._starts = [spans[place].start for place in order]
            self._longest = max(span.end - span.start for span in spans)

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[_Thing]:
        return iter(self._things)

    def within(self, stretch: Span) -> Sequence[_Thing]:
        """Return at least those things that touch `stretch`."""
        if not self._starts:
            return self._things
        first = bisect_left(self._starts, stretch.start - self._longest)
        return self._things[first : bisect_right(self._starts, stretch.end)]
