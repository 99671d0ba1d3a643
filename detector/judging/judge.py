"""From a comment to findings: cues, guards, weak rules, readers, context.

A judge knows the lexicon, the classifier, the network and the context; it knows neither Presidio
nor policies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from detector.finding import DOUBTED, STRONG, WEAK, Attributes, Finding, Span, in_order
from detector.judging.case import Case
from detector.lexicon.context import Context
from detector.lexicon.guards import Entities, Guards, Scene, no_entities
from detector.lexicon.lexicon import Cue, Lexicon
from detector.messages import DEFAULT_LANGUAGE, say
from detector.model.bars import bars_from, believed, score_of
from detector.model.classifier import FLAGGED, OUTPUTS, Classifier, Scores, probability
from detector.model.joint import joint_from, opinion_from, with_opinion
from detector.model.language_file import StoredLanguage
from detector.model.network import Floats, Network, evidence
from detector.model.readers import Readers
from detector.nearness import Apart
from detector.spelling.spelling import Spelling
from detector.taxonomy import WARNING_ONLY, Category
from detector.text import Text

CLASSIFIER = "classifier"
"""How the rule ids of findings begin that no rule names."""

_REMEMBERED = 8


class LexiconJudge:
    """Judges the cues of the packs."""

    def __init__(self, lexicon: Lexicon, context: Context) -> None:
        self._lexicon = lexicon
        self._context = context
        self._guards = Guards(lexicon.rules)

    def attributes(self, text: Text, span: Span) -> Attributes:
        """Return what the context says of folded `span`."""
        return self._context.attributes(text, span)

    def standing(
        self,
        text: Text,
        names: frozenset[str] = frozenset(),
        entities: Entities = no_entities,
        cues: Sequence[Cue] | None = None,
    ) -> list[Cue]:
        """Return the cues of `text` against which no guard speaks.

        `cues` are all that stand there, if that is known already.
        """
        cues = self._lexicon.cues(text) if cues is None else cues
        return self._guards.standing(cues, Scene(text, names, entities))

    def findings(self, text: Text, cues: Sequence[Cue], *, sure: bool = True) -> list[Finding]:
        """Return findings for `cues`, overlapping ones of one category joined.

        Without `sure` those of sensitive categories are marked as doubted.
        """
        found = [
            self._finding(text, cue, category, sure=sure or not category.sensitive)
            for cue in cues
            for category in cue.rule.categories
        ]
        return without_overlaps(found)

    def _finding(self, text: Text, cue: Cue, category: Category, *, sure: bool) -> Finding:
        span = text.span(cue.span.start, cue.span.end)
        attributes = self._context.attributes(text, cue.span, cue.rule.implies)
        certain = STRONG if cue.strong else WEAK
        return Finding(
            category=category,
            start=span.start,
            end=span.end,
            rule=cue.rule.id,
            score=certain if sure else DOUBTED,
            why=cue.rule.why,
            words=text.original[span.start : span.end],
            **attributes.as_dict(),
        )


class Whole(NamedTuple):
    """What the readers make of a comment: joint scores, and what each word says."""

    scores: Scores
    told: Floats


class Judge:
    """The whole judgement of one comment; safe to share between threads."""

    def __init__(
        self,
        spelling: Spelling,
        lexicon: LexiconJudge,
        classifier: Classifier,
        network: Network,
        language: StoredLanguage,
        entities: Entities,
    ) -> None:
        self._spelling = spelling
        self._lexicon = lexicon
        self._classifier = classifier
        self._readers = Readers(classifier, network)
        self._joint = joint_from(classifier.manifest)
        self._language, self._opinion = language, opinion_from(classifier.manifest)
        self._bars = bars_from(classifier.manifest)
        self._entities = entities
        self.findings = lru_cache(maxsize=_REMEMBERED)(self._findings)

    def _findings(self, comment: str, names: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
        """Return the findings in `comment`, whose record bears `names`, in order of position."""
        return self.judged(Case(self._spelling.read(comment)), names)

    def judged(self, case: Case, names: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
        """Return the findings in a comment, whose record bears `names`, in order of position."""
        text = case.text
        case = replace(case, scores=case.scores or self._classifier.scores(text))
        cues = self._lexicon.standing(text, names, cues=case.cues)
        if self._reads(case, cues):  # only then is spaCy asked: it takes a hundred times as long
            cues = self._lexicon.standing(text, names, self._entities, cues)
        whole = self.read(case, cues)
        if whole is None:
            return ()
        scores = whole.scores
        named_already = any(c.sensitive for cue in believed(cues) for c in cue.rule.categories)
        likely = self._bars.likely(scores, named=named_already)
        sure = self._bars.reports(scores)
        named = self._lexicon.findings(text, believed(cues, likely), sure=sure)
        missing = likely - {finding.category for finding in named}
        unnamed = [self._unnamed(text, category, whole) for category in missing]
        return tuple(in_order([*named, *unnamed]))

    def read(self, case: Case, cues: Sequence[Cue]) -> Whole | None:
        """Return what the readers make of a comment with standing `cues`.

        None where no cue is believed and the classifier sees no reason to read it whole.
        """
        worded = case.scores or self._classifier.scores(case.text)
        if not self._reads(replace(case, scores=worded), cues):
            return None
        joined, told = self._readers.whole(case.text, cues, worded)
        scores = self._joint.scores(joined)
        if not self._bars.trusts(scores):
            scores = self._joint.scores(self._readers.with_parts(case.text, cues, joined))
        if self._bars.doubts(scores):
            opinion = self._language.scores(case.text)
            scores = self._opinion.scores(with_opinion(scores, opinion))
        return Whole(scores, told)

    def _reads(self, case: Case, cues: Sequence[Cue]) -> bool:
        """Whether a comment is to be read whole: a cue is believed, or the classifier says so."""
        if believed(cues) or case.scores is None:
            return True
        warnings = [score_of(case.scores, category) for category in WARNING_ONLY]
        return not self._bars.silent(case.scores[OUTPUTS.index(FLAGGED)], warnings)

    def _unnamed(self, text: Text, category: Category, whole: Whole) -> Finding:
        """Return a finding that no rule names."""
        found = evidence(text, whole.told[:, OUTPUTS.index(category.value)])
        span = text.span(found.start, found.end)
        output = FLAGGED if category.sensitive else category.value
        return Finding(
            category=category,
            start=span.start,
            end=span.end,
            rule=f"{CLASSIFIER}.{category.value}",
            score=round(probability(whole.scores[OUTPUTS.index(output)]), 4),
            why=say("why.classifier", DEFAULT_LANGUAGE),
            words=text.original[span.start : span.end],
            **self._lexicon.attributes(text, found).as_dict(),
        )


def without_overlaps(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings of which no two of one category overlap: the surer, then longer one stays."""
    kept: dict[Category, Apart] = defaultdict(Apart)
    surest_first = sorted(findings, key=lambda f: (-f.score, f.start - f.end, f.start, f.rule))
    return in_order(one for one in surest_first if kept[one.category].takes(one.span))
