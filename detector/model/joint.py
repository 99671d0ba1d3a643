"""What classifier and network say together of a comment that is read whole.

Where they are in doubt, the language reader's opinion is joined to theirs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.model.bars import SENSITIVE
from detector.model.classifier import FLAGGED, OUTPUTS, Scores

_NETWORK_SHARE = 0.7
"""How much the network counts: of long texts unlike the corpus the classifier believes too much."""

_CATEGORIES_SHARE = 0.5
"""How much the categories count for whether a comment is flagged, beside its own output."""

_OPINION_SHARE = 0.25
"""How much the second opinion counts, beside what the two readers say together."""

_FLAGGED = OUTPUTS.index(FLAGGED)
_SENSITIVE = [OUTPUTS.index(category.value) for category in SENSITIVE]


@dataclass(frozen=True, slots=True)
class Joint:
    """Stretches and shifts the joined scores of readers, each output's (Platt), to log odds."""

    stretch: Sequence[float]
    shift: Sequence[float]

    def scores(self, joined: Sequence[float]) -> Scores:
        """Return the joint scores for each of OUTPUTS, in natural-log odds."""
        scaled = zip(joined, self.stretch, self.shift, strict=True)
        return tuple(value * stretch + shift for value, stretch, shift in scaled)


def together(classifier: Sequence[float], network: Sequence[float]) -> list[float]:
    """Return the weighted means of two readers' scores, not yet stretched.

    For FLAGGED the categories are heard too: a comment is as sensitive as they are all together.
    """
    share = _NETWORK_SHARE
    pairs = zip(classifier, network, strict=True)
    means = [(1 - share) * worded + share * read for worded, read in pairs]
    highest = max(means[place] for place in _SENSITIVE)
    rest = sum(math.exp(means[place] - highest) for place in _SENSITIVE)
    share = _CATEGORIES_SHARE
    means[_FLAGGED] = (1 - share) * means[_FLAGGED] + share * (highest + math.log(rest))
    return means


def with_opinion(scores: Sequence[float], opinion: Sequence[float]) -> list[float]:
    """Return the weighted means of two readers' joint scores and a second opinion's."""
    share = _OPINION_SHARE
    return [(1 - share) * own + share * other for own, other in zip(scores, opinion, strict=True)]


def joint_from(manifest: Mapping[str, Any]) -> Joint:
    """Return how a model's manifest joins its two readers."""
    return Joint(**manifest["joint"])


def opinion_from(manifest: Mapping[str, Any]) -> Joint:
    """Return how a model's manifest joins a second opinion to theirs."""
    return Joint(**manifest["opinion"])
