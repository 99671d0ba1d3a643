"""Expressions of many alternatives, of which only those are tried whose words a text holds.

An expression of a thousand alternatives takes long to compile, and tries them all at each place.
Those that cannot stand in a text can be left out: the matches are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from detector.finding import Span
from detector.lexicon.indexing import Presence, term_need
from detector.lexicon.literals import pattern_need
from detector.lexicon.needs import Need
from detector.nearness import Row
from detector.rules.terms import term_source

_COMPILED = 20_000
_REMEMBERED = 4
_FEW = 50
"""For how many texts no index is made: it takes half a second."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A term of the packs, or a regular expression."""

    text: str
    is_term: bool = True

    @property
    def source(self) -> str:
        """What is searched with `re`."""
        return term_source(self.text) if self.is_term else self.text

    @property
    def need(self) -> Need:
        """What a text must hold for it to match."""
        return term_need(self.text) if self.is_term else pattern_need(self.text)


Tried = Callable[[int], Sequence["re.Pattern[str]"]]
"""Given the number of an expression, returns what of it is tried."""


class Standing:
    """What may stand in one text: `expressions` holds the numbers of those that may match."""

    def __init__(self, folded: str, expressions: frozenset[int], tried: Tried) -> None:
        self._folded, self._tried = folded, tried
        self.expressions = expressions
        self._spans: dict[int, Row[Span]] = {}

    def spans(self, number: int) -> Row[Span]:
        """Return where one of the expressions matches."""
        if number not in self._spans:
            found = list(matches(self._tried(number), self._folded))
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
        self._expressions, self._bound = expressions, bound
        self._asked = 0
        self._whole = lru_cache(maxsize=None)(self._compile_whole)
        self.standing = lru_cache(maxsize=_REMEMBERED)(self._standing)

    def _standing(self, folded: str) -> Standing:
        """Return what may stand in a folded text."""
        self._asked += 1
        if self._asked <= _FEW:
            return Standing(folded, frozenset(range(len(self._expressions))), self._whole)
        found = self._index.possible(folded)
        return Standing(folded, self._index.owners(found), lambda n: self._index.tried(n, found))

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._expressions, self._bound)

    def _compile_whole(self, number: int) -> list[re.Pattern[str]]:
        sources = [alternative.source for alternative in self._expressions[number]]
        return [re.compile(self._bound("|".join(sources)))] if sources else []


class _Index:
    """Leads from the words of a text to alternatives, and from these to expressions."""

    def __init__(
        self, expressions: Sequence[Sequence[Alternative]], bound: Callable[[str], str]
    ) -> None:
        self._bound = bound
        self._alternatives = list(dict.fromkeys(one for listed in expressions for one in listed))
        numbers = {one: number for number, one in enumerate(self._alternatives)}
        self._ranks = [{numbers[one]: rank for rank, one in enumerate(x)} for x in expressions]
        self._owners: list[set[int]] = [set() for _ in self._alternatives]
        for expression, ranks in enumerate(self._ranks):
            for one in ranks:
                self._owners[one].add(expression)
        self.possible = Presence([one.need for one in self._alternatives]).possible
        self._compiled = lru_cache(maxsize=_COMPILED)(self._compile)

    def owners(self, alternatives: Sequence[int]) -> frozenset[int]:
        """Return the expressions to which some alternatives belong."""
        return frozenset[int]().union(*[self._owners[one] for one in alternatives])

    def tried(self, number: int, alternatives: Sequence[int]) -> list[re.Pattern[str]]:
        """Return those of some alternatives that belong to one of the expressions, in its order."""
        ranks = self._ranks[number]
        order = sorted((one for one in alternatives if one in ranks), key=ranks.__getitem__)
        return [self._compiled(one) for one in order]

    def _compile(self, alternative: int) -> re.Pattern[str]:
        return re.compile(self._bound(self._alternatives[alternative].source))
