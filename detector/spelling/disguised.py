"""Reads words some of whose letters are signs, as if to hide them: « s1da », « s*da », « sid@ ».

Each stands for a common word or for none.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from detector.finding import Span
from detector.remembered import Remembered
from detector.spelling.vocabulary import COMMON, Vocabulary
from detector.text import LETTERS, Text

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
