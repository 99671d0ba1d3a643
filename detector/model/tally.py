"""Scores of many comments at once: what the classifier gives, as sums over arrays.

Words are numbered as they are met, and what is known of each is laid out in arrays; weights are
whole numbers, so that the sums are the same as those of `detector.model.classifier`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.model.classifier import (
    OUTPUTS,
    TABLE_STEP,
    VECTOR_STEP,
    beginning,
    content_of,
    is_token,
    length_divisor,
    masked,
    near,
    word_features,
)
from detector.model.weights import ArrayWeights

Ints = npt.NDArray[np.int64]

_MOST_WORDS = 150_000
_ROOM = 4_096


class Tally:
    """Scores blocks of comments; safe to share between threads."""

    def __init__(self, weights: ArrayWeights) -> None:
        self._weights = weights
        self._lock = threading.Lock()
        self._pairs = _Pairs(weights.features, "p:")
        self._beginnings = _Pairs(weights.features, "b:")
        self._near = _Pairs(weights.features, "q:")
        self._forget()

    def scores(self, comments: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
        """Return comments x OUTPUTS decision values, in natural-log odds.

        Comments are given as the words and numbers of the folded view; other signs count for
        nothing.
        """
        with self._lock:
            return self._scores(self._numbered(comments))

    def _scores(self, words: _Words) -> npt.NDArray[np.float64]:
        weights, known = self._weights, self._known
        vector = known.vector[words.numbers]
        worded = words.summed(known.steps[words.numbers])
        vectored = words.summed(weights.vectors[vector] * (vector >= 0)[:, None])
        content = words.chosen(known.content[words.numbers])
        for parts, pairs, among in (
            (known.whole, self._pairs, words),
            (known.begun, self._beginnings, content),
            (known.near, self._near, content),
        ):
            owners, rows = pairs.found(parts[among.numbers], among.owners)
            worded += _summed(weights.table[rows], owners, len(worded))
        with_vector = np.maximum(words.summed((vector >= 0)[:, None]), 1)
        divisor = np.array([[length_divisor(count)] for count in words.counts.tolist()], np.float64)
        base = np.array(weights.intercept)
        return base + worded * TABLE_STEP / divisor + vectored * VECTOR_STEP / with_vector

    def _numbered(self, comments: Sequence[Sequence[str]]) -> _Words:
        if len(self._numbers) > _MOST_WORDS:
            self._forget()
        counts = np.fromiter(map(len, comments), np.int64, len(comments))
        tokens = chain.from_iterable(comments)
        numbers = np.fromiter(map(self._numbers.__getitem__, tokens), np.int64, counts.sum())
        self._learn(self._numbers.taken())
        words = _Words(numbers, np.repeat(np.arange(len(comments)), counts), len(comments))
        return words.chosen(self._known.token[numbers])

    def _forget(self) -> None:
        self._numbers = _Numbers()
        self._known = _Known()

    def _learn(self, words: Sequence[str]) -> None:
        """Lay out what is known of `words`, which were numbered last."""
        weights, known = self._weights, self._known
        pairs, first = list(zip(words, map(weights.kin, words), strict=True)), known.length
        known.length += len(words)
        known.put(first, "steps", self._steps(pairs))
        known.put(first, "vector", [weights.rows.get(word, -1) for word in words])
        known.put(first, "whole", [self._pairs.part(word) for word in words])
        known.put(first, "begun", [self._beginnings.part(beginning(word)) for word in words])
        known.put(first, "near", [self._near.part(near(*pair)) for pair in pairs])
        known.put(first, "token", [is_token(word) for word in words])
        known.put(first, "content", [bool(content_of([word])) for word in words])

    def _steps(self, pairs: Sequence[tuple[str, int | None]]) -> Ints:
        """Return the sums over the features of words, each given with its kin."""
        known = self._weights.features
        found = [[known[f] for f in word_features(*pair) if f in known] for pair in pairs]
        owners = np.repeat(np.arange(len(pairs)), list(map(len, found)))
        rows = np.fromiter(chain.from_iterable(found), np.int64, len(owners))
        return _summed(self._weights.table[rows], owners, len(pairs))


class _Known:
    """What is known of words, by their numbers, in arrays that grow."""

    def __init__(self) -> None:
        self.length = 0
        self.steps = np.zeros((_ROOM, len(OUTPUTS)), np.int32)
        self.vector, self.whole, self.begun, self.near = np.zeros((4, _ROOM), np.int64)
        self.token, self.content = np.zeros((2, _ROOM), np.bool_)

    def put(self, first: int, name: str, values: Any) -> None:
        """Put `values` into an array from `first` on."""
        array = getattr(self, name)
        if self.length > len(array):
            larger = np.zeros((2 * self.length, *array.shape[1:]), array.dtype)
            larger[: len(array)] = array
            setattr(self, name, larger)
            array = larger
        array[first : self.length] = values


class _Numbers(dict[str, int]):
    """Numbers of words, a new one for each that is asked for first; all numerals are one word."""

    def __init__(self) -> None:
        super().__init__()
        self._new: list[str] = []

    def __missing__(self, token: str) -> int:
        word = masked(token)
        if word not in self:
            self[word] = len(self)
            self._new.append(word)
        return self[word]

    def taken(self) -> list[str]:
        """Return the words numbered since the last call, in order."""
        new, self._new = self._new, []
        return new


class _Words:
    """Words of many comments in one row, as numbers, each with the comment that owns it."""

    def __init__(self, numbers: Ints, owners: Ints, comments: int) -> None:
        self.numbers, self.owners, self._comments = numbers, owners, comments

    @property
    def counts(self) -> Ints:
        """How many words each comment has."""
        return np.bincount(self.owners, minlength=self._comments)

    def chosen(self, wanted: npt.NDArray[np.bool_]) -> _Words:
        """Return some of the words."""
        return _Words(self.numbers[wanted], self.owners[wanted], self._comments)

    def summed(self, values: npt.NDArray[Any]) -> Ints:
        """Return for each comment the sum of what its words have in `values`."""
        return _summed(values, self.owners, self._comments)


class _Pairs:
    """The features of pairs of parts, whose names begin with `prefix`."""

    def __init__(self, features: Mapping[str, int], prefix: str) -> None:
        names = {
            tuple(name[2:].split(" ")): row
            for name, row in features.items()
            if name.startswith(prefix)
        }
        parts = dict.fromkeys(part for pair in names for part in pair)
        self._parts = {part: number for number, part in enumerate(parts)}
        keys = [self._key(*map(self.part, pair)) for pair in names]
        order = np.argsort(np.array(keys, np.int64))
        self._keys = np.array(keys, np.int64)[order]
        self._rows = np.array(list(names.values()), np.int64)[order]

    def part(self, part: str) -> int:
        """Return the number of a part, -1 if no feature has it."""
        return self._parts.get(part, -1)

    def _key(self, left: Any, right: Any) -> Any:
        return left * len(self._parts) + right

    def found(self, parts: Ints, owners: Ints) -> tuple[Ints, Ints]:
        """Return the rows of the features of neighbours in `parts`, each with its owner."""
        left, right = parts[:-1], parts[1:]
        may = np.flatnonzero((left >= 0) & (right >= 0) & (owners[:-1] == owners[1:]))
        keys = self._key(left[may], right[may])
        spots = np.searchsorted(self._keys, keys)
        hit = np.flatnonzero(self._keys.take(spots, mode="clip") == keys)
        return owners[may[hit]], self._rows[spots[hit]]


def _summed(values: npt.NDArray[Any], owners: Ints, count: int) -> Ints:
    """Return the sums of the rows of `values` by their owner; owners stand in order."""
    sums = np.zeros((len(values) + 1, values.shape[1]), np.int64)
    np.cumsum(values, axis=0, out=sums[1:])
    ends = np.searchsorted(owners, np.arange(count + 1))
    found: Ints = sums[ends[1:]] - sums[ends[:-1]]
    return found
