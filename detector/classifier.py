"""A linear model over words, for what no rule names and for what weak rules leave open.

Every feature belongs to one word or one pair of neighbours, so a comment's score is a
sum of contributions that can be cached by word. Weights are whole
numbers times a scale: sums do not depend on order. Trained by `detector.workshop.train`
with scikit-learn, run here with NumPy alone. Read from npz without pickle.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from detector.errors import ModelError, Place
from detector.finding import Span
from detector.resources import models_folder
from detector.taxonomy import Category
from detector.text import LETTERS, Text

FLAGGED = "flagged"
OUTPUTS = (FLAGGED, *(category.value for category in Category))
"""What the model answers, in the order of its columns: flagged at all, then each category."""

TABLE_STEP, VECTOR_STEP = 2.0**-13, 2.0**-40
"""What one unit of a stored weight is worth, in natural-log odds."""

_TOKEN = re.compile(f"[{LETTERS}]+|[0-9]+|[?!+]")
_NGRAMS = (2, 5)
_CACHED_WORDS = 200_000
_LONGEST = 40
FORMAT = 1
"""The version of the stored form."""
_EVIDENCE_REACH = 3

Scores = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


def tokens(text: Text) -> list[Span]:
    """Return the spans of the words, numbers and telling marks of the folded view."""
    return [Span(*match.span()) for match in _TOKEN.finditer(text.folded)]


def words_of(text: Text) -> list[str]:
    """Return the same as strings, digits masked.

    >>> from detector.text import fold
    >>> words_of(fold("Sida depuis 1998 ?"))
    ['sida', 'depuis', '0', '?']
    """
    return ["0" if word[0].isdigit() else word for word in _TOKEN.findall(text.folded)]


def word_features(word: str) -> Iterator[str]:
    """Yield the features of one word: itself, and its character n-grams within word ends."""
    yield f"w:{word}"
    padded = f" {word[:_LONGEST]} "
    for size in range(_NGRAMS[0], _NGRAMS[1] + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


def pair_feature(left: str, right: str) -> str:
    """Return the feature of two neighbouring words."""
    return f"p:{left} {right}"


def text_features(words: Sequence[str]) -> Iterator[str]:
    """Yield the features of all words and pairs of a comment."""
    for word in words:
        yield from word_features(word)
    for left, right in itertools.pairwise(words):
        yield pair_feature(left, right)


def length_divisor(words: Sequence[str]) -> float:
    """Return what the sum over words is divided by, so that long comments do not outweigh."""
    return math.sqrt(max(len(words), 1))


def word_key(word: str) -> int:
    """Return the key under which a word's vector is stored."""
    return zlib.crc32(word.encode())


@dataclass(frozen=True)
class Weights:
    """What training leaves: whole-number weights by feature, and by word vector.

    `table` is features x outputs in units of TABLE_STEP; `vectors` is vector rows x outputs in
    natural-log odds; `keys` (sorted word keys) and `rows` tell which vector a word has.
    """

    features: dict[str, int]
    table: npt.NDArray[np.int32]
    intercept: Scores
    keys: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint16]
    vectors: Scores


class Classifier:
    """Scores comments; immutable but for its cache of words, safe to share between threads."""

    def __init__(self, weights: Weights, manifest: dict[str, Any]) -> None:
        self._weights = weights
        self.manifest = manifest
        self._steps = np.round(weights.vectors / VECTOR_STEP).astype(np.int64)
        self._zero = np.zeros(len(OUTPUTS), dtype=np.int64)
        self._word = lru_cache(maxsize=_CACHED_WORDS)(self._word_sum)
        self._vector = lru_cache(maxsize=_CACHED_WORDS)(self._vector_of)
        self._pair = lru_cache(maxsize=_CACHED_WORDS)(self._feature)

    def scores(self, text: Text) -> Scores:
        """Return one decision value for each of OUTPUTS, in natural-log odds."""
        words = words_of(text)
        total = self._zero.copy()
        for word in words:
            total += self._word(word)
        for left, right in itertools.pairwise(words):
            total += self._pair(pair_feature(left, right))
        worded = total * TABLE_STEP / length_divisor(words)
        scores: Scores = self._weights.intercept + worded + self._mean(words)
        return scores

    def evidence(self, text: Text, output: str) -> Span:
        """Return the folded span of the words that weigh most for `output`.

        It begins with the heaviest word and takes in neighbours that weigh for it too.
        """
        spans = tokens(text)
        if not spans:
            return Span(0, len(text.folded))
        column = OUTPUTS.index(output)
        weights = [int(self._word(word)[column]) for word in words_of(text)]
        first = last = max(range(len(spans)), key=weights.__getitem__)
        bar = weights[first] / 3
        while last + 1 < len(spans) and last - first < _EVIDENCE_REACH and weights[last + 1] > bar:
            last += 1
        while first > 0 and last - first < _EVIDENCE_REACH and weights[first - 1] > bar:
            first -= 1
        return Span(spans[first].start, spans[last].end)

    def _word_sum(self, word: str) -> Steps:
        rows = [
            row
            for feature in word_features(word)
            if (row := self._weights.features.get(feature)) is not None
        ]
        total: Steps = self._weights.table[rows].sum(axis=0, dtype=np.int64)
        return total

    def _feature(self, feature: str) -> Steps:
        row = self._weights.features.get(feature)
        return self._zero if row is None else self._weights.table[row].astype(np.int64)

    def _vector_of(self, word: str) -> Steps | None:
        key = word_key(word)
        place = int(np.searchsorted(self._weights.keys, key))
        if place == len(self._weights.keys) or self._weights.keys[place] != key:
            return None
        steps: Steps = self._steps[self._weights.rows[place]]
        return steps

    def _mean(self, words: Sequence[str]) -> Scores:
        """Return the mean contribution of the words that have a vector."""
        known = [vector for word in words if (vector := self._vector(word)) is not None]
        return sum(known, self._zero) / max(len(known), 1) * VECTOR_STEP

    def __getstate__(self) -> dict[str, Any]:
        return {"weights": self._weights, "manifest": self.manifest}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["weights"], state["manifest"])  # type: ignore[misc]


def probability(score: float) -> float:
    """Return the probability of a decision value.

    >>> probability(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-score))


def load_classifier(folder: Path | None = None) -> Classifier:
    """Return the classifier stored in `folder` (default: that of art9); raise ModelError."""
    root = folder or models_folder()
    manifest = _read_manifest(root / "manifest.json")
    try:
        with np.load(root / "weights.npz", allow_pickle=False) as arrays:
            return Classifier(_weights(arrays), manifest)
    except FileNotFoundError:
        raise ModelError("model.missing", Place("models/weights.npz")) from None
    except (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error) as error:
        problem = type(error).__name__
        raise ModelError("model.broken", Place("models/weights.npz"), problem=problem) from None


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError("model.missing", Place("models/manifest.json")) from None
    except (OSError, ValueError) as error:
        problem = type(error).__name__
        raise ModelError("model.broken", Place("models/manifest.json"), problem=problem) from None
    if manifest.get("format") != FORMAT or manifest.get("outputs") != list(OUTPUTS):
        raise ModelError("model.version", Place("models/manifest.json"))
    return manifest


def _weights(arrays: Any) -> Weights:
    names = arrays["features"].tobytes().decode().split("\n")
    return Weights(
        features={name: row for row, name in enumerate(names)},
        table=arrays["table"].astype(np.int32),
        intercept=arrays["intercept"],
        keys=arrays["keys"],
        rows=arrays["rows"],
        vectors=arrays["vectors"],
    )
