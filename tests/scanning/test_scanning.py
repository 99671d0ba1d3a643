"""A whole scan in a process of its own: stopped, killed, gone on with, and what it tells."""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time

import pytest
from fakes import command, hearing

from detector.scanning.reports import FORMATS, STREAMED
from detector.scanning.reports.base import Remembering

ROWS = 40_000
WORDS = ["porteur sida", "RAS", "mère voilée", "surendettement", "rappeler", "", "RAS", ""]
SECRET = "chuchotement"


@pytest.fixture
def export(tmp_path):
    dice = random.Random(5)
    lines = ["n_dossier;nom;commentaire"]
    for n in range(ROWS):
        text = dice.choice(WORDS)
        lines.append(f"{n * 2 // 3};VOILEE;{text and f'{text} {SECRET} {dice.randrange(ROWS)}'}")
        if n % 1_000 == 7:
            lines.append(f"{n};trop;de;champs")
    path = tmp_path / "patients.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "autres.csv").write_text("id;commentaire\n1;mère voilée\n")
    return path


@pytest.fixture
def art9(tmp_path):
    """Runs the command line in a process; returns exit code, output, error output."""
    environment = os.environ | {"ART9_KEY_FILE": str(tmp_path / "key")}
    (tmp_path / "key").write_bytes(b"k" * 32)

    def start(*words, stdin=None, start_new_session=False, **options):
        return subprocess.Popen(
            command("scan", *words, **options),
            stdin=stdin,
            start_new_session=start_new_session,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=hearing,
        )

    def run(*words, **options):
        process = start(*words, **options)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in out + err
        return process.returncode, out, err

    run.start = start
    return run


FORMS = {
    "jsonl": ("--format", "jsonl", "--output", "r"),
    "csv": ("--format", "csv", "--output", "r"),
    "table": ("--format", "table", "--output", "r"),
}


def killed(art9, tmp_path, dice, *words):
    """Kill a scan at a random moment, as a rule soon after it saved; return whether it still ran."""
    saved = _time_of(tmp_path / "ck")
    process = art9.start(*words, "--checkpoint", "ck", seconds=0.0008)
    if dice.random() < 0.7:
        deadline = time.monotonic() + 60
        while _time_of(tmp_path / "ck") == saved and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    time.sleep(dice.uniform(0, 0.4))
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def _time_of(path):
    return path.stat().st_mtime_ns if path.exists() else 0


@pytest.mark.parametrize("form", FORMS)
def test_a_scan_killed_at_ten_random_moments_ends_with_the_same_report(
    art9, export, tmp_path, form
):
    words = ["patients.csv", "autres.csv", *FORMS[form], "--workers", "2"]
    code, _, told = art9(*words)
    report = (tmp_path / "r").read_bytes()
    (tmp_path / "r").unlink()
    dice = random.Random(form)
    assert all(killed(art9, tmp_path, dice, *words) for _ in range(10))
    again, _, err = art9(*words, "--checkpoint", "ck")
    assert "Reprise" in err
    assert [line for line in err.splitlines() if "Reprise" not in line] == told.splitlines()
    assert again == code
    assert (tmp_path / "r").read_bytes() == report
    assert not (tmp_path / "ck").exists()
    assert not (tmp_path / "r.part").exists()


def test_a_scan_killed_between_its_last_checkpoint_and_the_name_of_its_report_is_complete(
    art9, export, tmp_path
):
    words = ["patients.csv", *FORMS["jsonl"], "--workers", "1"]
    code, _, told = art9(*words)
    report = (tmp_path / "r").read_bytes()
    (tmp_path / "r").unlink()
    dying = command("scan", *words, "--checkpoint", "ck")
    dying[2] = (
        "import os\nfrom detector.scanning import output\noutput.Output.publish = lambda self: os._exit(9)\n"
        + dying[2]
    )
    environment = os.environ | {"ART9_KEY_FILE": str(tmp_path / "key")}
    assert subprocess.run(dying, cwd=tmp_path, env=environment).returncode == 9
    again, _, err = art9(*words, "--checkpoint", "ck")
    assert (again, err) == (code, told)
    assert (tmp_path / "r").read_bytes() == report


