"""What training feeds to scikit-learn: what `detector.model.classifier` sums at run time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.pipeline import FeatureUnion

from detector.model.classifier import length_divisor, text_features, words_of
from detector.recognizers import word_vectors
from detector.text import Text, fold

SEED = 9
"""What all dice of training begin with."""

_LEAST_SAMPLES = 4
_MOST_FREQUENT = 150_000
_WORD_SCALE, _VECTOR_SCALE = 1 / 20, 1.0
_KINS, _ROUNDS = 400, 6
_LENGTHS = (3, 5, 7, 9, 12, 15, 18, 22, 27, 33)
_HEAVIEST = 5.0

Sample = Sequence[str]
"""The words of a comment, as the classifier sees them."""


def samples(texts: Iterable[Text]) -> list[Sample]:
    """Return the words of many comments."""
    return [words_of(text) for text in texts]


class VectorTable:
    """The French model's word vectors, of length 1, by folded word (its most frequent spelling)."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.spellings, vectors = word_vectors()
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self.vectors = vectors / np.where(lengths > 0, lengths, 1)
        for word, row in self.spellings[:_MOST_FREQUENT]:
            folded = fold(word).folded
            if folded.isalpha():
                self.rows.setdefault(folded, row)

    def mean(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the mean vector of the words that have one, or zeros."""
        known = [row for word in words if (row := self.rows.get(word)) is not None]
        if not known:
            return np.zeros(self.vectors.shape[1])
        mean: npt.NDArray[np.float64] = self.vectors[known].mean(axis=0, dtype=np.float64)
        return mean


def length_weights(
    items: Sequence[Sample], flagged: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return a weight for each sample, so that at each length both kinds weigh the same.

    Whoever invents a sensitive comment writes more words; that must not be learned.
    """
    lengths = np.digitize([len(item) for item in items], _LENGTHS)
    weights = np.ones(len(items))
    for length in range(len(_LENGTHS) + 1):
        for kind in (flagged, ~flagged):
            chosen = kind & (lengths == length)
            share = (lengths == length).sum() / (2 * max(chosen.sum(), 1))
            weights[chosen] = min(share, _HEAVIEST)
    return weights


def kin_of(table: VectorTable, items: Iterable[Sample]) -> npt.NDArray[np.uint16]:
    """Return to which of some hundred groups each vector of `table` belongs.

    The groups are those of the words of `items`: spherical k-means from a fixed seed.
    """
    rows = {table.rows.get(word) for item in items for word in item}
    used = table.vectors[sorted(row for row in rows if row is not None)]
    dice = np.random.RandomState(SEED)
    centres = used[dice.choice(len(used), min(_KINS, len(used)), replace=False)]
    for _ in range(_ROUNDS):
        nearest = (used @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, used)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1), centres)
    kin: npt.NDArray[np.uint16] = (table.vectors @ centres.T).argmax(axis=1).astype(np.uint16)
    return kin


class WordFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Samples as tf-idf of the features of their words and pairs, over the root of their length.

    A feature must occur in `least` samples to be kept.
    """

    def __init__(self, table: VectorTable, least: int) -> None:
        self.table = table
        self.least = least

    def fit(self, items: Sequence[Sample], y: object = None) -> WordFeatures:
        """Learn which words are akin, which features there are, and how rare each is."""
        self.kin_ = kin_of(self.table, items)
        self.counts_ = CountVectorizer(analyzer=self._features, min_df=self.least)
        self.rarity_ = TfidfTransformer(norm=None)
        self.rarity_.fit(self.counts_.fit_transform(items))
        return self

    def _features(self, words: Sample) -> Iterator[str]:
        return text_features(words, self._kin)

    def _kin(self, word: str) -> int | None:
        row = self.table.rows.get(word)
        return None if row is None else int(self.kin_[row])

    def transform(self, items: Sequence[Sample]) -> csr_matrix:
        """Return samples x features."""
        lengths = np.array([length_divisor(len(item)) for item in items])
        return diags(1 / lengths) @ self.rarity_.transform(self.counts_.transform(items))


class MeanVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Samples as the mean of their words' vectors: samples x 300."""

    def __init__(self, table: VectorTable) -> None:
        self.table = table

    def fit(self, items: Sequence[Sample], y: object = None) -> MeanVectors:
        """Return itself: there is nothing to learn."""
        return self

    def transform(self, items: Sequence[Sample]) -> npt.NDArray[np.float64]:
        """Return the mean vectors."""
        return np.array([self.table.mean(item) for item in items])


def feature_union(table: VectorTable, least: int = _LEAST_SAMPLES) -> FeatureUnion:
    """Return all features side by side: words and vectors."""
    return FeatureUnion(
        [
            ("words", WordFeatures(table, least)),
            ("vectors", MeanVectors(table)),
        ],
        transformer_weights={
            "words": _WORD_SCALE,
            "vectors": _VECTOR_SCALE,
        },
    )
