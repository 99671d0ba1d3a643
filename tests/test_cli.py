"""The command line as people meet it: exit codes, messages, nothing lost, nothing shown."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import hearing

from detector.cli import main
from detector.settings import find_settings

SECRET = "chuchotement"


@pytest.fixture
def art9(monkeypatch, capfd, tmp_path):
    """Runs the command line in an empty folder; returns exit code, output and error output."""
    monkeypatch.chdir(tmp_path)

    def run(*words, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["art9", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as end:
            main()
        shown = capfd.readouterr()
        return end.value.code or 0, shown.out, shown.err

    return run


@pytest.fixture
def export(tmp_path):
    rows = [
        ["n_dossier", "nom", "prenom", "ville", "commentaire"],
        ["11", "GAY", "Martine", "Juif", "gay martine à rappeler"],
        ["12", "PETIT", "Jean", "Lyon", f"porteur sida, {SECRET}"],
        ["13", "ROUX", "Ana", "Lyon", ""],
        ["14", "BLANC", "Eva", "Lyon", "rappeler lundi"],
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    path = tmp_path / "patients.csv"
    path.write_bytes(text.getvalue().encode("cp1252"))
    return path


def test_a_finding_ends_with_exit_code_1_and_names_the_record(art9, export):
    code, out, _ = art9("scan", export)
    assert code == 1
    assert "12" in out
    assert "Santé" in out
    assert "Personnes (fiches) concernées : 1" in out
    assert "commentaire : retenue" in out


def test_a_harmless_file_ends_with_exit_code_0(art9, tmp_path):
    (tmp_path / "a.txt").write_text("rappeler lundi\nRAS\n")
    code, out, _ = art9("scan", "a.txt")
    assert code == 0
    assert "Rien de sensible" in out


@pytest.mark.parametrize("shown", [(), ("--show-text",)], ids=["masked", "shown"])
def test_a_verdict_has_one_form_in_json(art9, tmp_path, detector, shown):
    text = "porteuse sida, mère musulmane voilée"
    (tmp_path / "a.txt").write_text(text)
    verdict = detector.check(text).as_dict(show_text=bool(shown))
    assert json.loads(art9("check", text, "--json", *shown)[1]) == verdict
    line = json.loads(art9("scan", "a.txt", "--format", "jsonl", *shown)[1].splitlines()[1])
    assert {name: line[name] for name in verdict} == verdict
    form = json.dumps({"note": text}).encode()
    field = json.loads(art9("check", "--form", "--json", *shown, stdin=form)[1])["fields"]["note"]
    for told, finding in zip(field["findings"], verdict["findings"], strict=True):
        assert {name: told[name] for name in finding if name != "why"} == {
            name: value for name, value in finding.items() if name != "why"
        }
    assert [field["status"], field["categories"]] == [verdict["status"], verdict["categories"]]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_no_report_shows_a_text_unless_asked(art9, export, form):
    _, out, err = art9("scan", export, "--format", form)
    assert SECRET not in out + err
    assert "sida" not in out + err
    _, shown, _ = art9("scan", export, "--format", form, "--show-text")
    assert SECRET in shown


def test_json_lines_end_with_a_summary(art9, export):
    _, out, _ = art9("scan", export, "--format", "jsonl")
    *rows, summary = map(json.loads, out.splitlines())
    (found,) = [row for row in rows if row["type"] == "comment"]
    assert (found["record"], found["line"], found["field"]) == ("12", 3, "commentaire")
    assert found["categories"] == ["health"]
    assert len(found["fingerprint"]) == 32
    counts = {key: summary[key] for key in ("comments", "empty", "unreadable", "persons")}
    assert counts == {"comments": 3, "empty": 1, "unreadable": 0, "persons": 1}
    assert summary["versions"]["art9"]


def test_a_report_is_written_for_its_owner_only(art9, export, tmp_path):
    code, out, err = art9("scan", export, "--format", "csv", "--output", "report.csv")
    path = tmp_path / "report.csv"
    assert code == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(csv.DictReader(path.open(encoding="utf-8"), delimiter=";"))) == 1
    assert out == ""
    assert "report.csv" in err


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(art9, tmp_path):
    (tmp_path / "a.csv").write_text("id;commentaire\n=1+1;porteuse sida\n")
    _, out, _ = art9("scan", "a.csv", "--format", "csv", "--record", "id")
    assert ";'=1+1;" in out


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


BAD = {
    "missing file": ("nope.csv", None, 3, "ce fichier n'existe pas"),
    "empty file": ("a.csv", "", 3, "fichier vide"),
    "header only": ("a.csv", "id;commentaire\n", 3, "ne contient que son en-tête"),
    "binary file": ("a.csv", b"PK\x03\x04" + bytes(range(256)) * 20, 3, "pas du texte"),
    "invalid JSON document": ("a.json", '[{"note": "sida"}', 3, "JSON non valide"),
    "ragged row": ("a.csv", "id;commentaire\n1;sida\n2;a;b\n", 3, "3 champs au lieu de 2"),
    "NUL bytes in a row": ("a.csv", b"id;commentaire\n1;sida\n2;a\x00b\n", 3, "octets nuls"),
    "quote never closed": ("a.csv", 'id;commentaire\n1;"sida\n2;VIH\n', 3, "jamais refermé"),
    "invalid JSON on line 17": (
        "a.jsonl",
        '{"note": "porteuse sida"}\n' * 16 + "{oops\n" + '{"note": "RAS"}\n',
        3,
        "17",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code", "message"), BAD.values(), ids=BAD)
def test_bad_input_says_what_is_wrong_and_never_succeeds(
    art9, tmp_path, name, content, code, message
):
    if content is not None:
        write(tmp_path / name, content)
    ended, out, err = art9("scan", name)
    assert ended == code
    assert message in " ".join((out + err).split())
    assert "Traceback" not in out + err
    assert "sida" not in out + err


def test_what_can_be_read_of_a_bad_file_is_scanned(art9, tmp_path):
    write(tmp_path / "a.csv", 'id;commentaire\n1;"porteuse sida\n2;VIH +\n3;a;b\n4;RAS\n')
    code, out, _ = art9("scan", "a.csv", "--format", "jsonl")
    *rows, summary = map(json.loads, out.splitlines())
    assert code == 3
    assert summary["unreadable"] == 2
    assert [row["record"] for row in rows if row["type"] == "comment"] == ["2"]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_report_names_the_file_that_could_not_be_read(art9, export, tmp_path, form):
    write(tmp_path / "bad.csv", b"\x1f\x8b" + bytes(range(256)) * 20)
    code, _, err = art9("scan", export, "bad.csv", "--format", form, "--output", "report")
    report = (tmp_path / "report").read_text(encoding="utf-8")
    assert code == 3
    assert "bad.csv" in report
    assert "gzip" in report
    assert "Fichiers non lus ou non lus jusqu'au bout : 1" in (report if form == "table" else err)


def test_a_path_that_does_not_exist_lets_the_rest_be_scanned(art9, export, tmp_path):
    (tmp_path / "empty").mkdir()
    code, out, err = art9("scan", "nope.csv", "empty", export, "--format", "jsonl")
    first, second, *_, summary = map(json.loads, out.splitlines())
    assert code == 3
    assert "nope.csv: ce fichier n'existe pas" in err
    assert [(one["type"], one["source"]) for one in (first, second)] == [
        ("unreadable", "nope.csv"),
        ("unreadable", "empty"),
    ]
    assert summary["persons"] == 1


def test_a_comment_to_review_alone_ends_with_0_as_the_readme_says(art9, tmp_path):
    (tmp_path / "a.csv").write_text("id;commentaire\n1;personne en surendettement\n")
    code, out, _ = art9("scan", "a.csv", "--format", "jsonl")
    assert (code, json.loads(out.splitlines()[-1])["by_status"]) == (0, {"warn": 1})


def test_a_report_is_not_complete_where_a_file_is_missing_from_it(art9, export, tmp_path):
    write(tmp_path / "bad.json", '[{"note": "RAS"}, {"note": "VIH +"')
    _, out, _ = art9("scan", export, "bad.json", "--format", "jsonl")
    *_, unread, summary = map(json.loads, out.splitlines())
    assert (unread["type"], unread["source"]) == ("unreadable", "bad.json")
    assert (summary["complete"], summary["faults"]) == (False, 1)
    assert json.loads(art9("scan", export, "--format", "jsonl")[1].splitlines()[-1])["complete"]


def test_mixed_encodings_are_read_whole(art9, tmp_path):
    lines = [
        b"id;commentaire\n",
        "1;mère voilée\n".encode(),
        "2;séropositif\n".encode("cp1252"),
    ]
    write(tmp_path / "a.csv", b"".join(lines))
    code, out, _ = art9("scan", "a.csv", "--format", "jsonl")
    assert code == 1
    assert json.loads(out.splitlines()[-1])["persons"] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encoding_and_delimiter_are_recognised(art9, tmp_path, encoding, delimiter):
    rows = [["id", "nom", "commentaire"], ["1", "Noël", "mère musulmane voilée, très pressée"]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    write(tmp_path / "a.csv", text.getvalue().encode(encoding))
    code, out, _ = art9("scan", "a.csv", "--format", "jsonl")
    assert code == 1
    assert json.loads(out.splitlines()[1])["categories"] == ["religion"]


def test_a_cell_with_line_breaks_is_one_comment(art9, tmp_path):
    write(tmp_path / "a.csv", 'id;commentaire\n1;"rappeler\nmère voilée"\n2;RAS\n')
    code, out, _ = art9("scan", "a.csv", "--format", "jsonl")
    assert code == 1
    assert json.loads(out.splitlines()[-1])["comments"] == 2


def test_a_huge_cell_is_listed_and_the_rest_is_read(art9, tmp_path):
    write(tmp_path / "a.csv", "id;commentaire\n1;" + "x" * 50_000_000 + "\n2;porteuse sida\n")
    code, out, err = art9("scan", "a.csv", "--column", "commentaire", "--format", "jsonl")
    assert code == 3
    assert json.loads(out.splitlines()[-1])["persons"] == 1
    assert len(out + err) < 5_000


def test_standard_input_is_read_by_content(art9):
    code, out, _ = art9("scan", "-", "--format", "jsonl", stdin="RAS\nmère voilée\n".encode())
    assert code == 1
    assert json.loads(out.splitlines()[1])["line"] == 2


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le", "cp1252", "cp850", "mac_roman"])
def test_a_comment_on_standard_input_is_read_in_its_encoding(art9, codec):
    code, _, err = art9("check", stdin="séropositive\n".encode(codec))
    assert (code, err) == (1, "")


@pytest.mark.parametrize(
    "content",
    [b"\x1f\x8b\x08" + bytes(60), "hébété ".encode("cp1252") + "séro".encode("cp850")],
    ids=["gzip", "doubtful"],
)
def test_standard_input_that_is_no_readable_text_is_not_held_clear(art9, content):
    code, out, err = art9("check", stdin=content)
    assert (code, out) == (3, "")
    assert err.startswith("art9: <stdin>: ")


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_scan_tells_which_files_of_a_folder_it_left(art9, tmp_path, export, form):
    (tmp_path / "exp").mkdir()
    export.rename(tmp_path / "exp" / "patients.csv")
    (tmp_path / "exp" / "notes.log").write_text("porteuse sida\n")
    (tmp_path / "exp" / "PATIENTS").write_text("porteuse sida\n")
    code, out, err = art9("scan", "exp", "--format", form)
    assert code == 1
    assert "2 (1 .log, 1 sans extension)" in out + err
    if form == "table":
        assert "exp/notes.log : laissé" in out
    if form == "jsonl":
        left = json.loads(out.splitlines()[-1])["left"]
        assert left == {"no_ending": ["exp/PATIENTS"], ".log": ["exp/notes.log"]}


def test_a_container_in_a_folder_ends_with_3(art9, tmp_path, export):
    (tmp_path / "exp").mkdir()
    export.rename(tmp_path / "exp" / "patients.csv")
    (tmp_path / "exp" / "old.csv.gz").write_bytes(b"\x1f\x8b\x08")
    code, _, err = art9("scan", "exp")
    assert (code, "exp/old.csv.gz: fichier gzip" in err) == (3, True)


def test_a_folder_is_read_and_one_without_readable_files_is_refused(art9, tmp_path, export):
    folder = tmp_path / "empty"
    folder.mkdir()
    code, _, err = art9("scan", folder)
    assert code == 3
    assert "aucun fichier lisible" in err
    export.rename(folder / "patients.csv")
    assert art9("scan", folder)[0] == 1


WRONG = {
    "unknown column": (["scan", "patients.csv", "--column", "comentaire"], 2, "vouliez-vous dire « commentaire »"),
    "unknown option": (["scan", "patients.csv", "--colum", "x"], 2, "option inconnue --colum"),
    "unknown command": (["scna", "patients.csv"], 2, "vouliez-vous dire « scan »"),
    "no path": (["scan"], 2, "il manque"),
    "no command": ([], 2, "il manque une commande"),
    "no value": (["scan", "patients.csv", "--output"], 2, "--output veut une valeur"),
    "no number": (["scan", "patients.csv", "--workers", "x"], 2, "--workers veut un nombre entier, 1 au moins ; « art9 scan --help »"),
    "no worker": (["scan", "patients.csv", "--workers", "0"], 2, "--workers veut un nombre entier, 1 au moins"),
    "no text": (["check", " "], 3, "le texte est vide"),
    "a file to check": (["check", "patients.csv"], 2, "« art9 scan patients.csv » le lit"),
    "no quotes": (["check", "mère", "voilée"], 2, "« art9 check --help »"),
    "unknown format": (["scan", "patients.csv", "--format", "xml"], 2, "--format"),
    "unknown policy": (["scan", "patients.csv", "--policy", "cabinett"], 4, "connues : cabinet"),
    "unknown language": (["scan", "patients.csv", "--lang", "de"], 2, "langue inconnue"),
    "unknown rule": (["explain", "religionn"], 2, "vouliez-vous dire « religion »"),
    "unknown encoding": (["scan", "patients.csv", "--encoding", "utf-99"], 2, "encodage « utf-99 » inconnu"),
    "output into nowhere": (["scan", "patients.csv", "--output", "no/where.csv"], 3, "écriture impossible"),
    "missing labelled file": (["evaluate", "nope.jsonl"], 3, "ce fichier n'existe pas"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_says_what_and_what_to_do(art9, export, words, code, message):
    ended, out, err = art9(*words)
    assert ended == code
    assert message in err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("polcy = 'strict'", "réglage inconnu « polcy », vouliez-vous dire « policy » ?"),
        ("policy = 3", "« policy » attend un texte"),
        ("lang = ", "TOML non valide"),
        ("[actions]\nreligion = 'stop'", "action inconnue « stop »"),
        ("[actions]\nreligon = 'warn'", "vouliez-vous dire « religion » ?"),
    ],
)
def test_broken_settings_are_named_with_their_file(art9, export, tmp_path, settings, message):
    (tmp_path / "art9.toml").write_text(settings, encoding="utf-8")
    code, _, err = art9("scan", export)
    assert code in (2, 4)
    assert "art9.toml" in err
    assert message in err


@pytest.mark.parametrize(
    ("project", "name"), [("[tool]\nart9 = 3", "art9"), ("tool = 3", "tool")], ids=["art9", "tool"]
)
def test_a_project_whose_settings_are_no_table_is_refused(art9, tmp_path, project, name):
    (tmp_path / "pyproject.toml").write_text(project)
    code, _, err = art9("check", "RAS")
    assert code == 2
    assert f"pyproject.toml: « {name} » attend une table" in err


def test_a_folder_that_is_gone_is_told(art9, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, _, err = art9("check", "RAS")
    assert code == 2
    assert "le dossier courant n'existe plus" in err


def test_settings_give_the_defaults(art9, export, tmp_path):
    (tmp_path / "art9.toml").write_text("lang = 'en'\n[actions]\nhealth = 'ignore'\n")
    code, out, _ = art9("scan", export)
    assert code == 0
    assert "Nothing sensitive was recognised" in out


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_scan_says_under_which_policy_and_settings_it_was_made(art9, export, tmp_path, form):
    _, out, err = art9("scan", export, "--format", form, "--policy", "strict")
    assert "Politique : strict." in out + err
    assert "Réglages" not in out + err
    (tmp_path / "art9.toml").write_text("[actions]\nhealth = 'ignore'\nreligion = 'block'\n")
    _, out, err = art9("scan", export, "--format", form)
    told = " ".join((out + err).split())
    assert "Politique : cabinet." in told
    assert (
        f"Réglages : {tmp_path / 'art9.toml'} (actions de la politique qu'ils changent : " in told
    )


def test_a_summary_holds_the_policy_that_held(art9, export, tmp_path):
    _, out, _ = art9("scan", export, "--format", "jsonl")
    policy = json.loads(out.splitlines()[-1])["policy"]
    assert (policy["name"], policy["changed"], policy["settings"]) == ("cabinet", [], None)
    (tmp_path / "art9.toml").write_text("[actions]\nhealth = 'ignore'\njudgement = 'warn'\n")
    _, out, _ = art9("scan", export, "--format", "jsonl")
    changed = json.loads(out.splitlines()[-1])["policy"]
    assert changed["actions"] == policy["actions"] | {"health": "ignore"}
    assert changed["changed"] == ["health"]
    assert changed["settings"] == str(tmp_path / "art9.toml")


def test_paths_in_settings_lead_on_from_their_folder(art9, export, tmp_path, monkeypatch):
    (tmp_path / "art9.toml").write_text(
        "policy = 'own.toml'\n[service]\naudit = 'log/a.jsonl'\ncertificate = '/c.pem'\n"
    )
    (tmp_path / "own.toml").write_text("[actions]\nhealth = 'ignore'\n")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert art9("scan", export)[0] == 0
    service = find_settings().service
    assert service.audit == str(tmp_path / "log" / "a.jsonl")
    assert service.certificate == str(Path("/c.pem"))
    before = (tmp_path / "own.toml").read_text()
    assert art9("scan", export, "--output", "../own.toml")[0] == 2
    assert (tmp_path / "own.toml").read_text() == before


def test_messages_come_in_english_on_demand(art9, export):
    assert "Persons (records) concerned: 1" in art9("scan", export, "--lang", "en")[1]


def test_help_speaks_the_users_language(art9):
    assert "Commandes" in art9("-h")[1]
    assert "[par défaut : table]" in art9("scan", "-h")[1]
    english = art9("scan", "--lang", "en", "--help")[1]
    assert "Scan exported files" in english
    assert "[default: table]" in english


def test_check_answers_with_its_exit_code(art9):
    assert art9("check", "RAS")[0] == 0
    code, out, _ = art9("check", "porteuse sida")
    assert code == 1
    assert "sida" not in out
    assert "RGPD art. 9(1)" in out
    assert json.loads(art9("check", "--json", stdin=b"porteuse sida")[1])["status"] == "block"


def test_rules_are_listed_and_explained(art9):
    code, out, _ = art9("rules", "--category", "religion", "--json")
    rules = json.loads(out)
    assert code == 0
    assert all("religion" in rule["categories"] for rule in rules)
    assert rules[0]["title"] in " ".join(art9("explain", rules[0]["id"])[1].split())
    assert "RGPD art. 9(1)" in art9("explain", "religion")[1]


def test_an_internal_error_shows_no_text(art9, export, monkeypatch):
    from detector.detector import Detector

    def burst(self, texts, **_):
        raise RuntimeError(*texts)

    monkeypatch.setattr(Detector, "check_many", burst)
    code, out, err = art9("scan", export)
    assert code == 70
    assert "RuntimeError" in err
    assert SECRET not in out + err


def test_interrupting_a_scan_tells_what_is_known(tmp_path):
    rows = "".join(f"{n};porteuse sida {n}\n" for n in range(2_000_000))
    (tmp_path / "a.csv").write_text("id;commentaire\n" + rows)
    words = [
        sys.executable,
        "-m",
        "detector",
        "scan",
        "a.csv",
        "--format",
        "jsonl",
        "--output",
        "r.jsonl",
    ]
    environment = os.environ | {"ART9_KEY_FILE": str(tmp_path / "key")}
    run = subprocess.Popen(
        words,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=hearing,
    )
    deadline = time.monotonic() + 60
    while (
        not (tmp_path / "r.jsonl.part").exists()
        or (tmp_path / "r.jsonl.part").stat().st_size < 10_000
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Analyse interrompue" in err
    assert "Traceback" not in err
    summary = json.loads((tmp_path / "r.jsonl").read_text().splitlines()[-1])
    assert summary["complete"] is False
    assert summary["comments"] > 0


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii"])
@pytest.mark.parametrize(
    "words",
    [
        ["scan", "patients.csv", "--lang", "en"],
        ["scan", "patients.csv", "--format", "jsonl"],
        ["check", "porteuse sida"],
        ["check", "--json", "porteuse sida \N{HORIZONTAL ELLIPSIS}\N{SNOWMAN}", "--show-text"],
        ["hook", "patients.csv", "--lang", "en"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_an_encoding_that_lacks_a_sign_is_no_fault(tmp_path, export, words, encoding):
    run = [sys.executable, "-m", "detector", *words]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    ended = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True)
    assert ended.returncode == 1
    assert b"\\u2588" not in ended.stdout
    if "json" in "".join(words):
        text = ended.stdout.decode("utf-8")
        assert all(map(json.loads, text.splitlines() if "scan" in words else [text]))


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes elsewhere no longer")
@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_name_that_is_no_utf_8_is_a_name_like_others(art9, export, tmp_path, form):
    name = os.fsdecode(b"relev\xe9.csv")
    export.rename(tmp_path / name)
    words = ["--format", form, "--output", "r", "--checkpoint", "ck"]
    code, _, err = art9("scan", name, *words)
    assert code == 1, err
    assert "relev\\udce9.csv" in (tmp_path / "r").read_text(encoding="utf-8")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_told(tmp_path, export):
    words = [sys.executable, "-m", "detector", "scan", str(export), "--format", "jsonl"]
    with open("/dev/full", "w") as full:
        run = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert run.returncode == 3
    assert "écriture impossible" in run.stderr
    assert "Traceback" not in run.stderr


LABELLED = {"id": "1", "text": "porteuse sida", "categories": ["health"], "spans": []}
BAD_LABELS = {
    "no JSON": ("porteuse sida", "JSON ?"),
    "no text": (json.dumps({"id": "1", "categories": []}), "text ?"),
    "unknown category": (json.dumps(LABELLED | {"categories": ["sida"]}), "categories, spans ?"),
    "span outside": (
        json.dumps(LABELLED | {"spans": [{"start": 9, "end": 60, "category": "health"}]}),
        "spans ?",
    ),
    "span of another category": (
        json.dumps(LABELLED | {"spans": [{"start": 9, "end": 13, "category": "religion"}]}),
        "spans ?",
    ),
}


@pytest.mark.parametrize(("line", "said"), BAD_LABELS.values(), ids=BAD_LABELS)
def test_a_line_that_is_not_rightly_labelled_is_told_and_not_measured(art9, tmp_path, line, said):
    (tmp_path / "own.jsonl").write_text(f"{json.dumps(LABELLED)}\n{line}\n", encoding="utf-8")
    code, out, err = art9("evaluate", "own.jsonl")
    assert (code, out) == (3, "")
    assert f"own.jsonl:2: ligne non valide ({said})" in err
    assert "sida" not in err


def test_what_is_labelled_in_another_encoding_is_told(art9, tmp_path):
    (tmp_path / "own.jsonl").write_bytes('{"text": "voilée"}'.encode("cp1252"))
    assert "UTF-8" in art9("evaluate", "own.jsonl")[2]


def test_a_policy_that_the_settings_get_wrong_is_told_with_their_file(art9, export, tmp_path):
    (tmp_path / "art9.toml").write_text('policy = "stict"\n')
    code, _, err = art9("scan", export)
    assert code == 4
    assert "art9.toml: politique" in err
    assert "strict" in err


def test_a_scan_says_whether_nothing_was_found_or_all_of_it_accepted(art9, tmp_path):
    (tmp_path / "a.txt").write_text("porteuse sida\n", encoding="utf-8")
    art9("baseline", "a.txt")
    _, out, _ = art9("scan", "a.txt", "--baseline", ".art9-baseline")
    assert "en dehors des constats acceptés" in out


def test_each_kind_of_noise_is_told_in_the_users_language(art9, tmp_path):
    (tmp_path / "own.jsonl").write_text(json.dumps(LABELLED), encoding="utf-8")
    code, out, _ = art9("evaluate", "own.jsonl", "--noise")
    assert code == 0
    assert "faute de frappe" in out
    assert "mots coupés en deux" in out


def test_where_no_key_can_be_kept_it_is_told_and_nothing_is_promised(
    art9, export, monkeypatch, tmp_path
):
    monkeypatch.setenv("ART9_KEY_FILE", str(export / "below" / "key"))
    code, _, err = art9("scan", export)
    assert code == 1
    assert "celles de ce rapport ne vaudront que pour lui" in err
    code, out, err = art9("scan", export, "--checkpoint", tmp_path / "c")
    assert (code, out) == (2, "")
    assert "ART9_KEY_FILE" in err
    assert not (tmp_path / "c").exists()


def test_that_rules_are_being_compiled_is_told_once(art9, monkeypatch, tmp_path):
    monkeypatch.setenv("ART9_CACHE", str(tmp_path / "cache"))
    assert "première utilisation" in art9("check", "RAS")[2]
    assert art9("check", "RAS")[2] == ""
