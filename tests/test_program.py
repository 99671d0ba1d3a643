"""How both programs end: where nobody reads on, and where nothing more can be written."""

import os
import subprocess
import sys

import pytest

MANY = 400
CALLS = {
    "a table": ("detector", "scan", "notes.csv"),
    "JSON lines": ("detector", "scan", "notes.csv", "--format", "jsonl"),
    "rules": ("detector", "rules"),
    "files before a commit": ("detector", "hook", "notes.csv"),
    "the quick check": ("detector.hook", "notes.csv"),
    "help": ("detector", "--help"),
}


@pytest.fixture
def folder(tmp_path):
    rows = "".join(f"{number};porteuse sida n° {number}\n" for number in range(MANY))
    (tmp_path / "notes.csv").write_text(f"id;commentaire\n{rows}", encoding="utf-8")
    return tmp_path


def ended(words, folder, **streams):
    """Return the exit code and error output of a program of its own."""
    python = [sys.executable, "-m", *words]
    done = subprocess.run(python, cwd=folder, stderr=subprocess.PIPE, text=True, **streams)
    return done.returncode, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="SIGPIPE is POSIX's")
@pytest.mark.parametrize("words", CALLS.values(), ids=CALLS)
def test_a_closed_pipe_is_no_verdict(folder, words):
    reading, writing = os.pipe()
    os.close(reading)
    code, err = ended(words, folder, stdout=writing)
    os.close(writing)
    assert (code, err) == (141, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("words", CALLS.values(), ids=CALLS)
def test_a_full_disk_is_told_in_one_line(folder, words):
    with open("/dev/full", "wb") as full:
        code, err = ended(words, folder, stdout=full)
    assert code == 3
    assert len(err.splitlines()) == 1
    assert "<stdout>" in err
    assert "No space left" in err
