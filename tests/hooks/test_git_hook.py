"""The git hook, under the real pre-commit program and on its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from needs import program

import detector
from detector.cli import main
from detector.errors import UsageError
from detector.hooks import git_hook
from detector.hooks.git_hook import HookJob, record_baseline, run_hook
from detector.policy import load_policy
from detector.sources import OPENERS

ROOT = Path(detector.__file__).resolve().parent.parent
SECRET = "chuchotement"
FIXTURE = f"""\
- model: cabinet.patient
  fields: {{nom: GAY, commentaire: "porteuse sida !!! !!!! {SECRET}"}}
- model: cabinet.patient
  fields: {{nom: PETIT, commentaire: "rappeler lundi"}}
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An example repository whose pre-commit runs the hook as the manifest describes it."""
    monkeypatch.chdir(tmp_path)
    (manifest,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    local = {key: manifest[key] for key in ("id", "name", "types", "files", "exclude")}
    command = f"{sys.executable} -m detector.hook"
    local |= {"entry": command, "language": "system", "require_serial": True}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    environment = os.environ | {
        "PRE_COMMIT_HOME": str(tmp_path.parent / "pre-commit"),
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    environment.pop("ART9_KEY", None)

    def run(*words):
        subprocess.run([program("git"), "add", "-A"], env=environment, check=True)
        done = subprocess.run([*words], env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    subprocess.run([program("git"), "init", "-q"], env=environment, check=True)
    return run


def pre_commit(run):
    code, out = run(program("pre-commit"), "run", "--all-files", "--verbose")
    assert SECRET not in out
    assert "sida" not in out
    return code, out


def test_pre_commit_is_red_on_a_note_of_the_breach_and_green_once_it_is_corrected(repository):
    Path("patients.yaml").write_text(FIXTURE)
    code, out = pre_commit(repository)
    assert code == 1
    assert "exit code: 1" in out
    assert "patients.yaml:2: fiche 0, champ fields.commentaire: Santé — à retirer" in out
    assert "dossier médical" in out
    assert "art9 baseline --reason" in out
    Path("patients.yaml").write_text(FIXTURE.replace("porteuse sida !!! !!!!", "à rappeler"))
    assert pre_commit(repository)[0] == 0


def test_pre_commit_is_green_once_a_person_has_accepted_the_finding(repository):
    Path("patients.yaml").write_text(FIXTURE)
    command = (sys.executable, "-m", "detector", "baseline", "patients.yaml", "--reason", "inventé")
    code, out = repository(*command)
    assert code == 0, out
    assert ".art9-baseline merge=union\n" in Path(".gitattributes").read_text()
    code, out = pre_commit(repository)
    assert code == 0
    assert "1 constat(s) déjà accepté(s)" in out
    Path("patients.yaml").write_text(FIXTURE.replace("rappeler lundi", "mère voilée"))
    code, out = pre_commit(repository)
    assert (code, "patients.yaml:4:" in out, "patients.yaml:2:" in out) == (1, True, False)


def test_pre_commit_is_red_with_3_on_a_file_that_cannot_be_read(repository):
    Path("notes.csv").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    code, out = pre_commit(repository)
    assert code == 1
    assert "exit code: 3" in out
    assert "notes.csv: fichier ZIP" in out
    assert "n'a pas été vérifié" in out


def test_the_manifest_is_valid_and_names_every_ending_that_is_read():
    path = ROOT / ".pre-commit-hooks.yaml"
    done = subprocess.run([program("pre-commit"), "validate-manifest", str(path)])
    assert done.returncode == 0
    (hook,) = yaml.safe_load(path.read_text())
    assert hook["id"] == "art9-scan"
    assert all(re.search(hook["files"], f"a{suffix}") for suffix in OPENERS)


@pytest.fixture
def hook(tmp_path, monkeypatch, detector):
    monkeypatch.setattr(git_hook, "Detector", lambda policy: detector)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ART9_KEY", raising=False)
    said = []

    def run(*paths, **accept):
        said.clear()
        job = HookJob(paths, load_policy(), Path(".art9-baseline"), out=said.append)
        code = record_baseline(job, **accept) if accept else run_hook(job)
        return code, "\n".join(said)

    return run


def test_what_a_folder_holds_and_is_not_read_is_told(hook, tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("a.csv", "notes.log", ".cache"):
        (tmp_path / "a" / name).write_text("id;motif\n12;RAS et rien de plus\n")
    code, out = hook("a")
    assert code == 0
    assert "Laissés dans les dossiers : 2 (1 .log, 1 caché(s))" in out


FORMS = {
    "a.csv": "id;motif\n12;porteuse sida\n",
    "a.tsv": "id\tmotif\n12\tporteuse sida\n",
    "a.txt": "porteuse sida\n",
    "a.json": '[\n{"motif": "porteuse sida"}]',
    "a.jsonl": '{"motif": "porteuse sida"}\n',
    "a.yaml": "motif: porteuse sida\n",
    "a.xml": "<a><motif>porteuse sida</motif></a>",
    "a.sql": "INSERT INTO p (motif) VALUES ('porteuse sida');\n",
    "a.po": 'msgid ""\nmsgstr "porteuse sida"\n',
    "a.properties": "motif=porteuse sida\n",
    "a.md": "porteuse sida\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_each_kind_of_data_is_read(hook, name):
    Path(name).write_text(FORMS[name])
    code, out = hook(name)
    assert code == 1
    assert re.match(rf"{name}:\d+: ", out)


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.yaml", "a.sql", "a.txt", "b.csv"])
def test_a_file_with_nothing_in_it_is_no_fault(hook, name):
    Path(name).write_text("id;note\n" if name == "b.csv" else "")
    assert hook(name)[0] == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"note": "sida"'),
        ("a.yaml", "note: [sida"),
        ("a.xml", "<a>sida"),
        ("a.jsonl", '{"note": "RAS"}\n{oops\n'),
        ("a.sql", "INSERT INTO p (note) VALUES ('sida);\n"),
        ("a.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
    ],
)
def test_what_cannot_be_read_is_said_and_ends_with_3(hook, name, content):
    Path(name).write_text(content)
    Path("b.txt").write_text("porteuse sida")
    code, out = hook(name, "b.txt")
    assert code == 3
    assert name in out
    assert "b.txt:1:" in out


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_a_key_that_is_a_phrase_is_checked_and_not_shown(hook, name):
    Path(name).write_text('{"La patiente est séropositive": {"titre": "mère voilée"}}')
    code, out = hook(name)
    assert code == 1
    assert "Santé" in out
    assert "Religion" in out
    assert "séropositive" not in out


def test_a_missing_file_ends_with_3(hook):
    assert hook("gone.csv")[0] == 3


def test_without_files_all_that_git_tracks_is_checked(hook):
    Path("a.yaml").write_text("note: porteuse sida\n")
    Path("b.yaml").write_text("note: porteuse sida\n")
    subprocess.run([program("git"), "init", "-q"], check=True)
    subprocess.run([program("git"), "add", "a.yaml"], check=True)
    _, out = hook()
    assert "a.yaml:1" in out
    assert "b.yaml:1" not in out


@pytest.fixture
def tracked(hook):
    """Makes a repository in which git tracks the file that it is given."""

    def make(name):
        Path("sub").mkdir()
        Path("sub/node.json").write_text('{"note": "porteuse sida"}')
        Path(name).write_text("note: porteuse sida\n")
        subprocess.run([program("git"), "init", "-q"], check=True)
        subprocess.run([program("git"), "add", name], check=True)

    return make


def test_what_git_does_not_track_is_not_read_where_it_tracks_nothing_that_is_read(hook, tracked):
    tracked("a.py")
    code, out = hook()
    assert (code, "node.json" in out) == (0, False)


def test_all_of_the_repository_is_checked_from_a_folder_of_it_too(hook, tracked, monkeypatch):
    tracked("a.yaml")
    monkeypatch.chdir("sub")
    code, out = hook()
    assert (code, f"..{os.sep}a.yaml:1" in out, "node.json" in out) == (1, True, False)


@pytest.mark.parametrize("begun_in", [".", "sub"])
def test_what_is_accepted_in_a_repository_is_accepted_from_each_of_its_folders(
    tracked, monkeypatch, begun_in
):
    def ended(*words):
        monkeypatch.setattr(sys, "argv", ["art9", *words])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code

    tracked("a.yaml")
    root = Path.cwd()
    monkeypatch.chdir(root / begun_in)
    assert ended("hook") == 1
    assert not ended("baseline")
    assert (root / ".art9-baseline").exists()
    for folder in (root, root / "sub"):
        monkeypatch.chdir(folder)
        assert not ended("hook")


def test_the_baseline_itself_is_no_file_to_check(hook):
    Path("a.txt").write_text("porteuse sida", encoding="utf-8")
    own = f"#key salt {'00' * 16}\n{'0' * 32} health porteuse sida\n"
    Path(".art9-baseline").write_text(own, encoding="utf-8")
    _, out = hook(".art9-baseline", "a.txt")
    assert ".art9-baseline:" not in out
    assert "a.txt:1" in out


def test_what_git_says_against_a_repository_is_told_instead_of_reading_all(hook, tracked):
    tracked("a.yaml")
    Path(".git/config").write_text("[core\n")
    with pytest.raises(UsageError, match="bad config"):
        hook()


def test_a_repository_that_git_does_not_find_again_is_told_in_one_line(hook):
    Path(".git").write_text("gitdir: nowhere\n")
    Path("a.yaml").write_text("note: porteuse sida\n")
    with pytest.raises(UsageError, match="nowhere") as refusal:
        hook()
    assert "\n" not in refusal.value.values["problem"]


def test_outside_of_a_repository_the_folder_is_checked(hook):
    Path("a.yaml").write_text("note: porteuse sida\n")
    code, out = hook()
    assert (code, "a.yaml:1" in out) == (1, True)


def test_what_matches_nothing_any_more_is_told_and_pruned(hook):
    Path("a.txt").write_text("porteuse sida\nmère voilée\n")
    assert hook("a.txt", reason="inventé", prune=False)[0] == 0
    Path("a.txt").write_text("mère voilée\n")
    _, out = hook(reason=None, prune=False)
    assert "1 constat(s) accepté(s) ne correspondent plus" in out
    assert len(Path(".art9-baseline").read_text().splitlines()) == 3
    hook(reason=None, prune=True)
    assert len(Path(".art9-baseline").read_text().splitlines()) == 2
    assert hook()[0] == 0


def test_nothing_is_pruned_while_a_file_cannot_be_read(hook):
    Path("a.txt").write_text("porteuse sida\n")
    hook("a.txt", reason="inventé", prune=False)
    Path("a.txt").write_text("RAS\n")
    Path("b.json").write_text("{")
    code, out = hook(reason=None, prune=True)
    assert code == 3
    assert "ne correspondent plus" in out
    assert len(Path(".art9-baseline").read_text().splitlines()) == 2


def test_a_reason_may_not_say_again_what_must_not_be_said(hook):
    Path("a.txt").write_text("porteuse sida\n")
    with pytest.raises(UsageError):
        hook("a.txt", reason="la patiente est séropositive", prune=False)
    assert not Path(".art9-baseline").exists()
