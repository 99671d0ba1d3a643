"""Expressions of many alternatives, of which only those are tried whose words a text holds.

An expression of a thousand alternatives takes long to compile, and tries them all at each place.
Those that cannot stand in a text can be left out: the matches are the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from detector.anchors import Presence
from detector.finding import Span
from detector.needs import Need

Alternative = tuple[str, Need]
"""The source of a regular expression, and what a text must hold for it to match."""

_COMPILED = 20_000
_REMEMBERED = 4


class Alternations:
    """Some expressions, each given by its alternatives in the order in which they are tried.

    `bound` makes one source of them all.
    """

    def __init__(
        self, expressions: Sequence[Sequence[Alternative]], bound: Callable[[Sequence[str]], str]
    ) -> None:
        self._bound = bound
        needs: dict[Alternative, list[tuple[int, int]]] = defaultdict(list)
        for number, alternatives in enumerate(expressions):
            for rank, alternative in enumerate(alternatives):
                needs[alternative].append((number, rank))
        self._sources = [source for source, _ in needs]
        self._owners = list(needs.values())
        self._presence = Presence([need for _, need in needs])
        self._compiled = lru_cache(maxsize=_COMPILED)(self._compile)
        self.possible = lru_cache(maxsize=_REMEMBERED)(self._possible)

    def _possible(self, folded: str) -> Mapping[int, tuple[str, ...]]:
        """Return the expressions that may match in a folded text, with their alternatives there."""
        ranked: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for place in self._presence.possible(folded):
            for number, rank in self._owners[place]:
                ranked[number].append((rank, self._sources[place]))
        return {
            number: tuple(source for _, source in sorted(found)) for number, found in ranked.items()
        }

    def spans(self, number: int, folded: str) -> list[Span]:
        """Return where one of the expressions matches in a folded text."""
        sources = self.possible(folded).get(number)
        if sources is None:
            return []
        return [Span(*match.span()) for match in self._compiled(sources).finditer(folded)]

    def _compile(self, sources: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile(self._bound(sources))
