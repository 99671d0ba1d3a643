"""What judging needs, read into memory once: the rules in force, the classifier, the gate."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from detector.classifier import Classifier
from detector.compiled import open_compiled
from detector.gate import Gate
from detector.grounds import bars_from
from detector.lexicon import Lexicon
from detector.policy import Policy
from detector.stored import read_lexicon
from detector.weights import load_classifier


@dataclass(frozen=True)
class Parts:
    """Shared by the gate and the judge of one policy."""

    lexicon: Lexicon
    classifier: Classifier
    gate: Gate


def load_parts(policy: Policy) -> Parts:
    """Return the parts for `policy`; raise PackError or ModelError."""
    with closing(open_compiled()) as connection:
        lexicon = read_lexicon(connection, policy.looks_for)
    classifier = load_classifier()
    return Parts(lexicon, classifier, Gate(lexicon, classifier, bars_from(classifier.manifest)))
