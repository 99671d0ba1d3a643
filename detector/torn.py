"""Reads words whose letters are apart or hidden as the known ones that were most likely meant.

They are spelled out (« s i d a », « S.I.D.A. »), in pieces (« em prein te », « vo-leur ») or
disguised (« s1da », « s*da », « sid@ »). What is in pieces or disguised stands for a common word or
for none.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence

from detector.finding import Span
from detector.remembered import Remembered
from detector.text import LETTERS, Text
from detector.vocabulary import COMMON, Vocabulary

_WORD = re.compile(f"[{LETTERS}]+")
_LETTERS = re.compile(
    rf"(?<![{LETTERS}0-9])[{LETTERS}](?:(?:[ .-][{LETTERS}]){{3,}}|(?:\.[{LETTERS}]){{2,}}\.?)"
    rf"(?![{LETTERS}])"
)
_LEAST_SINGLE = 3

_MOST_PIECES, _WHOLE_LETTERS = 3, 5
_BETWEEN = (" ", "-")
_IN_PIECES = 70
"""What each tear costs, in the steps of the vocabulary."""
_RARE, _STRANGE, _NO_WORD = 105, 170, 1_000
"""What words cost at least that are rare, and what those cost that nobody knows, and others."""

_STANDS_FOR = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "€": "e",
    "*": "abcdefghijklmnopqrstuvwxyz",
}  # fmt: skip
_SIGNS = re.escape("".join(_STANDS_FOR))
_AT_ENDS = "@$€"
"""Signs that stand for a letter also where a word begins or ends: digits and stars do not."""
_DISGUISED = re.compile(
    rf"(?<![{LETTERS}0-9@])"
    rf"(?:[{_AT_ENDS}]?[{LETTERS}]+(?:(?:[{_SIGNS}]{{1,2}}[{LETTERS}]+)+[{_AT_ENDS}]?|[{_AT_ENDS}])"
    rf"|[{_AT_ENDS}][{LETTERS}]+)"
    rf"(?![{LETTERS}0-9@])"
)
_MOST_READINGS = 1_000
_DISGUISED_LETTERS = range(4, 31)


class SpelledOut:
    """Reads single letters that make up a word; `meant` tells what an unknown word stands for."""

    def __init__(self, vocabulary: Vocabulary, meant: Callable[[str], str | None]) -> None:
        self._vocabulary, self._meant = vocabulary, meant

    def may_stand(self, folded: str, words: Sequence[str]) -> bool:
        """Whether a folded comment of `words` may hold such letters."""
        return list(map(len, words)).count(1) >= _LEAST_SINGLE

    def readings(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of such letters, each with the word."""
        for match in _LETTERS.finditer(text.folded):
            letters = "".join(_WORD.findall(match[0]))
            word = letters if self._vocabulary.costs([letters]) else self._meant(letters)
            if word is not None:
                yield Span(*match.span()), word


class InPieces:
    """Reads pieces that are rarer than the word that they make up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._cost = Remembered(self._cost_of)

    def may_stand(self, folded: str, words: Sequence[str]) -> bool:
        """Whether a folded comment of `words` may hold such pieces."""
        return any(self._pieces(words))

    def readings(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of such pieces, each with the word."""
        found = list(_WORD.finditer(text.folded))
        for first, last in self._pieces([match[0] for match in found]):
            pieces = found[first : last + 1]
            between = {text.folded[a.end() : b.start()] for a, b in itertools.pairwise(pieces)}
            named = any(text.name_like(one.start()) for one in pieces)
            if between.issubset(_BETWEEN) and not named:
                yield Span(pieces[0].start(), pieces[-1].end()), "".join(one[0] for one in pieces)

    def _pieces(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where the first and the last word stand that are rather pieces of a common one.

        Of two one is rare, of more two are.
        """
        rare = [place for place, word in enumerate(words) if _RARE < self._cost[word] <= _STRANGE]
        for one, other in itertools.pairwise(rare):
            for first in range(max(other - _MOST_PIECES + 1, 0), one + 1):
                if self._are_pieces(words[first : first + _MOST_PIECES]):
                    yield first, first + _MOST_PIECES - 1
        for place in rare:
            if place and self._are_pieces(words[place - 1 : place + 1]):
                yield place - 1, place
            if place + 1 < len(words) and self._are_pieces(words[place : place + 2]):
                yield place, place + 1

    def _are_pieces(self, words: Sequence[str]) -> bool:
        """Whether a common word of some letters costs less than `words`, its pieces, do."""
        whole = "".join(words)
        cost = self._cost[whole]
        return (
            cost <= COMMON
            and len(whole) >= _WHOLE_LETTERS
            and cost + _IN_PIECES * (len(words) - 1) < sum(map(self._cost.__getitem__, words))
        )

    def _cost_of(self, word: str) -> int:
        """Return what a word costs as a piece of another; what has other signs never is one."""
        return self._vocabulary.costs([word]).get(word, _STRANGE) if word.isalpha() else _NO_WORD


class Disguised:
    """Reads words some of whose letters are signs."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._bare = Remembered(self._undisguised)

    def may_stand(self, folded: str, words: Sequence[str]) -> bool:
        """Whether a folded comment of `words` may hold such a word."""
        return _DISGUISED.search(folded) is not None

    def readings(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of such words, each with the word."""
        for match in _DISGUISED.finditer(text.folded):
            code = not text.caseless and text.words(*match.span()).isupper()  # « lot V1OL »
            word = self._bare[match[0]]
            if word and not code:
                yield Span(*match.span()), word

    def _undisguised(self, written: str) -> str | None:
        """Return the common word that is most likely `written` with signs for letters, or None."""
        letters = [_STANDS_FOR.get(sign, sign) for sign in written]
        if len(letters) not in _DISGUISED_LETTERS or math.prod(map(len, letters)) > _MOST_READINGS:
            return None
        costs = self._vocabulary.costs(map("".join, itertools.product(*letters)))
        best = min(((cost, word) for word, cost in costs.items()), default=(COMMON + 1, None))
        return best[1] if best[0] <= COMMON else None
