"""Cuts a text into pieces of words, as the language reader was taught to.

Of all ways to cut a word the likeliest counts: a unigram model (Kudo 2018), as in SentencePiece.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

BEGIN, END, UNKNOWN = 0, 1, 2
"""The numbers of the pieces that begin a text, end it, and stand for what no piece holds."""

WORD_START = "▁"
"""What stands before the first letter of a word."""

_LESS_LIKELY = 10.0
"""How much less likely, in natural-log odds, an unknown character is than any piece."""
_REMEMBERED = 50_000


class Pieces:
    """Knows pieces by their numbers; as safe to share between threads as its cache.

    `pieces` are given with their log probabilities `scores`; the first three are BEGIN, END and
    UNKNOWN.
    """

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self._known = {
            piece: (number, score)
            for number, (piece, score) in enumerate(zip(pieces, scores, strict=True))
            if number > UNKNOWN
        }
        self._longest = max(map(len, self._known), default=0)
        self._unlikely = min(scores, default=0.0) - _LESS_LIKELY
        self._word = lru_cache(maxsize=_REMEMBERED)(self._cut)

    def cut(self, text: str) -> list[int]:
        """Return the numbers of the pieces of `text`, between BEGIN and END.

        >>> known = ["<s>", "</s>", "<unk>", "▁mal", "▁", "ade", "▁ma"]
        >>> pieces = Pieces(known, [0, 0, 0, -3, -9, -4, -3])
        >>> pieces.cut("malade Ж")
        [0, 3, 5, 4, 2, 1]
        """
        words = unicodedata.normalize("NFKC", text).split()
        return [BEGIN, *(piece for word in words for piece in self._word(word)), END]

    def _cut(self, word: str) -> list[int]:
        """Return the likeliest pieces of one word (Viterbi)."""
        signs = WORD_START + word
        best = [(0.0, 0, UNKNOWN)] + [(float("-inf"), 0, UNKNOWN)] * len(signs)
        for start in range(len(signs)):
            so_far = best[start][0]
            for end in range(start + 1, min(start + self._longest, len(signs)) + 1):
                number, score = self._known.get(signs[start:end], (UNKNOWN, self._unlikely))
                if (end == start + 1 or number != UNKNOWN) and so_far + score > best[end][0]:
                    best[end] = so_far + score, start, number
        found, end = [], len(signs)
        while end:
            _, start, number = best[end]
            found.append(number)
            end = start
        return found[::-1]
