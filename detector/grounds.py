"""On what a comment may be reported, and how high the classifier must then score it.

The more rules say, the less the classifier is asked: two sure rules stand whatever it scores,
one sure rule is doubted where it scores very low, weak cues need its support, and a comment
that no rule names must score high. The bars are chosen on corpus dev by training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.classifier import FLAGGED, OUTPUTS, Scores
from detector.lexicon import Cue
from detector.taxonomy import WARNING_ONLY, Category, StrEnum

SENSITIVE = tuple(category for category in Category if category.sensitive)


class Ground(StrEnum):
    """What the rules say of a comment: several sure ones, one, weak cues alone, nothing."""

    SEVERAL = "several"
    NAMED = "named"
    HINTED = "hinted"
    UNNAMED = "unnamed"


def believed(cues: Sequence[Cue], supported: frozenset[Category] = frozenset()) -> list[Cue]:
    """Return strong cues, and weak ones with a second cue or support for a category of theirs."""
    return [cue for cue in cues if cue.strong or _seconded(cue, cues, supported)]


def _seconded(cue: Cue, cues: Sequence[Cue], supported: frozenset[Category]) -> bool:
    own = set(cue.rule.categories)
    if own & supported:
        return True
    return any(
        own & set(other.rule.categories)
        and other.rule.id != cue.rule.id
        and not other.span.overlaps(cue.span)
        for other in cues
    )


def ground_of(cues: Sequence[Cue]) -> Ground:
    """Return the ground that standing `cues` give for reporting a comment."""
    sensitive = [cue for cue in cues if any(c.sensitive for c in cue.rule.categories)]
    if len({cue.rule.id for cue in sensitive if cue.strong}) > 1:
        return Ground.SEVERAL
    if believed(sensitive):
        return Ground.NAMED
    return Ground.HINTED if sensitive else Ground.UNNAMED


@dataclass(frozen=True, slots=True)
class Bars:
    """Decision values that the classifier must reach.

    `flagged`: to report a comment, by its ground; `category`: for a category to be among those
    reported; `warning`: the same for categories that only warn.
    """

    flagged: Mapping[Ground, float]
    category: float
    warning: float

    def reports(self, ground: Ground, scores: Scores) -> bool:
        """Whether a comment of this ground and these scores is reported as sensitive."""
        return ground is Ground.SEVERAL or scores[_FLAGGED] >= self.flagged[ground]

    def silent(self, flagged: float, warnings: Sequence[float]) -> bool:
        """Whether scores of FLAGGED and of WARNING_ONLY report nothing where no cue is believed."""
        return flagged < self.lowest and all(score < self.warning for score in warnings)

    @property
    def lowest(self) -> float:
        """From which score of FLAGGED on a comment may be reported in which no cue is believed."""
        return min(self.flagged[Ground.HINTED], self.flagged[Ground.UNNAMED])

    def likely(self, ground: Ground, scores: Scores) -> frozenset[Category]:
        """Return the categories that the scores speak for.

        A comment reported without a sure rule has at least one.
        """
        found = {c for c in WARNING_ONLY if score_of(scores, c) >= self.warning}
        if self.reports(ground, scores):
            sensitive = {c for c in SENSITIVE if score_of(scores, c) >= self.category}
            if not sensitive and ground in (Ground.HINTED, Ground.UNNAMED):
                sensitive = {most_likely(scores)}
            found |= sensitive
        return frozenset(found)


_FLAGGED = OUTPUTS.index(FLAGGED)


def score_of(scores: Scores, category: Category) -> float:
    """Return the decision value of one category."""
    return scores[OUTPUTS.index(category.value)]


def most_likely(scores: Scores) -> Category:
    """Return the sensitive category that scores highest."""
    return max(SENSITIVE, key=lambda category: score_of(scores, category))


def bars_from(manifest: Mapping[str, Any]) -> Bars:
    """Return the bars that a model's manifest names."""
    bars = manifest["bars"]
    flagged = {Ground(name): float(bar) for name, bar in bars["flagged"].items()}
    return Bars(flagged, float(bars["category"]), float(bars["warning"]))
