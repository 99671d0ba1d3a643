"""Chooses how high the classifier must score, by what the rules say of a comment."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.grounds import Ground, ground_of
from detector.judge import LexiconJudge
from detector.recognizers import names_in
from detector.text import Text

_JUDGED = (Ground.NAMED, Ground.HINTED, Ground.UNNAMED)
_BARS = np.arange(-3, 5.01, 0.25)

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def grounds_of(texts: Iterable[Text], judge: LexiconJudge) -> list[Ground]:
    """Return what the rules say of each text."""
    return [ground_of(judge.standing(text, entities=names_in)) for text in texts]


@dataclass(frozen=True)
class Cases:
    """Labelled comments with what the rules say and how the classifier scores them."""

    flagged: npt.NDArray[np.bool_]
    grounds: npt.NDArray[np.str_]
    scores: Numbers

    def best_bars(self, false_alarms: float) -> dict[Ground, float]:
        """Return the bars that find most while `false_alarms` holds for harmless comments."""
        several = self.grounds == Ground.SEVERAL
        spare = int(false_alarms * (~self.flagged).sum()) - (~self.flagged & several).sum()
        hits, alarms = (
            [_at_bars(self.scores[kind & (self.grounds == ground)]) for ground in _JUDGED]
            for kind in (self.flagged, ~self.flagged)
        )
        places = _best_places(hits, alarms, int(spare))
        return {ground: float(_BARS[place]) for ground, place in zip(_JUDGED, places, strict=True)}

    def recall(self, bars: Mapping[Ground, float]) -> float:
        """Return the share of flagged comments that are reported with `bars`."""
        wanted = np.array([bars.get(Ground(ground), -np.inf) for ground in self.grounds])
        return float((self.scores >= wanted)[self.flagged].mean())

    def recall_alone(self, false_alarms: float) -> float:
        """Return the same without rules, at one bar for all comments."""
        harmless = np.sort(self.scores[~self.flagged])[::-1]
        bar = harmless[int(false_alarms * len(harmless))]
        return float((self.scores[self.flagged] > bar).mean())


def _at_bars(scores: Numbers) -> Counts:
    """Return how many scores reach each of the bars to choose from."""
    counts: Counts = (scores[:, None] >= _BARS).sum(axis=0)
    return counts


def _best_places(hits: list[Counts], alarms: list[Counts], spare: int) -> tuple[int, ...]:
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