def interrupted(process, part, number=signal.SIGINT):
    deadline = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > 20_000):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    return process.returncode, err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_writes_what_is_known_and_says_the_command_to_go_on(art9, export, tmp_path, workers):
    words = ["patients.csv", *FORMS["jsonl"], "--workers", workers]
    art9(*words)
    whole = (tmp_path / "r").read_bytes()
    words += ["--checkpoint", "ck"]
    process = art9.start(*words, seconds=0.0002)
    code, err = interrupted(process, tmp_path / "r.part")
    assert code == 130
    assert f"art9 scan {' '.join(words)}" in err
    *rows, summary = map(json.loads, (tmp_path / "r").read_text().splitlines())
    assert summary["complete"] is False
    assert 0 < len(rows) < len(whole.splitlines()) - 1
    code, _, err = art9(*words)
    assert code == 3
    assert f"Reprise : {summary['comments']} commentaires" in err
    assert (tmp_path / "r").read_bytes() == whole


def test_ctrl_c_without_a_checkpoint_says_how_to_have_one(art9, export, tmp_path):
    process = art9.start("patients.csv", *FORMS["csv"], seconds=0.0002)
    code, err = interrupted(process, tmp_path / "r.part")
    assert code == 130
    assert "--checkpoint art9.checkpoint" in err
    *_, last = csv.DictReader((tmp_path / "r").open(encoding="utf-8"), delimiter=";")
    assert (last["status"], last["source"]) == ("interrupted", "patients.csv")
    assert "Analyse interrompue" in last["reason"]
    assert not (tmp_path / "r.part").exists()


