"""What training feeds to scikit-learn: the features that detector.classifier sums at run time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.pipeline import FeatureUnion

from detector.classifier import length_divisor, text_features, word_key, words_of
from detector.recognizers import word_vectors
from detector.text import fold

_LEAST_SAMPLES = 3
_MOST_FREQUENT = 200_000
_WORD_SCALE, _VECTOR_SCALE = 1 / 20, 1.0


Words = Sequence[str]
"""A comment as the classifier sees it."""


def samples(texts: Iterable[str]) -> list[Words]:
    """Return the words of many comments."""
    return [words_of(fold(text)) for text in texts]


class VectorTable:
    """The French model's word vectors, of length 1, by folded word (its most frequent spelling)."""

    def __init__(self) -> None:
        rows: dict[int, int] = {}
        spellings, vectors = word_vectors()
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self.vectors = vectors / np.where(lengths > 0, lengths, 1)
        for word, row in spellings[:_MOST_FREQUENT]:
            folded = fold(word).folded
            if folded.isalpha():
                rows.setdefault(word_key(folded), row)
        self.keys = np.array(sorted(rows), dtype=np.uint32)
        self.rows = np.array([rows[key] for key in self.keys.tolist()], dtype=np.uint16)
        self._row_of = rows

    def mean(self, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the mean vector of the words that have one, or zeros."""
        known = [self._row_of[key] for word in words if (key := word_key(word)) in self._row_of]
        if not known:
            return np.zeros(self.vectors.shape[1])
        mean: npt.NDArray[np.float64] = self.vectors[known].mean(axis=0, dtype=np.float64)
        return mean


class WordFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Samples as tf-idf of the features of their words and pairs, over the root of their length.

    A feature must occur in `least` samples to be kept.
    """

    def __init__(self, least: int) -> None:
        self.least = least

    def fit(self, items: Sequence[Words], y: object = None) -> WordFeatures:
        """Learn which features there are, and how rare each is."""
        self.counts_ = CountVectorizer(analyzer=text_features, min_df=self.least)
        self.rarity_ = TfidfTransformer(norm=None)
        self.rarity_.fit(self.counts_.fit_transform(items))
        return self

    def transform(self, items: Sequence[Words]) -> csr_matrix:
        """Return samples x features."""
        lengths = np.array([length_divisor(item) for item in items])
        return diags(1 / lengths) @ self.rarity_.transform(self.counts_.transform(items))


class MeanVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Samples as the mean of their words' vectors: samples x 300."""

    def __init__(self, table: VectorTable) -> None:
        self.table = table

    def fit(self, items: Sequence[Words], y: object = None) -> MeanVectors:
        """Return itself: there is nothing to learn."""
        return self

    def transform(self, items: Sequence[Words]) -> npt.NDArray[np.float64]:
        """Return the mean vectors."""
        return np.array([self.table.mean(item) for item in items])


def feature_union(table: VectorTable, least: int = _LEAST_SAMPLES) -> FeatureUnion:
    """Return all features side by side: words and vectors."""
    return FeatureUnion(
        [
            ("words", WordFeatures(least)),
            ("vectors", MeanVectors(table)),
        ],
        transformer_weights={
            "words": _WORD_SCALE,
            "vectors": _VECTOR_SCALE,
        },
    )
