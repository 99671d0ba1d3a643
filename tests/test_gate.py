import random
import sqlite3

import pytest

from detector.compiled import open_compiled
from detector.gate import open_gate
from detector.parts import load_parts
from detector.policy import load_policy
from detector.recognizers import judge_of
from detector.resources import models_folder
from detector.stored import StoredWeights, StoredWords, ask_lexicon
from detector.weights import load_weights
from detector.workshop.corpus import read_split
from detector.workshop.noise import NOISES


@pytest.fixture(scope="module")
def parts():
    return load_parts(load_policy())


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ART9_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def noisy(split, count, seed):
    dice = random.Random(seed)
    for row in dice.sample(read_split(split), count):
        yield dice.choice(list(NOISES.values()))(row.text, dice)


def test_what_the_gate_clears_holds_no_finding(parts):
    judge = judge_of(parts)
    for text in noisy("train", 600, 3):
        if parts.gate.case(text) is None:
            assert judge.findings(text) == ()


def test_the_gate_that_asks_the_file_says_what_the_one_in_memory_says(parts):
    gate = open_gate()
    for text in noisy("dev", 150, 4):
        assert gate.may_hold(text) is (parts.gate.case(text) is not None)


def test_the_lexicon_that_asks_the_file_holds_the_rules_of_the_one_in_memory(parts):
    asked = ask_lexicon(open_compiled(), load_policy().looks_for)
    assert asked.rules == parts.lexicon.rules
    assert list(asked.wordings) == list(parts.lexicon.wordings)
    with pytest.raises(IndexError):
        asked.wordings[len(parts.lexicon.wordings)]


def test_weights_in_the_file_are_those_in_memory():
    stored, loaded = StoredWeights(open_compiled()), load_weights(models_folder())
    features = [name for name, _ in loaded.all_steps()][::997]
    assert list(stored.steps(features)) == list(loaded.steps(features))
    assert stored.steps(["no such feature"]) is None
    for word, _, row in list(loaded.all_words())[::997]:
        assert (stored.vector(word) is None) is (row is None)
        assert list(stored.vector(word) or ()) == list(loaded.vector(word) or ())
        assert stored.kin(word) == loaded.kin(word)


def test_words_in_the_file_are_those_in_memory():
    stored, loaded = StoredWords(open_compiled()), load_weights(models_folder()).words
    for word in ("schizophrène", "depresion", "skizo", "ellefume", "xqzw"):
        assert stored.alike(word) == loaded.alike(word)
        parts = [word[start:end] for end in range(len(word) + 1) for start in range(end)]
        assert stored.costs(parts) == loaded.costs(parts)


def test_a_second_start_finds_the_file_of_the_first(own_cache):
    open_compiled().close()
    (first,) = own_cache.iterdir()
    written = first.stat().st_mtime_ns
    open_compiled().close()
    assert [path.stat().st_mtime_ns for path in own_cache.iterdir()] == [written]


def test_where_nothing_can_be_written_everything_is_in_memory(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ART9_CACHE", str(tmp_path / "file" / "cache"))
    assert open_compiled().execute("SELECT count(*) FROM rules").fetchone()[0] > 600


def test_a_damaged_file_is_not_believed(own_cache):
    open_compiled().close()
    (path,) = own_cache.iterdir()
    path.write_bytes(b"not a database at all" * 100)
    assert open_compiled().execute("SELECT count(*) FROM rules").fetchone()[0] > 600


def test_the_file_can_only_be_read():
    with pytest.raises(sqlite3.OperationalError):
        open_compiled().execute("DELETE FROM rules")
