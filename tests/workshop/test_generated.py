"""What is generated and committed is fresh."""

import csv

from detector.resources import corpus_folder
from detector.workshop.catalogue import catalogue, catalogue_file
from detector.workshop.demo import HEADER, ROWS, write_demo
from detector.workshop.designs import COLUMNS, LINEAR, page_file
from detector.workshop.drafts import read_drafts


def test_the_catalogue_of_rules_is_fresh():
    assert catalogue_file().read_text(encoding="utf-8") == catalogue()


def test_the_comparison_of_designs_has_the_designs_of_its_program():
    table = page_file().read_text(encoding="utf-8").split(COLUMNS)[1]
    assert all(f"| {design.name} |" in table for design in LINEAR)


def test_the_demo_export_is_what_its_parts_make(tmp_path):
    folder = corpus_folder() / "demo"
    for name in ("people.yaml", "comments.txt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    assert write_demo(tmp_path).read_bytes() == (folder / "patients.csv").read_bytes()


def test_the_demo_export_is_shaped_like_a_patient_file():
    text = (corpus_folder() / "demo" / "patients.csv").read_bytes().decode("cp1252")
    rows = list(csv.reader(text.splitlines(keepends=True), delimiter=";"))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == ROWS + 1
    assert 0.03 < sum(bool(row[-1]) for row in rows[1:]) / ROWS < 0.05


def test_the_demo_finds_what_its_comments_hold(detector):
    rows = list(read_drafts(corpus_folder() / "demo" / "comments.txt"))
    flagged = [row for row in rows if row.flagged]
    found = sum(detector.check(row.text).flagged for row in flagged)
    assert found / len(flagged) > 0.75
