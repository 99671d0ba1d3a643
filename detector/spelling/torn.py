"""Reads words whose letters are apart as the known ones that were most likely meant.

They are spelled out (« s i d a », « S.I.D.A. ») or in pieces (« em prein te », « schizo-phrene »).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from detector.finding import Span
from detector.remembered import Remembered
from detector.spelling.vocabulary import COMMON, Vocabulary
from detector.text import LETTERS, WORD, Text

_LETTERS = re.compile(
    rf"(?<![{LETTERS}0-9])[{LETTERS}](?:(?:\.[{LETTERS}]){{2,}}\.?|(?:[ .-][{LETTERS}]){{2,}})"
    rf"(?![{LETTERS}])"
)
_LEAST_SINGLE = 3

_LONGER = (4, 3)
"""How many pieces there may be beside two."""
_PIECE_LETTERS, _WHOLE_LETTERS = 2, 5
"""How many letters a piece and what they make up have at least."""
_BETWEEN = (" ", "-")
_TEAR, _RARE, _STRANGE = 90, 105, 170
"""What each tear costs, in the steps of the vocabulary; what words cost at least that are rare, and
what those cost that nobody knows."""


class SpelledOut:
    """Reads single letters that make up a word; `meant` tells what an unknown word stands for."""

    def __init__(self, vocabulary: Vocabulary, meant: Callable[[str], str | None]) -> None:
        self._vocabulary, self._meant = vocabulary, meant

    def may_stand(self, folded: str, words: Sequence[str]) -> bool:
        """Whether a folded comment of `words` may hold such letters."""
        single = list(map(len, words)).count(1)
        return single >= _LEAST_SINGLE and _LETTERS.search(folded) is not None

    def readings(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of such letters, each with the word."""
        for match in _LETTERS.finditer(text.folded):
            letters = "".join(WORD.findall(match[0]))
            word = letters if self._vocabulary.costs([letters]) else self._meant(letters)
            if word is not None:
                yield Span(*match.span()), word


class InPieces:
    """Reads pieces, one of them rare, that cost more than the common word that they make up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._cost = Remembered(self._cost_of)

    def may_stand(self, folded: str, words: Sequence[str]) -> bool:
        """Whether a folded comment of `words` may hold such pieces."""
        return any(self._torn(words))

    def readings(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of such pieces, each with the word."""
        found = list(WORD.finditer(text.folded))
        for torn in self._torn([match[0] for match in found]):
            pieces = [match.span() for match in found[torn]]
            if _one_word(text, pieces):
                whole = "".join(match[0] for match in found[torn])
                yield Span(pieces[0][0], pieces[-1][1]), whole

    def _torn(self, words: Sequence[str]) -> Iterator[slice]:
        """Yield where neighbours among `words` are rather pieces of a common one.

        Of two one is rare, of more two are.
        """
        rare = [place for place, word in enumerate(words) if self._cost[word] > _RARE]
        runs = list(_around(rare, len(words)))
        wholes = ["".join(words[run]) for run in runs]
        known = self._vocabulary.costs(wholes) if runs else {}
        for run, whole in zip(runs, wholes, strict=True):
            if whole in known and self._are_pieces(words[run], known[whole]):
                yield run

    def _are_pieces(self, words: Sequence[str], cost: int) -> bool:
        """Whether the word that they make up is common, and costs less than they do."""
        letters = list(map(len, words))
        apart = sum(map(self._cost.__getitem__, words)) - _TEAR * (len(words) - 1)
        enough = sum(letters) >= _WHOLE_LETTERS and min(letters) >= _PIECE_LETTERS
        return enough and cost <= min(COMMON, apart)

    def _cost_of(self, word: str) -> int:
        """Return what a word costs as a piece of another; what has other signs never is one."""
        return self._vocabulary.costs([word]).get(word, _STRANGE) if word.isalpha() else 0


def _around(rare: Sequence[int], count: int) -> Iterator[slice]:
    """Yield the runs of words that take in two of the `rare` ones, or are two words with one.

    There are `count` words. Longer runs come first.

    >>> [(run.start, run.stop) for run in _around([0, 2], 3)]
    [(0, 3), (0, 2), (1, 3)]
    """
    for length in _LONGER:
        for one, other in itertools.pairwise(rare):
            first, last = max(other - length + 1, 0), min(one, count - length)
            yield from (slice(start, start + length) for start in range(first, last + 1))
    starts = dict.fromkeys(start for place in rare for start in (place - 1, place))
    yield from (slice(start, start + 2) for start in starts if 0 <= start < count - 1)


def _one_word(text: Text, pieces: Sequence[tuple[int, int]]) -> bool:
    """Whether the pieces of a text are written as those of one word are, and none as a name."""
    between = {text.folded[one[1] : other[0]] for one, other in itertools.pairwise(pieces)}
    in_capitals = {text.words(*span).isupper() for span in pieces}
    named = any(text.name_like(start) for start, _ in pieces)
    return between.issubset(_BETWEEN) and len(in_capitals) == 1 and not named
