"""Compares designs of the classifier on corpus dev and writes the table of docs/classifier.md.

`python -m detector.workshop.designs` trains each design, the linear ones for the first output alone
(flagged at all). It takes half an hour on one core.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

from detector.model.classifier import FLAGGED, Classifier
from detector.model.joint import together
from detector.model.network import marked_words
from detector.model.network_file import stored_arrays
from detector.model.weights import ArrayWeights, load_weights
from detector.resources import models_folder, patterns_folder
from detector.text import Text
from detector.workshop.choosing import make_lexicon_judge, standing
from detector.workshop.corpus import Labelled, read_split
from detector.workshop.estimator import Estimator, regression, weights_of
from detector.workshop.features import SEED, feature_union, length_weights, samples
from detector.workshop.lessons import read_lessons, targets, wanted_of
from detector.workshop.network import Marked, train_network

FALSE_ALARMS = (0.01, 0.02, 0.03, 0.05)
_KINDS = {"w": "words", "p": "pairs", "k": "kin", "q": "kin", "b": "beginnings"}
_NGRAMS = "n-grams"

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """A design that is a sum over words: which features it has, and how they are learned."""

    name: str
    kinds: frozenset[str]
    vectors: bool = True
    trusting: bool = True
    examples: bool = False


@dataclass(frozen=True)
class Figures:
    """What was measured of one design."""

    name: str
    scores: Scores
    speed: float
    size: str


_WORDS = frozenset({"words", "pairs"})
_FIRST = _WORDS | {_NGRAMS}
_ALL = _FIRST | set(_KINDS.values())
LINEAR = (
    Linear("words and pairs", _WORDS, vectors=False, trusting=False),
    Linear("and n-grams of 2-5 letters", _FIRST, vectors=False, trusting=False),
    Linear("and vectors, trust, kin, the examples of the packs: **the sum**", _ALL, examples=True),
)


class Bench:
    """The comments to learn from and those to measure on, their features counted once."""

    def __init__(self) -> None:
        self.lessons = read_lessons()
        self.flagged = np.array([row.flagged for row in self.lessons.labels])
        self.rows: list[Labelled] = [row for row in read_split("dev") if not row.ambiguous]
        read = self.lessons.spelling.read
        self.judged = [read(row.text) for row in self.rows]
        self.features = feature_union(self.lessons.table)
        items = samples(map(read, self.lessons.texts))
        self.matrix: csr_matrix = self.features.fit_transform(items).tocsr()
        self.weights = length_weights(items, self.flagged)

    @cached_property
    def wanted(self) -> npt.NDArray[np.bool_]:
        """Comments to measure on x outputs."""
        return targets(self.rows)

    @cached_property
    def kinds(self) -> npt.NDArray[np.str_]:
        """Of what kind each column but those of vectors is."""
        names = self.features["words"].counts_.get_feature_names_out()
        return np.array([_kind(name) for name in names])

    def measure(self, design: Linear) -> Figures:
        """Return the figures of a linear design, as it runs without scikit-learn."""
        dense = self.matrix.shape[1] - len(self.kinds)
        chosen = np.isin(self.kinds, list(design.kinds))
        columns = np.concatenate([chosen, np.full(dense, design.vectors)])
        rows = slice(None) if design.examples else slice(self.lessons.comments)
        model = regression(
            self.matrix[rows][:, columns],
            self.flagged[rows],
            dense if design.vectors else 0,
            self.weights[rows],
            trusting=design.trusting,
        )
        weights = np.zeros(len(columns))
        weights[columns] = model.coef_[0]
        model.coef_ = weights[None, :]
        stored = weights_of(Estimator(self.features, (model,)), self.lessons.costs)
        classifier = Classifier(ArrayWeights(stored), {}, (FLAGGED,))
        started = time.perf_counter()
        scores = np.array([classifier.scores(text)[0] for text in self.judged])
        speed = len(self.judged) / (time.perf_counter() - started)
        size = f"{len(stored.features) / 1000:.0f},000 weights"
        return Figures(design.name, scores, speed, size + (" + vectors" if design.vectors else ""))

    def measure_network(self, *, cues: bool) -> tuple[Figures, npt.NDArray[np.float64]]:
        """Return the figures of the network, and its scores for all outputs."""
        read, rules = self.lessons.spelling.read, make_lexicon_judge()

        def marked(text: Text) -> Marked:
            return marked_words(text, standing(rules, text) if cues else ())

        comments = slice(0, self.lessons.comments, 2)
        texts = [read(text) for text in self.lessons.texts[comments]]
        learned = [marked(text) for text in texts]
        wanted = wanted_of(self.lessons.labels[comments], texts)
        network = train_network(learned, wanted, self.lessons.table, SEED)
        judged = [marked(text) for text in self.judged]
        started = time.perf_counter()
        scores = np.array([network.read(*comment).scores for comment in judged])
        speed = len(judged) / (time.perf_counter() - started)
        size = f"{sum(array.nbytes for array in stored_arrays(network).values()) / 1e6:.1f} MB"
        name = f"the network, {'with' if cues else 'without'} cues"
        return Figures(name, scores[:, 0], speed, size), scores

    def measure_together(self, network: Figures, scores: npt.NDArray[np.float64]) -> Figures:
        """Return the figures of the stored classifier and a network together."""
        classifier = Classifier(load_weights(models_folder()), {})
        started = time.perf_counter()
        worded = [classifier.scores(text) for text in self.judged]
        speed = 1 / ((time.perf_counter() - started) / len(worded) + 1 / network.speed)
        joined = [together(*pair)[0] for pair in zip(worded, scores.tolist(), strict=True)]
        return Figures(
            "the sum and the network together: **kept**", np.array(joined), speed, "both"
        )


def _kind(feature: str) -> str:
    return _KINDS.get(feature[0], _NGRAMS) if feature[1:2] == ":" else _NGRAMS


def compare() -> Iterator[tuple[Figures, npt.NDArray[np.bool_]]]:
    """Yield each design's figures, with which of the comments are flagged."""
    bench = Bench()
    flagged = bench.wanted[:, 0]
    for design in LINEAR:
        yield bench.measure(design), flagged
    yield bench.measure_network(cues=False)[0], flagged
    network, scores = bench.measure_network(cues=True)
    yield network, flagged
    yield bench.measure_together(network, scores), flagged


