"""The form check: what a secretary and a program are told, and how little a clear form costs."""

import importlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from detector import hook
from detector.cli import main as art9
from detector.hooks import form, form_check
from detector.judging.gate import open_gate

SECRET = "chuchotement"
NOTE = {"nom": "GAY", "commentaire": f"porteuse sida, {SECRET}"}


@pytest.fixture
def check(monkeypatch, capfd, tmp_path, detector):
    """Runs `art9-hook --form` in an empty folder; returns exit code, output and error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(form, "Detector", lambda policy: detector)

    def run(values, *words, command="art9-hook"):
        data = values if isinstance(values, bytes) else json.dumps(values).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        before = ["art9", "check"] if command == "art9" else ["art9-hook"]
        monkeypatch.setattr(sys, "argv", [*before, "--form", *words])
        with pytest.raises(SystemExit) as end:
            (art9 if command == "art9" else hook.main)()
        shown = capfd.readouterr()
        assert SECRET not in shown.out + shown.err or "--show-text" in words
        return end.value.code or 0, shown.out, shown.err

    return run


@pytest.mark.parametrize("command", ["art9-hook", "art9"])
def test_a_form_with_a_finding_is_refused_in_words_that_a_secretary_understands(check, command):
    code, out, _ = check(NOTE, command=command)
    assert code == 1
    for words in ("À corriger avant d'enregistrer", "« commentaire »", "Santé", "dossier médical"):
        assert words in out
    assert "« nom »" not in out
    assert "sida" not in out


NAMESAKES = {
    "a name in its own field": {"nom": "GAY", "commentaire": "rappeler lundi"},
    "the form's own name in a note": {"nom": "GAY", "commentaire": "gay martine à rappeler"},
    "a name after its title": {"nom": "MARTIN", "commentaire": "Mme Gay à rappeler"},
}


@pytest.mark.parametrize("values", NAMESAKES.values(), ids=NAMESAKES)
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_namesake_is_cleared_without_the_detector(check, monkeypatch, values, words):
    """Its import and the model of names take a second; guards and the form's names do not."""
    made = []
    monkeypatch.setattr(form, "Detector", made.append)
    code, out, err = check(values, *words)
    assert (code, err, made) == (0, "", [])
    assert not words or set(json.loads(out)["fields"]) == {"commentaire"}


def test_words_are_quoted_on_demand_only(check):
    assert "« sida »" in check({"note": "porteuse sida"}, "--show-text")[1]


@pytest.mark.parametrize("command", ["art9-hook", "art9"])
def test_a_program_is_told_in_json(check, command):
    code, out, _ = check(NOTE | {"motif": "RAS"}, "--json", command=command)
    answer = json.loads(out)
    assert (code, answer["status"]) == (1, "block")
    assert set(answer["fields"]) == {"commentaire", "motif"}
    assert answer["fields"]["motif"]["status"] == "clear"
    (finding,) = answer["fields"]["commentaire"]["findings"]
    assert finding["category"] == "health"
    assert finding["do"]
    assert finding["wording"]


def test_a_clear_form_passes_without_a_word(check):
    assert check({"note": "rappeler lundi"}) == (0, "", "")
    code, out, _ = check({"note": "rappeler lundi"}, "--json")
    assert (code, json.loads(out)["status"]) == (0, "clear")


def test_a_warning_is_told_and_does_not_refuse(check):
    code, out, _ = check({"note": "patiente pénible et désagréable"})
    assert code == 0
    assert "À relire avant d'enregistrer" in out
    assert "Décrivez le fait" in out