@pytest.mark.parametrize("to_all", [False, True], ids=["alone", "with its workers"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_scan_that_is_told_to_end_leaves_no_texts_behind(art9, export, tmp_path, number, to_all):
    words = ["patients.csv", *FORMS["csv"], "--show-text", "--workers", "2"]
    process = art9.start(*words, seconds=0.0002, start_new_session=True)
    if to_all:
        process.send_signal = lambda number: os.killpg(process.pid, number)
    code, err = interrupted(process, tmp_path / "r.part", number)
    assert code == 128 + number
    assert "Analyse interrompue" in err
    assert "interrupted" in (tmp_path / "r").read_text().splitlines()[-1]
    assert not (tmp_path / "r.part").exists()


def judged(checkpoint):
    return checkpoint.exists() and b'"events":0,' not in checkpoint.read_bytes()


def stopped(art9, tmp_path, *words):
    """Leave a checkpoint of a scan that was killed."""
    process = art9.start(*words, "--checkpoint", "ck", seconds=0.0002)
    deadline = time.monotonic() + 60
    while not judged(tmp_path / "ck"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate()


def test_a_checkpoint_holds_no_text_and_is_for_its_owner_only(art9, export, tmp_path):
    stopped(art9, tmp_path, "patients.csv", "--format", "table")
    content = (tmp_path / "ck").read_bytes()
    for secret in (SECRET, "sida", "VOILEE"):
        assert secret.encode() not in content
    assert (tmp_path / "ck").stat().st_mode & 0o777 == 0o600


CHANGES = {
    "another option": (["--column", "commentaire"], "--column"),
    "another policy": (["--policy", "strict"], "--policy"),
    "another format": (["--format", "csv"], "--format"),
    "another input": (["autres.csv"], "files"),
}


@pytest.mark.parametrize(("words", "named"), CHANGES.values(), ids=CHANGES)
def test_a_scan_that_is_another_is_not_gone_on_with(art9, export, tmp_path, words, named):
    stopped(art9, tmp_path, "patients.csv", *FORMS["jsonl"])
    code, _, err = art9("patients.csv", *FORMS["jsonl"], *words, "--checkpoint", "ck")
    assert code == 2
    assert "appartient à une autre analyse" in err
    assert named in err


def test_an_input_that_changed_is_not_gone_on_with(art9, export, tmp_path):
    stopped(art9, tmp_path, "patients.csv", *FORMS["jsonl"])
    with export.open("a") as file:
        file.write("1;X;porteur sida\n")
    code, _, err = art9("patients.csv", *FORMS["jsonl"], "--checkpoint", "ck")
    assert code == 2
    assert "patients.csv" in err


def test_another_key_or_a_damaged_file_or_a_lost_report_is_told(art9, export, tmp_path):
    words = ["patients.csv", *FORMS["jsonl"], "--checkpoint", "ck"]
    stopped(art9, tmp_path, *words[:-2])
    good = (tmp_path / "ck").read_bytes()
    (tmp_path / "ck").write_bytes(good[:-40] + b"\0" * 8 + good[-32:])
    assert "fichier de reprise illisible" in art9(*words)[2]
    (tmp_path / "ck").write_bytes(b"nonsense")
    assert "fichier de reprise illisible" in art9(*words)[2]
    (tmp_path / "ck").write_bytes(good)
    os.truncate(tmp_path / "r.part", 10)
    assert "le rapport commencé" in art9(*words)[2]
    (tmp_path / "key").write_bytes(b"o" * 32)
    assert "key" in art9(*words)[2]


WRONG = {
    "standard input": (["-", *FORMS["jsonl"]], "l'entrée standard ne peut pas être relue"),
    "a stream to standard output": (["patients.csv", "--format", "jsonl"], "demande --output"),
    "no workers": (["patients.csv", "--workers", "0"], "--workers"),
}


@pytest.mark.parametrize(("words", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused(art9, export, words, message):
    code, _, err = art9(*words, "--checkpoint", "ck")
    assert code == 2
    assert message in err


TAKEN = {
    "the input": ["--output", "patients.csv"],
    "the input by another name": ["--output", "again.csv"],
    "the input as unfinished report": ["--output", "patients"],
    "the checkpoint": ["--output", "r", "--checkpoint", "r"],
    "the unfinished checkpoint": ["--output", "r", "--checkpoint", "r.part"],
    "the baseline": ["--output", "accepted", "--baseline", "accepted"],
    "the key": ["--checkpoint", "key", "--output", "r"],
    "standard input": ["-", "--output", "patients.csv"],
}


@pytest.mark.parametrize("words", TAKEN.values(), ids=TAKEN)
def test_no_file_that_is_read_is_written_over(art9, export, tmp_path, words):
    os.link(export, tmp_path / "again.csv")
    os.link(export, tmp_path / "patients.part")
    (tmp_path / "accepted").write_text("#key salt 00\n")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    named = [] if "-" in words else ["patients.csv"]
    with export.open() as given:
        code, _, err = art9(*named, "--format", "csv", *words, stdin=given)
    assert code == 2
    assert "écraserait" in err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_only_an_ordinary_file_is_written_over(art9, export, tmp_path):
    (tmp_path / "link").symlink_to("autres.csv")
    for name in ("link", ".", "", "/dev/null"):
        code, _, err = art9("patients.csv", "--format", "csv", "--output", name)
        assert code == 2
        assert "fichier ordinaire" in err
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("more", [[], ["--checkpoint", "ck"]], ids=["alone", "checkpoint"])
@pytest.mark.parametrize("name", ["r.part", "r.copy"])
def test_a_file_that_has_the_name_of_an_unfinished_report_is_left_alone(
    art9, export, tmp_path, name, more
):
    (tmp_path / name).write_text("mine")
    for _ in range(2):
        code, _, err = art9("patients.csv", *FORMS["csv"], *more)
        assert code == 2
        assert f"{name}: un fichier de ce nom est déjà là" in err
    assert (tmp_path / name).read_text() == "mine"


def test_a_scan_of_nothing_that_can_be_read_leaves_nothing_to_go_on_with(art9, export, tmp_path):
    words = ["patients.csv", *FORMS["csv"], "--checkpoint", "ck"]
    assert art9(*words, "--column", "comentaire")[0] == 2
    assert not {path.name for path in tmp_path.iterdir()} & {"ck", "r", "r.part"}
    assert art9(*words)[0] == 3


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on files here")
@pytest.mark.parametrize("room", [300, 30_000])
def test_a_full_disk_is_told_and_the_scan_can_go_on_later(art9, export, tmp_path, room):
    words = ["patients.csv", *FORMS["jsonl"], "--workers", "1", "--checkpoint", "ck"]
    limit = (
        f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
    )
    full = command("scan", *words)
    full[2] = limit + full[2]
    environment = os.environ | {"ART9_KEY_FILE": str(tmp_path / "key")}
    run = subprocess.run(full, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 3
    assert "écriture impossible" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "ck.part").exists()
    assert art9(*words)[0] == 3
    resumed = (tmp_path / "r").read_bytes()
    art9(*words[:-2])
    assert resumed == (tmp_path / "r").read_bytes()


def test_a_worker_that_dies_leaves_a_report_that_says_so(art9, tmp_path):
    rows = "".join(f"{n};porteur sida {n}\n" for n in range(6_000))
    (tmp_path / "a.csv").write_text(f"id;commentaire\n{rows}9;meurs\n{rows}")
    code, _, err = art9("a.csv", *FORMS["jsonl"], "--workers", "2")
    assert code == 3
    assert "un processus de travail s'est arrêté" in err
    summary = json.loads((tmp_path / "r").read_text().splitlines()[-1])
    assert summary["complete"] is False
    assert "un processus de travail s'est arrêté" in (tmp_path / "r").read_text()


def test_where_there_is_no_terminal_progress_is_a_line_now_and_then(art9, export):
    _, _, err = art9("patients.csv", "--workers", "1", seconds=0.00005, every=0.2)
    lines = [line for line in err.splitlines() if "lignes lues" in line]
    assert len(lines) > 1
    assert all("par seconde" in line and "commentaires signalés" in line for line in lines)
    assert "reste environ 0:00:0" in lines[-1]


def test_short_scans_print_no_progress(art9, tmp_path, export):
    assert "lues (" not in art9("autres.csv")[2]


def peak(tmp_path, rows):
    """Return the peak memory in MB of a scan of distinct comments, one in ten of them flagged."""
    path = tmp_path / f"{rows}.csv"
    with path.open("w") as file:
        file.write("id;commentaire\n")
        file.writelines(
            f"{n};{'porteur sida' if n % 10 == 0 else 'rappeler'} {n} {'x' * 60}\n"
            for n in range(rows)
        )
    measured = command("scan", path, "--format", "csv", "--output", "m.csv", "--workers", "1")
    measured[2] = (
        "import atexit, resource, sys\natexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))\n"
        + measured[2]
    )
    run = subprocess.run(measured, cwd=tmp_path, capture_output=True, text=True)
    return int(run.stderr.splitlines()[-1]) / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted otherwise elsewhere")
def test_memory_does_not_grow_with_the_input(tmp_path):
    small, large = peak(tmp_path, 250_000), peak(tmp_path, 1_250_000)
    # 8 bytes for each different text, 25 for each record with a finding, and the table of hashes
    assert large - small < 70


def test_every_form_of_report_can_be_gone_on_with():
    """Each writes items as they come, or keeps what it is made anew from."""
    keeping = {name for name, report in FORMATS.items() if issubclass(report, Remembering)}
    assert keeping | set(STREAMED) == set(FORMATS)
