"""From cues to findings: guards, weak rules, context, and one finding for each matter.

A judge knows the lexicon, the classifier and the context; it knows neither Presidio
nor policies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from detector.context import Context
from detector.finding import Finding, Span
from detector.guards import Entities, vetoed
from detector.lexicon import Cue, Lexicon
from detector.taxonomy import Category
from detector.text import Text

_STRONG, _WEAK = 1.0, 0.7


def no_entities(text: str, kind: str) -> Sequence[Span]:
    """Return no names: what a judge without a language model knows of entities."""
    return ()


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


class LexiconJudge:
    """Judges the cues of the packs."""

    def __init__(self, lexicon: Lexicon, context: Context) -> None:
        self._lexicon = lexicon
        self._context = context

    def standing(
        self, text: Text, names: frozenset[str] = frozenset(), entities: Entities = no_entities
    ) -> list[Cue]:
        """Return the cues of `text` against which no guard speaks."""
        return [
            cue
            for cue in self._lexicon.cues(text)
            if not vetoed(cue.rule.unless, text, cue.span, names, entities)
        ]

    def findings(self, text: Text, cues: Sequence[Cue]) -> list[Finding]:
        """Return findings for believed `cues`, overlapping ones of one category joined."""
        found = [
            self._finding(text, cue, category) for cue in cues for category in cue.rule.categories
        ]
        return without_overlaps(found)

    def _finding(self, text: Text, cue: Cue, category: Category) -> Finding:
        span = text.span(cue.span.start, cue.span.end)
        attributes = self._context.attributes(text, cue.span, cue.rule.implies)
        return Finding(
            category=category,
            start=span.start,
            end=span.end,
            rule=cue.rule.id,
            score=_STRONG if cue.strong else _WEAK,
            why=cue.rule.why,
            words=text.original[span.start : span.end],
            **asdict(attributes),
        )


def without_overlaps(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings of which no two of one category overlap: the surer, then longer one stays."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (-f.score, f.start - f.end, f.start, f.rule)):
        if not any(
            other.category is finding.category and other.span.overlaps(finding.span)
            for other in kept
        ):
            kept.append(finding)
    return sorted(kept, key=lambda f: (f.start, f.end, f.category.value))
