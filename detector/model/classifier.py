"""A linear model over words, for what no rule names and for what weak rules leave open.

Every feature belongs to one word or one pair of words, so a comment's score is a
sum of contributions that can be cached by word. Weights are whole
numbers times a scale: sums do not depend on order. Words of one kin (their vectors are near)
share features, so that what is learned of one holds for the others. Trained by
`detector.workshop.estimator` with scikit-learn, run here without it.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from detector.errors import ModelError, Place
from detector.finding import Span
from detector.taxonomy import Category
from detector.text import LETTERS, NUMBER, Text, is_number

FLAGGED = "flagged"
OUTPUTS = (FLAGGED, *(category.value for category in Category))
"""What the model answers, in the order of its columns: flagged at all, then each category."""

TABLE_STEP, VECTOR_STEP = 2.0**-6, 2.0**-12
"""What one unit of a stored weight is worth, in natural-log odds."""

_TOKEN = re.compile(f"[{LETTERS}]+|[0-9]+|[?!+]")
_NGRAMS = (2, 5)
_CACHED_WORDS = 200_000
_LONGEST = 40
PASSAGE = 60
"""How many words are read together: of a longer comment the mean counts, not the sum."""

FORMAT = 4
"""The version of the stored form."""
_BEGINNING = 5
_FUNCTION_WORDS = {
    "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "a", "au", "aux", "en", "et",
    "est", "son", "sa", "ses", "s", "ce", "cette", "c", "que", "qui", "qu", "pour", "par", "sur",
    "dans", "avec", "il", "elle", "on", "ne", "n", "se", "y", "ou", "mais", "je", "j", "m", "me",
}  # fmt: skip
"""Passed over where content words are paired: « mère est voilée » pairs « mère », « voilée »."""

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
    return [masked(word) for word in _TOKEN.findall(text.folded)]


def is_token(word: str) -> bool:
    """Whether `word` is a word, number or telling mark."""
    return _TOKEN.fullmatch(word) is not None


def masked(word: str) -> str:
    """Return `word`, or the one word that all numbers are to the classifier."""
    return NUMBER if is_number(word) else word


Kin = Callable[[str], "int | None"]
"""Says to which group of words with near vectors a word belongs, if to any."""


def content_of(words: Sequence[str]) -> list[str]:
    """Return the words without function words.

    >>> content_of(["la", "mere", "est", "voilee"])
    ['mere', 'voilee']
    """
    return [word for word in words if word not in _FUNCTION_WORDS]


def word_features(word: str, kin: int | None) -> Iterator[str]:
    """Yield the features of one word: itself, its kin, its character n-grams within word ends."""
    yield f"w:{word}"
    if kin is not None:
        yield f"k:{kin}"
    padded = f" {word[:_LONGEST]} "
    for size in range(_NGRAMS[0], _NGRAMS[1] + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


def pair_feature(left: str, right: str) -> str:
    """Return the feature of two neighbouring words."""
    return f"p:{left} {right}"


def content_features(left: str, right: str, kin: Kin) -> list[str]:
    """Return the features of two neighbouring content words: how they begin, and their kin."""
    groups = f"{near(left, kin(left))} {near(right, kin(right))}"
    return [f"b:{beginning(left)} {beginning(right)}", f"q:{groups}"]


def beginning(word: str) -> str:
    """Return how a word begins, as pairs of content words tell it."""
    return word[:_BEGINNING]


def near(word: str, kin: int | None) -> str:
    """Return what stands for a word and all words of its kin."""
    return beginning(word) if kin is None else str(kin)


def text_features(words: Sequence[str], kin: Kin) -> Iterator[str]:
    """Yield the features of all words and pairs of a comment."""
    for word in words:
        yield from word_features(word, kin(word))
    for left, right in itertools.pairwise(words):
        yield pair_feature(left, right)
    for left, right in itertools.pairwise(content_of(words)):
        yield from content_features(left, right, kin)


def length_divisor(count: int) -> float:
    """Return what the sum over `count` words is divided by, so that long comments do not outweigh.

    It grows with the root of their number, beyond a PASSAGE with the number itself.
    """
    words = max(count, 1)
    return words / math.sqrt(min(words, PASSAGE))


class WordWeights(Protocol):
    """What training left for words: whole numbers of steps, one for each of OUTPUTS."""

    @property
    def intercept(self) -> Sequence[float]:
        """What every comment scores to begin with, in natural-log odds."""
        ...

    def steps(self, features: Sequence[str]) -> Sequence[int] | None:
        """Return the sum over the features that are known, or None if none is."""
        ...

    def vector(self, word: str) -> Sequence[int] | None:
        """Return what the vector of `word` contributes, or None if it has none."""
        ...

    def kin(self, word: str) -> int | None:
        """Return the kin of `word`, or None."""
        ...


class Classifier:
    """Scores comments; immutable but for its cache of words, safe to share between threads.

    `outputs` names the answers wanted; a comment's scores stand in the same order.
    """

    def __init__(
        self, weights: WordWeights, manifest: dict[str, Any], outputs: Sequence[str] = OUTPUTS
    ) -> None:
        self._weights = weights
        self.manifest = manifest
        self.outputs = tuple(outputs)
        self._columns = [OUTPUTS.index(output) for output in outputs]
        self._intercept = [weights.intercept[column] for column in self._columns]
        self._nothing = (0,) * len(self._columns)
        self._empty = (0, *self._nothing, *self._nothing)
        self._word = lru_cache(maxsize=_CACHED_WORDS)(self._word_row)
        self._pair = lru_cache(maxsize=_CACHED_WORDS)(self._pair_row)
        self._content = lru_cache(maxsize=_CACHED_WORDS)(self._content_row)

    def narrowed(self, outputs: Sequence[str]) -> Classifier:
        """Return a classifier that gives the same scores for some of the outputs only."""
        return Classifier(self._weights, self.manifest, outputs)

    def scores(self, text: Text) -> Scores:
        """Return one decision value for each output, in natural-log odds."""
        words = words_of(text)
        rows = [self._word(word) for word in words]
        rows += [row for pair in itertools.pairwise(words) if (row := self._pair(*pair))]
        content = itertools.pairwise(content_of(words))
        rows += [row for pair in content if (row := self._content(*pair))]
        totals = [sum(column) for column in zip(self._empty, *rows, strict=True)]
        width, known, divisor = len(self.outputs), totals[0] or 1, length_divisor(len(words))
        return tuple(
            base + worded * TABLE_STEP / divisor + vector * VECTOR_STEP / known
            for base, worded, vector in zip(
                self._intercept, totals[1 : width + 1], totals[width + 1 :], strict=True
            )
        )

    def _word_row(self, word: str) -> Row:
        """Return 1 if `word` has a vector, its steps for each output, then those of its vector."""
        features = list(word_features(word, self._weights.kin(word)))
        vector = self._weights.vector(word)
        steps = self._weights.steps(features)
        return (int(vector is not None), *self._chosen(steps), *self._chosen(vector))

    def _pair_row(self, left: str, right: str) -> Row | None:
        return self._row_of([pair_feature(left, right)])

    def _content_row(self, left: str, right: str) -> Row | None:
        return self._row_of(content_features(left, right, self._weights.kin))

    def _row_of(self, features: list[str]) -> Row | None:
        steps = self._weights.steps(features)
        return None if steps is None else (0, *self._chosen(steps), *self._nothing)

    def _chosen(self, row: Sequence[int] | None) -> Row:
        return self._nothing if row is None else tuple(row[column] for column in self._columns)


def probability(score: float) -> float:
    """Return the probability of a decision value.

    >>> probability(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-score))


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest beside the weights; raise ModelError."""
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
