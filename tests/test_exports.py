"""The files that benchmarks are run on are what they say, and the same every time."""

import csv

from detector.workshop.corpus import read_split
from tests.bench.exports import breach_rows, stress_rows, write_export


def rows_of(path):
    with path.open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_stress_file_holds_a_comment_in_every_row_and_none_twice(tmp_path):
    write_export(tmp_path / "a.csv", stress_rows(20_000))
    comments = [row["commentaire"] for row in rows_of(tmp_path / "a.csv")]
    assert len(set(comments)) == len(comments) == 20_000
    assert all(comments)


def test_the_stress_file_repeats_the_share_asked_for(tmp_path):
    write_export(tmp_path / "a.csv", stress_rows(20_000, 0.6))
    comments = [row["commentaire"] for row in rows_of(tmp_path / "a.csv")]
    assert 0.38 < len(set(comments)) / len(comments) < 0.42


def test_the_breach_file_has_its_shape(tmp_path):
    write_export(tmp_path / "a.csv", breach_rows(100_000))
    rows = rows_of(tmp_path / "a.csv")
    people = {row["n_dossier"] for row in rows}
    notes = [row["commentaire"] for row in rows if row["commentaire"]]
    assert len(rows) == 100_000
    assert abs(len(people) / len(rows) - 15 / 19) < 0.01
    assert 0.009 < len(notes) / len(rows) < 0.013
    assert len(set(notes)) < len(notes)


def test_the_same_seed_gives_the_same_file_and_another_another():
    assert list(breach_rows(500, seed=1)) == list(breach_rows(500, seed=1))
    assert list(breach_rows(500, seed=1)) != list(breach_rows(500, seed=2))


def test_no_comment_of_the_test_split_is_in_a_benchmark():
    test = {row.text for row in read_split("test")} - {
        row.text for split in ("train", "dev") for row in read_split(split)
    }
    written = {line.split(";")[-1].strip('"') for line in breach_rows(50_000)}
    assert not test & written


def test_writing_is_streamed(tmp_path):
    lines = stress_rows(10**12)  # more than any memory holds
    assert next(lines).startswith("n_dossier")
    assert next(lines)