def line(figures: Figures, flagged: npt.NDArray[np.bool_]) -> str:
    """Return a design's line of the table."""
    area = f"{roc_auc_score(flagged, figures.scores):.3f}"
    recalls = " / ".join(f"{recall_at(figures.scores, flagged, rate):.3f}" for rate in FALSE_ALARMS)
    cells = [figures.name, area, recalls, f"{figures.speed:,.0f}", figures.size]
    return f"| {' | '.join(cells)} |"


def recall_at(scores: Scores, flagged: npt.NDArray[np.bool_], false_alarms: float) -> float:
    """Return the share of flagged comments above the bar that leaves so many false alarms."""
    harmless = np.sort(scores[~flagged])[::-1]
    return float((scores[flagged] > harmless[int(false_alarms * len(harmless))]).mean())


COLUMNS = "| design | AUC | recall | comments/s | size |\n|---|---|---|---|---|\n"


def with_table(page: str, lines: Iterable[str]) -> str:
    """Return `page` with other lines in its table, the one that has these COLUMNS.

    >>> with_table(f"Designs\\n\\n{COLUMNS}| old |\\n\\nWhy", ["| new |"]).splitlines()[4:]
    ['| new |', '', 'Why']
    """
    before, after = page.split(COLUMNS)
    rest = after[after.index("\n\n") :]
    return before + COLUMNS + "\n".join(lines) + rest


def page_file() -> Path:
    """Return where the comparison stands in a checkout."""
    return patterns_folder().parent / "docs" / "classifier.md"


if __name__ == "__main__":
    page = page_file().read_text(encoding="utf-8")
    measured = [line(*pair) for pair in compare()]
    page_file().write_text(with_table(page, measured), encoding="utf-8")
