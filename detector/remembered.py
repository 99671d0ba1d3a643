"""Answers that depend on one word, kept while there are not too many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_MOST = 150_000
_LONGEST_NUMBER = 4

_Answer = TypeVar("_Answer")


class Remembered(dict[str, _Answer]):
    """The answers of a function of words, by word; long numbers, which do not recur, are not kept.

    >>> Remembered(str.upper)["sida"]
    'SIDA'
    """

    def __init__(self, function: Callable[[str], _Answer]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, word: str) -> _Answer:
        answer = self._function(word)
        if len(word) > _LONGEST_NUMBER and word.isdecimal():
            return answer
        if len(self) >= _MOST:
            self.clear()
        self[word] = answer
        return answer
