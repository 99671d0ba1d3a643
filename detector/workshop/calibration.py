"""Whether probabilities mean what they say, and how one figure trades for another.

A probability is that of the readers asked; of a comment not read whole, the classifier's.
The margin of a comment is its joint score less the bar: from zero on it is reported. Moving the
bar gives the curve of precision against recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.judging.case import Case
from detector.judging.judge import LexiconJudge
from detector.judging.parts import load_parts
from detector.lexicon.context import Context
from detector.model.bars import bars_from
from detector.model.classifier import FLAGGED, OUTPUTS, probability
from detector.policy import Policy, as_policy
from detector.recognizers import judge_of, names_in
from detector.workshop.corpus import Labelled

_BINS = 10
_UNREAD = 99.0
"""How far below the bar a comment counts that is not read whole."""


@dataclass(frozen=True)
class Scored:
    """Comments with what is known of them before the verdict, in one order."""

    flagged: npt.NDArray[np.bool_]
    probability: npt.NDArray[np.float64]
    margin: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Comments of like probability: how many, what was said, and what is so."""

    count: int
    said: float
    is_so: float


def score(rows: Sequence[Labelled], policy: Policy | None = None) -> Scored:
    """Return the scores of the comments that are not ambiguous."""
    parts = load_parts(as_policy(policy))
    judge, rules = judge_of(parts), LexiconJudge(parts.lexicon, Context())
    bar = bars_from(parts.classifier.manifest).flagged
    column = OUTPUTS.index(FLAGGED)
    scores, margins = [], []
    rows = [row for row in rows if not row.ambiguous]
    for row in rows:
        text = parts.spelling.read(row.text)
        whole = judge.read(Case(text), rules.standing(text, entities=names_in))
        value = (whole.scores if whole else parts.classifier.scores(text))[column]
        scores.append(probability(value))
        margins.append(value - bar if whole else value - bar - _UNREAD)
    return Scored(np.array([r.flagged for r in rows]), np.array(scores), np.array(margins))


def reliability(scored: Scored) -> list[Bin]:
    """Return the comments in bins of like probability, empty ones left out."""
    places = np.minimum((scored.probability * _BINS).astype(int), _BINS - 1)
    chosen = [places == place for place in range(_BINS) if (places == place).any()]
    return [
        Bin(
            int(members.sum()),
            float(scored.probability[members].mean()),
            float(scored.flagged[members].mean()),
        )
        for members in chosen
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error (Naeini and others 2015).

    >>> calibration_error([Bin(10, 0.2, 0.3), Bin(30, 0.9, 0.9)])
    0.025
    """
    total = sum(one.count for one in bins)
    return round(sum(one.count * abs(one.said - one.is_so) for one in bins) / total, 12)


def precision_and_recall(scored: Scored) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return precision and recall as the bar falls, from the strictest on."""
    order = np.argsort(-scored.margin, kind="stable")
    hits = np.cumsum(scored.flagged[order])
    precision: npt.NDArray[np.float64] = hits / np.arange(1, len(order) + 1)
    recall: npt.NDArray[np.float64] = hits / max(int(scored.flagged.sum()), 1)
    return precision, recall
