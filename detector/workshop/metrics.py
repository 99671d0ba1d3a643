"""How good detection is, with the uncertainty of each figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detector.finding import QUALIFIERS, Finding, Verdict
from detector.taxonomy import Category
from detector.workshop.corpus import Evidence, Labelled

_Z = 1.96
ATTRIBUTES = ("subject", *QUALIFIERS)


class Rate(NamedTuple):
    """A share of counted cases, with its 95 % Wilson interval."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """The share, NaN without cases."""
        return self.hits / self.cases if self.cases else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval (Wilson 1927) at 95 %.

        >>> tuple(round(bound, 3) for bound in Rate(8, 10).interval)
        (0.49, 0.943)
        """
        if not self.cases:
            return (math.nan, math.nan)
        share, n = self.value, self.cases
        centre = share + _Z**2 / (2 * n)
        margin = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
        scale = 1 + _Z**2 / n
        return (max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale))


@dataclass(frozen=True, slots=True)
class Score:
    """Hits, false alarms and misses of one category."""

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> Rate:
        """Of what is reported, how much is right."""
        return Rate(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> Rate:
        """Of what is there, how much is reported."""
        return Rate(self.hits, self.hits + self.misses)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.hits + self.false_alarms + self.misses
        return 2 * self.hits / total if total else math.nan


@dataclass(frozen=True, slots=True)
class Result:
    """A labelled comment and the verdict on it."""

    row: Labelled
    verdict: Verdict

    @property
    def reported(self) -> bool:
        """Whether the comment was reported as one that must not stand."""
        return self.verdict.flagged


@dataclass(frozen=True)
class Evaluation:
    """The figures over a set of results; ambiguous comments are left out of every score."""

    results: tuple[Result, ...]

    @classmethod
    def over(cls, results: Iterable[Result]) -> Evaluation:
        """Return the evaluation of those results whose comment is not ambiguous."""
        return cls(tuple(result for result in results if not result.row.ambiguous))

    @property
    def recall(self) -> Rate:
        """Share of flagged comments that are reported."""
        flagged = [result for result in self.results if result.row.flagged]
        return Rate(sum(result.reported for result in flagged), len(flagged))

    @property
    def false_alarms(self) -> Rate:
        """Share of harmless comments that are reported."""
        harmless = [result for result in self.results if not result.row.flagged]
        return Rate(sum(result.reported for result in harmless), len(harmless))

    @property
    def precision(self) -> Rate:
        """Share of reported comments that are flagged."""
        reported = [result for result in self.results if result.reported]
        return Rate(sum(result.row.flagged for result in reported), len(reported))

    def precision_at(self, prevalence: float) -> float:
        """Return the precision where that share of comments is sensitive."""
        hits = prevalence * self.recall.value
        alarms = (1 - prevalence) * self.false_alarms.value
        return hits / (hits + alarms) if hits + alarms else math.nan

    def category(self, category: Category) -> Score:
        """Return the comment-level score of one category."""
        wanted = [category in result.row.categories for result in self.results]
        given = [category in result.verdict.categories for result in self.results]
        pairs = list(zip(wanted, given, strict=True))
        return _score(pairs)

    @property
    def macro_f1(self) -> float:
        """The mean F1 over the categories that occur."""
        scores = [self.category(c) for c in Category]
        present = [score.f1 for score in scores if score.hits + score.misses]
        return sum(present) / len(present) if present else math.nan

    def attribute(self, name: str) -> Rate:
        """Return how often an attribute is right on evidence found."""
        pairs = list(self.matches())
        right = sum(getattr(e.attributes, name) == getattr(f, name) for e, f in pairs)
        return Rate(right, len(pairs))

    @property
    def attributes(self) -> float:
        """The mean accuracy over all attributes."""
        return sum(self.attribute(name).value for name in ATTRIBUTES) / len(ATTRIBUTES)

    @property
    def spans(self) -> Rate:
        """Share of labelled evidence that a finding of its category overlaps."""
        labelled = sum(len(result.row.evidence) for result in self.results)
        return Rate(sum(1 for _ in self.matches()), labelled)

    def matches(self) -> Iterable[tuple[Evidence, Finding]]:
        """Yield labelled evidence with the finding of its category that overlaps it most."""
        for result in self.results:
            for evidence in result.row.evidence:
                found = _overlapping(evidence, result.verdict.findings)
                if found:
                    yield evidence, found


def _score(pairs: Sequence[tuple[bool, bool]]) -> Score:
    """Return the score of pairs of what was wanted and what was given."""
    return Score(
        hits=pairs.count((True, True)),
        false_alarms=pairs.count((False, True)),
        misses=pairs.count((True, False)),
    )


def _overlapping(evidence: Evidence, findings: Sequence[Finding]) -> Finding | None:
    same = [f for f in findings if f.category is evidence.category]
    near = [f for f in same if f.span.overlaps(evidence.span)]
    return max(near, key=lambda f: _shared(evidence, f), default=None)


def _shared(evidence: Evidence, finding: Finding) -> int:
    return min(evidence.span.end, finding.end) - max(evidence.span.start, finding.start)
