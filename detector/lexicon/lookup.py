"""Which wordings the comments of a block may hold: the index of anchors, asked in arrays.

What a word says of slots and wordings is laid out in rows of different lengths; whether the
slots beside a wording are filled is then one question for all comments at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.lexicon.anchors import AnchorIndex, Filled
from detector.lexicon.needs import MOST_BESIDE
from detector.remembered import Remembered
from detector.text import is_number

Ints = npt.NDArray[np.int64]
Comments = Sequence[Sequence[str]]

_MOST = 100_000
_ROOM = 1 << 16
_ALWAYS = 0
_NEVER = 1 << 30


class Lookup:
    """The wordings of an index, looked up for blocks of comments; safe between threads.

    `digits` tells how many digits each wording needs, or None if it is not looked for.
    """

    def __init__(self, index: AnchorIndex, digits: Iterable[int | None]) -> None:
        self._index = index
        self._digits = np.array([_NEVER if n is None else n for n in digits], np.int64)
        self._lock = threading.Lock()
        self._forget()

    def candidates(self, comments: Comments) -> list[list[int]]:
        """Return for each comment, given as its words, the wordings that may stand in it."""
        counts = np.fromiter(map(len, comments), np.int64, len(comments))
        owners = np.repeat(np.arange(len(comments)), counts)
        words = list(chain.from_iterable(comments))
        with self._lock:
            if len(self._said) > _MOST:
                self._forget()
            numbers = np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words))
            found = self._filled(numbers, owners, len(comments))
        enough = self._digits[found[1]] <= _digits_in(words, owners, len(comments))[found[0]]
        return self._by_comment(found[:, enough], len(comments))

    def _filled(self, numbers: Ints, owners: Ints, comments: int) -> Ints:
        """Return comments and wordings, in step, where all slots of the wording are filled."""
        of_word, slots = self._slots.of(numbers)
        filled = np.zeros((comments, 1 + len(self._asked)), np.bool_)
        filled[:, _ALWAYS] = True
        filled[owners[of_word], slots[:, 0]] = True
        of_word, rows = self._wordings.of(numbers)
        keyed = owners[of_word]
        met = filled[keyed, rows[:, 1]]
        for beside in range(2, 1 + MOST_BESIDE):
            met &= filled[keyed, rows[:, beside]]
        return np.stack([keyed[met], rows[met, 0]])

    def _by_comment(self, found: Ints, comments: int) -> list[list[int]]:
        """Return the wordings of each comment, each once."""
        once = np.unique(found[0] * len(self._digits) + found[1])
        ends = np.searchsorted(once, np.arange(1, comments + 1) * len(self._digits))
        wordings = (once % len(self._digits)).tolist()
        always = list(self._index.unanchored)
        starts = [0, *ends.tolist()]
        return [always + wordings[start:end] for start, end in pairwise(starts)]

    def _forget(self) -> None:
        self._numbers = Remembered(self._number_of)
        self._said: dict[int, tuple[int, Filled]] = {}
        self._asked: dict[int, int] = {}
        self._slots, self._wordings = _Rows(1), _Rows(1 + MOST_BESIDE)

    def _number_of(self, word: str) -> int:
        """Return the number of what `word` says; words that say the same have the same one."""
        said = self._index.filled_by(word)
        if id(said) not in self._said:
            self._said[id(said)] = len(self._said), said
            self._slots.add([[self._slot(slot)] for slot in said.slots])
            self._wordings.add(
                [number, *self._beside(slots)]
                for number, slots in zip(said.wordings, said.beside, strict=True)
            )
        return self._said[id(said)][0]

    def _slot(self, slot: int) -> int:
        return self._asked.setdefault(slot, _ALWAYS + 1 + len(self._asked))

    def _beside(self, slots: frozenset[int]) -> list[int]:
        known = [self._slot(slot) for slot in slots]
        return known + [_ALWAYS] * (MOST_BESIDE - len(known))


class _Rows:
    """Rows of numbers, some for each of the things that were added, by the order of these."""

    def __init__(self, width: int) -> None:
        self._values = np.zeros((_ROOM, width), np.int32)
        self._ends, self._length = np.zeros(_ROOM, np.int64), 0

    def add(self, rows: Iterable[Sequence[int]]) -> None:
        """Add the rows of the next thing."""
        new = list(rows)
        self._length += 1
        self._ends = _with_room(self._ends, self._length + 1)
        start = self._ends[self._length - 1]
        self._ends[self._length] = start + len(new)
        if new:
            self._values = _with_room(self._values, start + len(new))
            self._values[start : start + len(new)] = new

    def of(self, things: Ints) -> tuple[Ints, npt.NDArray[np.int32]]:
        """Return all rows of `things`, and before them the place in `things` of each."""
        starts = self._ends[things]
        counts = self._ends[things + 1] - starts
        owners = np.repeat(np.arange(len(things)), counts)
        before = np.cumsum(counts) - counts
        return owners, self._values[np.arange(len(owners)) + (starts - before)[owners]]


def _with_room(array: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """Return `array`, or twice as long a copy if it is shorter than `length`."""
    if length <= len(array):
        return array
    larger = np.zeros((2 * length, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def _digits_in(words: Sequence[str], owners: Ints, comments: int) -> Ints:
    digits = np.fromiter((len(w) if is_number(w) else 0 for w in words), np.int64, len(words))
    return np.bincount(owners, weights=digits, minlength=comments).astype(np.int64)
