"""From a comment to findings: cues, guards, weak rules, the classifier, context.

A judge knows the lexicon, the classifier and the context; it knows neither Presidio
nor policies.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

from detector.classifier import FLAGGED, OUTPUTS, Classifier, Scores, probability
from detector.context import Context
from detector.finding import Attributes, Finding, Span, in_order
from detector.guards import Entities, vetoed
from detector.lexicon import Cue, Lexicon
from detector.messages import say
from detector.taxonomy import WARNING_ONLY, Category
from detector.text import Text, fold

CLASSIFIER = "classifier"
"""How the rule ids of findings begin that no rule names."""

_STRONG, _WEAK = 1.0, 0.7
_REMEMBERED = 8
_SENSITIVE = [category for category in Category if category.sensitive]


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

    def may_hold(self, text: Text) -> bool:
        """Whether some rule's words may stand in `text`."""
        return self._lexicon.may_hold(text)

    def attributes(self, text: Text, span: Span) -> Attributes:
        """Return what the context says of folded `span`."""
        return self._context.attributes(text, span)

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


@dataclass(frozen=True)
class Bars:
    """Decision values that the classifier must reach, chosen on corpus dev by training.

    `flagged`: to report a comment that no rule names; `category`: for a category to be among
    those reported then; `support`: to believe a weak cue of that category.
    """

    flagged: float
    category: dict[Category, float]
    support: dict[Category, float]


def bars_of(classifier: Classifier) -> Bars:
    """Return the bars that stand in the manifest of `classifier`."""
    bars = classifier.manifest["bars"]
    return Bars(
        flagged=bars["flagged"],
        category={Category(name): bar for name, bar in bars["category"].items()},
        support={Category(name): bar for name, bar in bars["support"].items()},
    )


class Judge:
    """The whole judgement of one comment; safe to share between threads."""

    def __init__(self, lexicon: LexiconJudge, classifier: Classifier, entities: Entities) -> None:
        self._lexicon = lexicon
        self._classifier = classifier
        self._bars = bars_of(classifier)
        self._entities = entities
        self.findings = lru_cache(maxsize=_REMEMBERED)(self._findings)

    def clears(self, text: Text) -> bool:
        """Whether `text` is proved clear without guards, context or Presidio: the gate."""
        if self._lexicon.may_hold(text):
            return False
        return not self._unnamed(self._classifier.scores(text), frozenset())

    def _findings(self, comment: str, names: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
        """Return the findings in `comment`, whose record bears `names`, in order of position."""
        text = fold(comment)
        cues = self._lexicon.standing(text, names, self._entities)
        scores = self._classifier.scores(text, cues)
        named = self._lexicon.findings(text, believed(cues, self._supported(scores)))
        missing = self._unnamed(scores, {finding.category for finding in named})
        unnamed = [self._from_classifier(text, category, scores) for category in missing]
        return tuple(in_order([*named, *unnamed]))

    def _supported(self, scores: Scores) -> frozenset[Category]:
        return frozenset(c for c, bar in self._bars.support.items() if _score(scores, c) >= bar)

    def _unnamed(self, scores: Scores, named: Collection[Category]) -> list[Category]:
        """Return the categories that the classifier adds to those `named` by rules."""
        likely = [c for c, bar in self._bars.category.items() if _score(scores, c) >= bar]
        warnings = [c for c in likely if c in WARNING_ONLY]
        sensitive = [c for c in likely if c not in WARNING_ONLY]
        if scores[OUTPUTS.index(FLAGGED)] < self._bars.flagged:
            sensitive = []
        elif not sensitive and not any(c.sensitive for c in named):
            sensitive = [max(_SENSITIVE, key=lambda category: _score(scores, category))]
        return [category for category in (*sensitive, *warnings) if category not in named]

    def _from_classifier(self, text: Text, category: Category, scores: Scores) -> Finding:
        evidence = self._classifier.evidence(text, category.value)
        span = text.span(evidence.start, evidence.end)
        return Finding(
            category=category,
            start=span.start,
            end=span.end,
            rule=f"{CLASSIFIER}.{category.value}",
            score=round(probability(_score(scores, category)), 4),
            why=say("why.classifier", "fr"),
            words=text.original[span.start : span.end],
            **asdict(self._lexicon.attributes(text, evidence)),
        )


def _score(scores: Scores, category: Category) -> float:
    return float(scores[OUTPUTS.index(category.value)])


def without_overlaps(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings of which no two of one category overlap: the surer, then longer one stays."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (-f.score, f.start - f.end, f.start, f.rule)):
        if not any(
            other.category is finding.category and other.span.overlaps(finding.span)
            for other in kept
        ):
            kept.append(finding)
    return in_order(kept)
