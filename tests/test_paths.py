"""What reports say of places: keys that are texts, and cells taken for ids, stay where they are."""

import json
from pathlib import Path

import pytest

from detector.policy import load_policy
from detector.scanning import run
from detector.scanning.run import ScanJob, run_scan
from detector.sources.base import Options

KEYS = '{"id": 1, "note": {"porteuse sida": "mère musulmane voilée", "suite du dossier": "mère très voilée"}}\n'
SHIFTED = (
    "dossier;commentaire;suite\n12;rappeler lundi;a\n13;RAS;b\n"
    "mère musulmane voilée;porteuse sida;c\n"
)
HEADED = "dossier;Antécédents médicaux\n12;porteuse sida\n13;rappeler lundi\n"


@pytest.fixture
def report(tmp_path, monkeypatch, detector):
    monkeypatch.setattr(run, "Detector", lambda policy: detector)
    monkeypatch.chdir(tmp_path)

    def make(name, content, form, **more):
        Path(name).write_text(content, encoding="utf-8")
        job = ScanJob((name,), Options(), load_policy(), form, Path("report"), **more)
        assert run_scan(job) == 1
        return Path("report").read_text(encoding="utf-8")

    return make


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_key_that_says_too_much_is_no_part_of_a_report(report, capfd, form):
    text = report("a.jsonl", KEYS, form)
    assert "sida" not in text + capfd.readouterr().err
    assert "note.…" in text
    assert "note.suite du dossier" in text
    assert "note.porteuse sida" in report("a.jsonl", KEYS, form, show_text=True)


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_cell_that_is_no_id_gives_way_to_the_line(report, form):
    assert "musulmane" not in report("a.csv", SHIFTED, form)
    assert "musulmane" in report("a.csv", SHIFTED, form, show_text=True)


def test_a_shifted_row_is_named_by_its_line(report):
    found, *_ = [json.loads(line) for line in report("a.csv", SHIFTED, "jsonl").splitlines()[1:]]
    assert (found["record"], found["line"]) == ("4", 4)


def test_a_heading_is_told_as_it_stands(report):
    assert "Antécédents médicaux" in report("a.csv", HEADED, "jsonl")
