"""What classifier and network say together of a comment that is read whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.bars import SENSITIVE
from detector.classifier import FLAGGED, OUTPUTS, Scores

_CATEGORIES_SHARE = 0.4
"""How much the categories count for whether a comment is flagged, beside its own output."""

_FLAGGED = OUTPUTS.index(FLAGGED)
_SENSITIVE = [OUTPUTS.index(category.value) for category in SENSITIVE]


@dataclass(frozen=True, slots=True)
class Joint:
    """Joins two readers' scores, then stretches and shifts each output's (Platt) to log odds."""

    stretch: Sequence[float]
    shift: Sequence[float]

    def scores(self, one: Scores, other: Sequence[float]) -> Scores:
        """Return the joint scores of two readers, for each of OUTPUTS, in natural-log odds."""
        joined = zip(together(one, other), self.stretch, self.shift, strict=True)
        return tuple(value * stretch + shift for value, stretch, shift in joined)


def together(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """Return the means of two readers' scores, not yet stretched.

    For FLAGGED the categories are heard too: a comment is as sensitive as they are all together.
    """
    means = [(left + right) / 2 for left, right in zip(one, other, strict=True)]
    highest = max(means[place] for place in _SENSITIVE)
    rest = sum(math.exp(means[place] - highest) for place in _SENSITIVE)
    share = _CATEGORIES_SHARE
    means[_FLAGGED] = (1 - share) * means[_FLAGGED] + share * (highest + math.log(rest))
    return means


def joint_from(manifest: Mapping[str, Any]) -> Joint:
    """Return how a model's manifest joins its readers."""
    return Joint(**manifest["joint"])
