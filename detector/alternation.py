"""Expressions of many alternatives, of which only those are tried whose words a text holds.

An expression of a thousand alternatives takes long to compile, and tries them all at each place.
Those that cannot stand in a text can be left out: the matches are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from detector.anchors import Presence
from detector.finding import Span
from detector.nearness import Row
from detector.needs import Need

Alternative = tuple[str, Need]
"""The source of a regular expression, and what a text must hold for it to match."""

_COMPILED = 20_000
_REMEMBERED = 4


class Standing:
    """What may stand in one text: `expressions` holds the numbers of those that may match."""

    def __init__(self, owner: Alternations, folded: str, alternatives: Sequence[int]) -> None:
        self._owner, self._folded = owner, folded
        self._alternatives = alternatives
        self.expressions = frozenset[int]().union(*[owner.owners[one] for one in alternatives])
        self._spans: dict[int, Row[Span]] = {}

    def spans(self, number: int) -> Row[Span]:
        """Return where one of the expressions matches."""
        if number not in self._spans:
            tried = self._owner.tried(number, self._alternatives)
            found = list(matches(tried, self._folded))
            self._spans[number] = Row(found, found)
        return self._spans[number]


def matches(expressions: Sequence[re.Pattern[str]], text: str) -> Iterator[Span]:
    """Yield where one of `expressions` matches, as one expression of them all would.

    >>> list(matches([re.compile("ab"), re.compile("b|abc")], "b abc"))
    [Span(start=0, end=1), Span(start=2, end=4)]
    """
    place = 0
    while found := [match for one in expressions if (match := one.search(text, place))]:
        first = min(found, key=lambda match: match.start())
        yield Span(*first.span())
        place = max(first.end(), first.start() + 1)
        expressions = [match.re for match in found]


class Alternations:
    """Some expressions, each given by its alternatives in the order in which they are tried.

    `bound` says where a source may begin and end.
    """

    def __init__(
        self, expressions: Sequence[Sequence[Alternative]], bound: Callable[[str], str]
    ) -> None:
        self._bound = bound
        alternatives = dict.fromkeys(one for listed in expressions for one in listed)
        numbers = {one: number for number, one in enumerate(alternatives)}
        self._sources = [source for source, _ in alternatives]
        self._ranks = [{numbers[one]: rank for rank, one in enumerate(x)} for x in expressions]
        self.owners: list[set[int]] = [set() for _ in alternatives]
        for expression, ranks in enumerate(self._ranks):
            for one in ranks:
                self.owners[one].add(expression)
        self._presence = Presence([need for _, need in alternatives])
        self._compiled = lru_cache(maxsize=_COMPILED)(self._compile)
        self.standing = lru_cache(maxsize=_REMEMBERED)(self._standing)

    def _standing(self, folded: str) -> Standing:
        """Return what may stand in a folded text."""
        return Standing(self, folded, self._presence.possible(folded))

    def tried(self, number: int, alternatives: Sequence[int]) -> list[re.Pattern[str]]:
        """Return those of some alternatives that belong to one of the expressions, in its order."""
        ranks = self._ranks[number]
        order = sorted((one for one in alternatives if one in ranks), key=ranks.__getitem__)
        return [self._compiled(self._sources[one]) for one in order]

    def _compile(self, source: str) -> re.Pattern[str]:
        return re.compile(self._bound(source))
