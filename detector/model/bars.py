"""How high a comment must score to be read whole, to be reported, and for which categories.

Chosen on corpus dev by training.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.lexicon.lexicon import Cue
from detector.model.classifier import FLAGGED, OUTPUTS, Scores
from detector.taxonomy import WARNING_ONLY, Category

SENSITIVE = tuple(category for category in Category if category.sensitive)


def believed(cues: Sequence[Cue], supported: frozenset[Category] = frozenset()) -> list[Cue]:
    """Return strong cues, and weak ones with a second cue or support for a category of theirs."""
    reach = _reach(cues)
    return [cue for cue in cues if cue.strong or _seconded(cue, reach, supported)]


_Reach = Mapping[Category, Mapping[str, tuple[int, int]]]
"""For each category and rule, where its first cue to end ends, and its last to start starts."""


def _reach(cues: Sequence[Cue]) -> _Reach:
    reach: dict[Category, dict[str, tuple[int, int]]] = defaultdict(dict)
    for cue in cues:
        for category in cue.rule.categories:
            end, start = reach[category].get(cue.rule.id, (cue.span.end, cue.span.start))
            reach[category][cue.rule.id] = min(end, cue.span.end), max(start, cue.span.start)
    return reach


def _seconded(cue: Cue, reach: _Reach, supported: frozenset[Category]) -> bool:
    """Whether a category of `cue` has support, or a cue of another rule that does not overlap."""
    return any(
        category in supported
        or any(
            rule != cue.rule.id and (end <= cue.span.start or start >= cue.span.end)
            for rule, (end, start) in reach[category].items()
        )
        for category in cue.rule.categories
    )


@dataclass(frozen=True, slots=True)
class Bars:
    """Decision values that scores must reach, in natural-log odds.

    `glance`: the classifier's for FLAGGED, from which on a comment is read whole though no cue in
    it is believed; `flagged`: the joint one for a comment to be reported; `category`: for a
    category to be among those reported; `warning`: the same for categories that only warn, the
    classifier's as well as the joint one. From the joint `doubt` for FLAGGED up to `trust`, where
    it is believed at once, a second opinion is asked for.
    """

    glance: float
    flagged: float
    category: float
    warning: float
    doubt: float
    trust: float

    def silent(self, flagged: float, warnings: Sequence[float]) -> bool:
        """Whether the classifier's scores of FLAGGED and WARNING_ONLY call for no whole reading."""
        return flagged < self.glance and all(score < self.warning for score in warnings)

    def reports(self, scores: Scores) -> bool:
        """Whether a comment of these joint scores is reported as sensitive."""
        return scores[_FLAGGED] >= self.flagged

    def trusts(self, scores: Scores) -> bool:
        """Whether a comment of these joint scores is reported whoever else were asked."""
        return scores[_FLAGGED] >= self.trust

    def doubts(self, scores: Scores) -> bool:
        """Whether a second opinion is asked for on a comment of these joint scores."""
        return scores[_FLAGGED] >= self.doubt and not self.trusts(scores)

    def likely(self, scores: Scores, *, named: bool) -> frozenset[Category]:
        """Return the categories that joint scores speak for.

        A comment that is reported has a sensitive one at least, unless cues have `named` some.
        """
        found = {c for c in WARNING_ONLY if score_of(scores, c) >= self.warning}
        if self.reports(scores):
            sensitive = {c for c in SENSITIVE if score_of(scores, c) >= self.category}
            found |= sensitive if sensitive or named else {most_likely(scores)}
        return frozenset(found)


_FLAGGED = OUTPUTS.index(FLAGGED)
_PLACES = {category: OUTPUTS.index(category.value) for category in Category}


def score_of(scores: Scores, category: Category) -> float:
    """Return the decision value of one category."""
    return scores[_PLACES[category]]


def most_likely(scores: Scores) -> Category:
    """Return the sensitive category that scores highest."""
    return max(SENSITIVE, key=lambda category: score_of(scores, category))


def bars_from(manifest: Mapping[str, Any]) -> Bars:
    """Return the bars that a model's manifest names."""
    return Bars(**{name: float(bar) for name, bar in manifest["bars"].items()})
