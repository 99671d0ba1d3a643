"""The baseline: what a person accepts stays accepted, merges without conflict, and tells nothing."""

import os
import subprocess

import pytest
from needs import program

from detector.baseline import Accepting, new_baseline, read_baseline
from detector.errors import BaselineError
from detector.finding import Finding, Status
from detector.taxonomy import Category

HIV = Finding(Category.HEALTH, 9, 13, "health.infectious.hiv", 1.0)
VEIL = Finding(Category.RELIGION, 5, 21, "religion.islam.veiled", 1.0)


@pytest.fixture(autouse=True)
def no_team_key(monkeypatch):
    monkeypatch.delenv("ART9_KEY", raising=False)


def written(tmp_path, baseline, name=".art9-baseline"):
    path = tmp_path / name
    path.write_text(baseline.text(), encoding="utf-8")
    return path


def test_a_finding_accepted_once_stays_accepted_and_is_not_added_twice(tmp_path):
    once = new_baseline().with_findings([("porteuse sida", HIV)], "inventé")
    again = read_baseline(written(tmp_path, once)).with_findings([("porteuse sida", HIV)], "autre")
    assert again.text() == once.text()
    assert again.accepts("PORTEUSE  sida".replace("  ", " "), HIV)
    assert not again.accepts("porteuse sida", VEIL)
    assert not again.accepts("porteuse du sida", HIV)


def test_lines_are_sorted_and_hold_fingerprint_category_and_reason_alone():
    found = [(f"sida {number}", HIV) for number in range(20)]
    key, *lines = new_baseline().with_findings(found, "inventé").text().splitlines()
    assert key.startswith("#key salt ")
    assert lines == sorted(lines)
    assert all(line.split(" ", 2)[1:] == ["health", "inventé"] for line in lines)


def test_two_baselines_never_share_fingerprints():
    found = [("porteuse sida", HIV)]
    one, two = (new_baseline().with_findings(found, "x").entries[0].mark for _ in range(2))
    assert one != two


def test_a_team_key_stays_out_of_the_file_and_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("ART9_KEY", "a secret of the team")
    path = written(tmp_path, new_baseline().with_findings([("porteuse sida", HIV)], "x"))
    assert "secret of" not in path.read_text()
    assert read_baseline(path).accepts("porteuse sida", HIV)
    monkeypatch.setenv("ART9_KEY", "another secret, as long")
    with pytest.raises(BaselineError, match="ART9_KEY"):
        read_baseline(path)
    monkeypatch.delenv("ART9_KEY")
    with pytest.raises(BaselineError, match="ART9_KEY"):
        read_baseline(path)


def test_a_team_key_that_can_be_guessed_is_refused(monkeypatch):
    monkeypatch.setenv("ART9_KEY", "secret")
    with pytest.raises(BaselineError, match="too short"):
        new_baseline()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#key salt 00\n<<<<<<< ours\n", 2),
        ("#key salt 00\n0123 health x\n", 2),
        (f"#key salt 00\n{'0' * 32} sport x\n", 2),
        ("#key salt xyz\n", 1),
        ("", None),
    ],
)
def test_a_damaged_baseline_is_refused_with_its_line(tmp_path, text, line):
    path = tmp_path / "base"
    path.write_text(text)
    with pytest.raises(BaselineError) as refusal:
        read_baseline(path)
    assert refusal.value.place.line == line
    assert refusal.value.exit_code == 4


def test_accepted_findings_no_longer_count_and_others_still_do(detector):
    text = "porteuse sida, mère musulmane"
    health = next(f for f in detector.check(text).findings if f.category is Category.HEALTH)
    accepting = Accepting(detector, new_baseline().with_findings([(text, health)], "x"))
    verdict = accepting.check(text)
    assert verdict.categories == {Category.RELIGION}
    assert {finding.category for finding in verdict.accepted} == {Category.HEALTH}
    both = new_baseline().with_findings([(text, f) for f in detector.check(text).findings], "x")
    assert Accepting(detector, both).check(text).status is Status.CLEAR


def git(folder, *words):
    who = {"NAME": "A", "EMAIL": "a@example.org"}
    names = {f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who}
    environment = os.environ | names | {"GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(
        [program("git"), *words], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("side", ["both add to it", "both begin it"])
def test_two_branches_that_each_accept_a_finding_merge_without_conflict(tmp_path, side):
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / ".gitattributes").write_text(".art9-baseline merge=union\n")
    if side == "both add to it":
        written(tmp_path, new_baseline().with_findings([("sida", HIV)], "inventé"))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "start")
    path = tmp_path / ".art9-baseline"
    for branch, text in (("one", "porteuse sida"), ("two", "séropo")):
        git(tmp_path, "checkout", "-q", "main")
        git(tmp_path, "checkout", "-qb", branch)
        before = read_baseline(path) if path.exists() else new_baseline()
        written(tmp_path, before.with_findings([(text, HIV)], "inventé"))
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", branch)
    merge = git(tmp_path, "merge", "one")
    assert merge.returncode == 0, merge.stdout + merge.stderr
    merged = read_baseline(path)
    assert merged.accepts("porteuse sida", HIV)
    assert merged.accepts("séropo", HIV)
