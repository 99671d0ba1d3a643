"""A linear model over words, for what no rule names and for what weak rules leave open.

Every feature belongs to one word or one pair of neighbours, so a comment's score is a
sum of contributions that can be cached by word. Weights are whole
numbers times a scale: sums do not depend on order. Trained by `detector.workshop.train`
with scikit-learn, run here without it. Read from npz without pickle.
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

Scores = tuple[float, ...]
Row = tuple[int, ...]


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
    intercept: npt.NDArray[np.float64]
    keys: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint16]
    vectors: npt.NDArray[np.float64]


class Classifier:
    """Scores comments; immutable but for its cache of words, safe to share between threads.

    `outputs` names the answers wanted; a comment's scores stand in the same order.
    """

    def __init__(
        self, weights: Weights, manifest: dict[str, Any], outputs: Sequence[str] = OUTPUTS
    ) -> None:
        self._weights = weights
        self.manifest = manifest
        self.outputs = tuple(outputs)
        columns = [OUTPUTS.index(output) for output in outputs]
        self._table = np.ascontiguousarray(weights.table[:, columns])
        self._steps = np.round(weights.vectors[:, columns] / VECTOR_STEP).astype(np.int64)
        self._intercept = weights.intercept[columns].tolist()
        self._no_vector = (0,) * (len(columns) + 1)
        self._word = lru_cache(maxsize=_CACHED_WORDS)(self._word_row)
        self._pair = lru_cache(maxsize=_CACHED_WORDS)(self._pair_row)

    def narrowed(self, outputs: Sequence[str]) -> Classifier:
        """Return a classifier that gives the same scores for some of the outputs only."""
        return Classifier(self._weights, self.manifest, outputs)

    def scores(self, text: Text) -> Scores:
        """Return one decision value for each output, in natural-log odds."""
        words = words_of(text)
        rows = [self._word(word) for word in words]
        pairs = [row for pair in itertools.pairwise(words) if (row := self._pair(*pair))]
        totals = [sum(column) for column in zip(*rows, *pairs, strict=True)] or [0, *self._no_row]
        width, known, divisor = len(self.outputs), totals[0] or 1, length_divisor(words)
        return tuple(
            base + worded * TABLE_STEP / divisor + vector * VECTOR_STEP / known
            for base, worded, vector in zip(
                self._intercept, totals[1 : width + 1], totals[width + 1 :], strict=True
            )
        )

    def evidence(self, text: Text, output: str) -> Span:
        """Return the folded span of the words that weigh most for `output`.

        It begins with the heaviest word and takes in neighbours that weigh for it too.
        """
        spans = tokens(text)
        if not spans:
            return Span(0, len(text.folded))
        column = self.outputs.index(output) + 1
        weights = [self._word(word)[column] for word in words_of(text)]
        first = last = max(range(len(spans)), key=weights.__getitem__)
        bar = weights[first] / 3
        while last + 1 < len(spans) and last - first < _EVIDENCE_REACH and weights[last + 1] > bar:
            last += 1
        while first > 0 and last - first < _EVIDENCE_REACH and weights[first - 1] > bar:
            first -= 1
        return Span(spans[first].start, spans[last].end)

    @property
    def _no_row(self) -> Row:
        return (0,) * (2 * len(self.outputs))

    def _word_row(self, word: str) -> Row:
        """Return 1 if `word` has a vector, its steps for each output, then those of its vector."""
        features = self._weights.features
        places = [row for f in word_features(word) if (row := features.get(f)) is not None]
        steps = self._table[places].sum(axis=0, dtype=np.int64).tolist()
        return self._split(steps, self._vector_row(word))

    def _split(self, steps: Sequence[int], vector: Sequence[int]) -> Row:
        known, *contributions = vector
        return (known, *steps, *contributions)

    def _pair_row(self, left: str, right: str) -> Row | None:
        row = self._weights.features.get(pair_feature(left, right))
        if row is None:
            return None
        return self._split(self._table[row].tolist(), self._no_vector)

    def _vector_row(self, word: str) -> Sequence[int]:
        key = word_key(word)
        place = int(np.searchsorted(self._weights.keys, key))
        if place == len(self._weights.keys) or self._weights.keys[place] != key:
            return self._no_vector
        return (1, *self._steps[self._weights.rows[place]].tolist())

    def __getstate__(self) -> dict[str, Any]:
        return {"weights": self._weights, "manifest": self.manifest, "outputs": self.outputs}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


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
