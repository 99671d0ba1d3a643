"""The French words that are known, each with what it costs to meet it, and those like another.

The words are those of the French model, the packs and the training comments; training writes
them beside the weights.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, takewhile
from typing import Protocol

from detector.spelling.sounds import sound_of

COST_STEP = 0.1
"""What one unit of a cost is worth: minus the natural logarithm of how often a word is met."""

COMMON = 135
"""What a word costs at most that others may be misspellings of."""

LEAST_CUT = 2
"""How many letters a word lacks at least that is cut short."""

_LEAST_LETTERS = 5


class Vocabulary(Protocol):
    """Words in the folded view, and their costs in steps of COST_STEP."""

    def costs(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return the costs of those of `words` that are known."""
        ...

    def alike(self, word: str) -> Sequence[str]:
        """Return common words that differ by about a letter from `word`, or sound as it does."""
        ...

    def begun(self, start: str) -> Mapping[str, int]:
        """Return the costs of the words that go on after `start` by LEAST_CUT letters or more."""
        ...


def alike_keys(word: str) -> Iterator[str]:
    """Yield the keys under which words meet that are alike: with a letter less, and by sound.

    >>> list(alike_keys("juive"))
    ['juive', 'uive', 'jive', 'juve', 'juie', 'juiv', '/juiv']
    """
    yield from dict.fromkeys(shortened(word))
    yield f"/{sound_of(word)}"


def shortened(word: str) -> Iterator[str]:
    """Yield a word itself, and with each single letter left out."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


class KnownWords:
    """A vocabulary in memory."""

    def __init__(self, costs: Mapping[str, int]) -> None:
        self._costs = costs

    def costs(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return the costs of those of `words` that are known."""
        return {word: self._costs[word] for word in words if word in self._costs}

    def expected(self, tokens: int) -> Mapping[str, int]:
        """Return how often words are met among so many, without those that hardly are.

        >>> KnownWords({"rdv": 30, "abaque": 160}).expected(1_000)
        {'rdv': 50}
        """
        counts = {word: tokens * math.exp(-cost * COST_STEP) for word, cost in self._costs.items()}
        return {word: round(count) for word, count in counts.items() if count >= 1}

    def alike(self, word: str) -> Sequence[str]:
        """Return common words that differ by about a letter from `word`, or sound as it does."""
        return sorted({found for key in alike_keys(word) for found in self.by_key.get(key, ())})

    def begun(self, start: str) -> Mapping[str, int]:
        """Return the costs of the words that go on after `start` by LEAST_CUT letters or more."""
        after = islice(self._sorted, bisect_left(self._sorted, start), None)
        begun = takewhile(lambda word: word.startswith(start), after)
        least = len(start) + LEAST_CUT
        return {word: self._costs[word] for word in begun if len(word) >= least}

    @cached_property
    def _sorted(self) -> Sequence[str]:
        return sorted(self._costs)

    @cached_property
    def by_key(self) -> Mapping[str, Sequence[str]]:
        """Common words by the keys under which they are found."""
        found: dict[str, list[str]] = defaultdict(list)
        for word, cost in self._costs.items():
            if cost <= COMMON and len(word) >= _LEAST_LETTERS:
                for key in alike_keys(word):
                    found[key].append(word)
        return found
