"""Measures a detector on labelled comments, and writes the figures down."""

from __future__ import annotations

from collections.abc import Iterable

from detector.detector import Detector
from detector.policy import Policy
from detector.taxonomy import Category
from detector.workshop.corpus import Labelled
from detector.workshop.metrics import ATTRIBUTES, Evaluation, Rate, Result

PREVALENCES = (0.001, 0.01, 0.05, 0.2)


def evaluate(rows: Iterable[Labelled], policy: Policy | None = None) -> Evaluation:
    """Return the evaluation of `rows` under `policy` (default: that of a practice)."""
    detector = Detector(policy)
    return Evaluation.over(Result(row, detector.check(row.text)) for row in rows)


def figures(evaluation: Evaluation) -> dict[str, object]:
    """Return all figures of an evaluation, JSON-ready."""
    return {
        "comments": len(evaluation.results),
        "recall": _rate(evaluation.recall),
        "false_alarms": _rate(evaluation.false_alarms),
        "precision": _rate(evaluation.precision),
        "precision_at": {str(p): round(evaluation.precision_at(p), 4) for p in PREVALENCES},
        "macro_f1": round(evaluation.macro_f1, 4),
        "categories": {c.value: _category(evaluation, c) for c in Category},
        "spans": _rate(evaluation.spans),
        "attributes": {name: _rate(evaluation.attribute(name)) for name in ATTRIBUTES},
        "attribute_mean": round(evaluation.attributes, 4),
    }


def _rate(rate: Rate) -> dict[str, object]:
    low, high = rate.interval
    return {
        "value": round(rate.value, 4),
        "interval": [round(low, 4), round(high, 4)],
        "hits": rate.hits,
        "cases": rate.cases,
    }


def _category(evaluation: Evaluation, category: Category) -> dict[str, object]:
    score = evaluation.category(category)
    return {
        "precision": round(score.precision.value, 4),
        "recall": round(score.recall.value, 4),
        "f1": round(score.f1, 4),
        "cases": score.recall.cases,
    }
