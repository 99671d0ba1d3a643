"""What judging needs, read into memory once: the rules in force, the readers, the gate."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

from detector.compiled.compiled import open_compiled
from detector.compiled.stored import read_lexicon
from detector.judging.blocks import BlockGate
from detector.judging.gate import Gate
from detector.lexicon.lexicon import Lexicon
from detector.model.bars import bars_from
from detector.model.classifier import Classifier, read_manifest
from detector.model.language_file import StoredLanguage
from detector.model.network import Network
from detector.model.network_file import load_network
from detector.model.tally import Tally
from detector.model.weights import ArrayWeights, load_weights
from detector.policy import Policy
from detector.resources import models_folder
from detector.spelling.spelling import Spelling


@dataclass(frozen=True)
class Parts:
    """Shared by the gate and the judge of one policy."""

    spelling: Spelling
    lexicon: Lexicon
    classifier: Classifier
    network: Network
    language: StoredLanguage
    gate: Gate
    weights: ArrayWeights

    @cached_property
    def blocks(self) -> BlockGate:
        """The gate for many comments at once; made where it is first asked for."""
        bars = bars_from(self.classifier.manifest)
        return BlockGate(self.spelling, self.lexicon, Tally(self.weights), bars)


def load_parts(policy: Policy) -> Parts:
    """Return the parts for `policy`; raise PackError or ModelError."""
    with closing(open_compiled()) as compiled:
        lexicon = read_lexicon(compiled, policy.looks_for)
    manifest = read_manifest(models_folder() / "manifest.json")
    weights = load_weights(models_folder())
    spelling, classifier = Spelling(weights.words), Classifier(weights, manifest)
    gate = Gate(spelling, lexicon, classifier, bars_from(manifest))
    network = load_network(models_folder(), weights.rows)
    language = StoredLanguage(models_folder())
    return Parts(spelling, lexicon, classifier, network, language, gate, weights)
