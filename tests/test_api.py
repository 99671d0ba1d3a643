"""What users of the Python API import, and what docs/python.md tells them."""

import doctest
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import detector
from detector.finding import DOUBTED, STRONG, WEAK, Finding, Verdict
from detector.policy import policy_names
from detector.workshop.corpus import read_split

PAGE = (Path(__file__).parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))


def test_every_public_name_is_there_and_listed():
    for name in detector.__all__:
        assert getattr(detector, name) is not None, name
    assert set(detector.__all__) <= set(dir(detector))
    assert set(detector._HOMES) | {"__version__"} == set(detector.__all__)
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", detector.__version__)
    with pytest.raises(AttributeError, match="'detector' has no attribute 'Detectr'"):
        _ = detector.Detectr


def test_importing_the_package_loads_nothing_else_of_it():
    code = (
        "import sys, detector; dir(detector); print([m for m in sys.modules if 'detector.' in m])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_examples_of_the_page_are_true():
    examples = doctest.DocTestParser().get_doctest(BLOCKS, {}, "docs/python.md", None, 0)
    assert len(examples.examples) > 20
    said = []
    failed = doctest.DocTestRunner().run(examples, out=said.append).failed
    assert not failed, "".join(said)


def test_the_page_names_all_that_a_verdict_and_a_finding_hold():
    for one in (*fields(Verdict), *fields(Finding)):
        assert f"`{one.name}`" in PAGE, one.name
    for name in policy_names():
        assert f"`{name}`" in PAGE, name


def test_scores_are_what_the_page_says(detector):
    texts = [row.text for row in read_split("dev")][:600]
    found = [finding for verdict in detector.check_many(texts) for finding in verdict.findings]
    ruled = [one for one in found if not one.rule.startswith("classifier.")]
    assert {one.score for one in ruled} == {STRONG, WEAK, DOUBTED}
    for score in (STRONG, WEAK, DOUBTED):
        assert f"| of a pack | {score} |" in PAGE
    read = [one for one in found if one not in ruled]
    assert read
    assert all(0 < one.score < 1 for one in read)
    assert all(one.category.sensitive for one in found if one.score == DOUBTED)
