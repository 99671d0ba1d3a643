"""What scikit-learn learns for the classifier: one logistic regression for each output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from detector.model.classifier import TABLE_STEP, VECTOR_STEP
from detector.model.weights import NO_VECTOR, Weights
from detector.workshop.choosing import platt
from detector.workshop.features import SEED, Sample, VectorTable, feature_union, length_weights

_STRENGTH = 6.0
_TRUST = 0.5
"""How strongly a feature is scaled by how unequally the two classes have it, before regression."""

_LEAST_TRUST = 0.05


@dataclass(frozen=True)
class Estimator:
    """What scikit-learn learned: features, and one logistic regression for each output."""

    features: FeatureUnion
    models: tuple[LogisticRegression, ...]

    def decision_function(self, items: Sequence[Sample]) -> npt.NDArray[np.float64]:
        """Return samples x outputs in natural-log odds."""
        matrix = self.features.transform(items)
        return np.column_stack([model.decision_function(matrix) for model in self.models])


def fit(items: Sequence[Sample], wanted: npt.NDArray[np.bool_], table: VectorTable) -> Estimator:
    """Return an estimator whose weights are whole numbers of steps, as they will be stored."""
    features = feature_union(table)
    matrix = features.fit_transform(items).tocsr()
    dense, weights = table.vectors.shape[1], length_weights(items, wanted[:, 0])
    models = [
        regression(matrix, wanted[:, column], dense, weights) for column in range(wanted.shape[1])
    ]
    estimator = Estimator(features, tuple(models))
    _round_weights(estimator)
    return estimator


def regression(
    matrix: csr_matrix,
    wanted: npt.NDArray[np.bool_],
    dense: int,
    weights: npt.NDArray[np.float64],
    *,
    trusting: bool = True,
) -> LogisticRegression:
    """Return a logistic regression on features scaled by trust; the last `dense` are left as is."""
    trust = np.ones(matrix.shape[1])
    if trusting:
        sparse = matrix.shape[1] - dense
        trust[:sparse] = trust_in(matrix[:, :sparse], wanted)
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=SEED, max_iter=200)
    model.fit(matrix @ diags(trust), wanted, sample_weight=weights)
    model.coef_ *= trust
    return model


def trust_in(matrix: csr_matrix, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return how far to trust each feature, from how unequally both classes have it.

    This is the log-count ratio of Wang and Manning (2012), taken to the power of _TRUST.
    """
    shares = []
    for kind in (wanted, ~wanted):
        counts = 1 + matrix[np.flatnonzero(kind)].getnnz(axis=0)
        shares.append(counts / counts.sum())
    ratio = np.abs(np.log(shares[0] / shares[1]))
    trust: npt.NDArray[np.float64] = np.maximum(ratio, _LEAST_TRUST) ** _TRUST
    return trust


def calibrate(estimator: Estimator, items: Sequence[Sample], wanted: npt.NDArray[np.bool_]) -> None:
    """Stretch and shift the scores so that on `items` they are the log odds that they claim.

    Platt's scaling, one for each output, worked into the weights.
    """
    scores = estimator.decision_function(items)
    for model, score, right in zip(estimator.models, scores.T, wanted.T, strict=True):
        stretch, shift = platt(score, right)
        model.coef_ *= stretch
        model.intercept_ = model.intercept_ * stretch + shift
    _round_weights(estimator)


def _feature_scale(features: FeatureUnion) -> npt.NDArray[np.float64]:
    """Return what one occurrence of each feature is multiplied by before the regression."""
    weights = features.transformer_weights
    words = features["words"].rarity_.idf_ * weights["words"]
    vectors = np.full(features["vectors"].table.vectors.shape[1], weights["vectors"])
    return np.concatenate([words, vectors])


def _round_weights(estimator: Estimator) -> None:
    """Round each word's contribution to a whole number of steps."""
    scale = _feature_scale(estimator.features)
    dense = estimator.features["vectors"].table.vectors.shape[1]
    for model in estimator.models:
        steps = np.round(model.coef_[0] * scale / TABLE_STEP)
        model.coef_[0, :-dense] = (steps * TABLE_STEP / scale)[:-dense]


def weights_of(estimator: Estimator, costs: Mapping[str, int]) -> Weights:
    """Return the estimator's weights as the classifier wants them, with the known words."""
    features, scale = estimator.features, _feature_scale(estimator.features)
    table: VectorTable = features["vectors"].table
    coefficients = np.vstack([model.coef_[0] for model in estimator.models])
    steps = np.round(coefficients * scale / TABLE_STEP).astype(np.int64)
    dense = table.vectors.shape[1]
    names = features["words"].counts_.get_feature_names_out()
    kept = np.flatnonzero(steps[:, :-dense].any(axis=0))
    used = table.vectors.astype(np.float64)
    rows = np.array([table.rows.get(word, NO_VECTOR) for word in costs], dtype=np.uint16)
    used[np.setdiff1d(np.arange(len(used)), rows)] = 0
    projection = (coefficients[:, -dense:] * scale[-dense:]) @ used.T
    return Weights(
        features={str(names[row]): place for place, row in enumerate(kept)},
        table=steps[:, kept].T.astype(np.int32),
        intercept=np.array([model.intercept_[0] for model in estimator.models]),
        costs=costs,
        rows=rows,
        vectors=np.round(projection.T / VECTOR_STEP).astype(np.int32),
        kin=features["words"].kin_,
    )