def test_only_the_fields_that_the_settings_name_are_checked(check, tmp_path):
    (tmp_path / "art9.toml").write_text('[form]\nfields = ["Notes"]\n')
    assert check({"motif": "porteuse sida", "notes": "RAS"})[0] == 0
    assert check({"motif": "RAS", "notes": "porteuse sida"})[0] == 1
    assert check({"motif": "RAS", "contact": {"notes": ["RAS", "mère voilée"]}})[0] == 1
    code, _, err = check({"motif": "porteuse sida"})
    assert code == 3
    assert "Notes" in err


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b'{"note": "sida', 3, "JSON non valide (ligne 1, caract"),
        (b'["sida"]', 3, "un objet JSON"),
        (b'{"id": 7}', 3, "aucun texte"),
        (b"", 3, "JSON non valide"),
        (b'{"a":' * 100_000, 3, "trop profond"),
    ],
    ids=["broken", "a list", "no text", "nothing", "deep"],
)
@pytest.mark.parametrize("command", ["art9-hook", "art9"])
def test_what_cannot_be_read_is_never_called_clear(check, data, code, said, command):
    found, out, err = check(data, "--json", command=command)
    assert found == code
    assert said in err
    assert json.loads(out)["status"] == "unchecked"
    assert "sida" not in out + err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--bogus",), 2, "option inconnue --bogus ; « art9-hook --help »"),
        (("--policy",), 2, "--policy est mal employé"),
        (("--json=1",), 2, "--json est mal employé"),
        (("--lang", "de"), 2, "langue inconnue « de »"),
        (("--policy", "nonsense"), 4, "connues : cabinet"),
        (("form.json",), 2, "FILE"),
        (("--baseline", "other"), 2, "--baseline"),
    ],
)
def test_a_wrong_call_is_told_even_where_the_form_is_clear(check, words, code, said):
    found, _, err = check({"note": "RAS"}, *words)
    assert found == code
    assert said in err


@pytest.mark.parametrize("settings", ["", '[form]\nfields = ["note"]\n'], ids=["all", "named"])
@pytest.mark.parametrize(
    "data",
    [
        b'{"note": "porteuse sida", "note": "RAS"}',
        b'{"note": "RAS", "note": "porteuse sida"}',
        b'{"note": {"a": "porteuse sida"}, "note": {"a": "RAS"}}',
        b'{"note.a": "porteuse sida", "note": {"a": "RAS"}}',
        b'{"note.2": "RAS", "note": "RAS", "note": "porteuse sida"}',
    ],
    ids=["first", "second", "objects", "a key with a dot", "a key like a number"],
)
def test_a_field_that_stands_twice_hides_nothing(check, tmp_path, settings, data):
    (tmp_path / "art9.toml").write_text(settings)
    assert check(data)[0] == 1


def test_a_text_beside_a_form_is_refused_without_repeating_it(check):
    code, out, err = check({"note": "RAS"}, SECRET, command="art9")
    assert (code, out) == (2, "")
    assert "TEXT" in err


@pytest.mark.parametrize("option", ["--json", "--show-text"])
def test_what_is_for_forms_alone_is_refused_for_files(monkeypatch, capfd, option):
    monkeypatch.setattr(sys, "argv", ["art9-hook", option, "a.csv"])
    with pytest.raises(SystemExit) as end:
        hook.main()
    assert end.value.code == 2
    assert option in capfd.readouterr().err


@pytest.mark.parametrize("note", ["RAS", "porteuse sida"])
def test_a_key_that_says_too_much_is_told_on_demand_only(check, note):
    phrases = {
        "mère voilée": {"a": note},
        "mère très voilée": {"a": note},
        "suite du dossier": note,
    }
    answers = [check(phrases)[1], check(phrases, "--json")[1]]
    assert "voilée" not in "".join(answers)
    assert set(json.loads(answers[1])["fields"]) == {"….a", "….a.2", "suite du dossier"}
    assert "mère voilée.a" in json.loads(check(phrases, "--json", "--show-text")[1])["fields"]


def test_a_form_in_an_older_encoding_is_read(check):
    assert check('{"note": "mère voilée"}'.encode("cp1252"))[0] == 1


@pytest.mark.parametrize("command", ["art9-hook", "art9"])
def test_an_unforeseen_error_shows_no_text(check, monkeypatch, command):
    def fail(*_):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(form_check, "read_form", fail)
    code, out, err = check(NOTE, "--json", command=command)
    assert code == 70
    assert "RuntimeError" in err
    assert json.loads(out)["status"] == "unchecked"


def test_a_form_without_a_finding_spares_the_detector(tmp_path):
    """What takes long to import stays away: YAML, tables, NumPy, Presidio, the detector."""
    open_gate()
    script = (
        "import sys; from detector import hook; code = hook.run(['--form', '--json']);"
        "print(sorted(sys.modules)); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input='{"note": "rappeler lundi, badge 12"}',
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert '"status": "clear"' in done.stdout
    for heavy in ("yaml", "rich", "typer", "numpy", "presidio_analyzer", "detector.rules.packs"):
        assert f"'{heavy}'" not in done.stdout


def test_the_commands_of_the_package_exist():
    pyproject = (Path(hook.__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    for command in ("art9", "art9-hook"):
        module, function = re.search(rf'^{command} = "([\w.]+):(\w+)"', pyproject, re.M).groups()
        assert callable(getattr(importlib.import_module(module), function))
