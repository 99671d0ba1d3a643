"""Proves comments clear within a tenth of a millisecond, without context or Presidio.

What the gate does not clear may still be clear; what it clears is.
"""

from __future__ import annotations

from detector.compiled.compiled import open_compiled
from detector.compiled.stored import StoredWeights, StoredWords, ask_lexicon
from detector.judging.case import Case
from detector.lexicon.lexicon import Lexicon
from detector.model.bars import Bars, bars_from, believed
from detector.model.classifier import FLAGGED, Classifier, read_manifest
from detector.policy import Policy, as_policy
from detector.resources import models_folder
from detector.spelling.spelling import Spelling
from detector.taxonomy import WARNING_ONLY
from detector.text import Text

GATE_OUTPUTS = (FLAGGED, *(category.value for category in WARNING_ONLY))
"""What the gate asks the classifier for."""


class Gate:
    """Says which comments cannot hold a finding.

    As safe to share between threads as the words, lexicon and classifier that it asks.
    """

    def __init__(
        self, spelling: Spelling, lexicon: Lexicon, classifier: Classifier, bars: Bars
    ) -> None:
        self._spelling = spelling
        self._lexicon = lexicon
        self._classifier = classifier.narrowed(GATE_OUTPUTS)
        self._bars = bars

    def case(self, comment: str) -> Case | None:
        """Return what is known of `comment` if it may hold a finding, None if it is clear."""
        text = self._spelling.read(comment)
        cues = self._lexicon.cues(text)
        if not comment or (self._silent(text) and not believed(cues)):
            return None
        return Case(text, cues)

    def may_hold(self, comment: str) -> bool:
        """Whether `comment` is worth a whole check.

        >>> gate = open_gate()
        >>> gate.may_hold("rappeler demain matin"), gate.may_hold("mère musulmane voilée")
        (False, True)
        """
        return self.case(comment) is not None

    def may_stand(self, comment: str, names: frozenset[str]) -> bool:
        """Whether it still is when guards have been asked, but for those that ask spaCy.

        `names` are the folded words of its record's names.

        >>> gate = open_gate()
        >>> gate.may_hold("Mme Gay"), gate.may_stand("Mme Gay", frozenset())
        (True, False)
        """
        case = self.case(comment)
        if case is None:
            return False
        from detector.lexicon.guards import Guards, Scene  # here: a clear form asks none

        guards = Guards({cue.rule.id: cue.rule for cue in case.cues or ()}.values())
        standing = guards.standing(case.cues or (), Scene(case.text, names))
        return bool(believed(standing)) or not self._silent(case.text)

    def _silent(self, text: Text) -> bool:
        flagged, *warnings = self._classifier.scores(text)
        return self._bars.silent(flagged, warnings)


def open_gate(policy: Policy | None = None) -> Gate:
    """Return the gate of `policy` for a few comments: nothing is read before it is asked for.

    It asks a file: for the thread that opened it alone.
    """
    compiled = open_compiled()
    lexicon = ask_lexicon(compiled, as_policy(policy).looks_for)
    manifest = read_manifest(models_folder() / "manifest.json")
    classifier = Classifier(StoredWeights(compiled), manifest)
    return Gate(Spelling(StoredWords(compiled)), lexicon, classifier, bars_from(manifest))
