"""Files, folders and standard input: what is opened, as what, and what is refused."""

from __future__ import annotations

import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakeJudge
from reading import Read, read_path

from detector import sources
from detector.errors import InputError
from detector.hooks import git_hook
from detector.messages import LANGUAGES, say
from detector.policy import load_policy
from detector.scanning import run
from detector.sources import OPENERS, find_inputs, open_source
from detector.sources.base import Options
from detector.sources.folders import LeftOut
from detector.sources.opening import Input, open_input

TABLE = "id;commentaire\n1;veuf\n"


class Pipe(io.RawIOBase):
    """A stream that hands over a few bytes at a time and cannot go back."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        piece = self._rest.read(min(5, len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        pytest.param(TABLE, ["veuf"], id="table"),
        pytest.param(
            "".join(f"{n};A;vit au {n}\n" for n in range(6)),
            [f"vit au {n}" for n in range(6)],
            id="table without a header",
        ),
        pytest.param('{"note": "a"}\n{"note": "b"}\n', ["a", "b"], id="JSON lines"),
        pytest.param('[{"note": "a"},\n{"note": "b"}]', ["a", "b"], id="JSON document"),
        pytest.param("Veuf, sourd\nvit seul, âgé\n", ["Veuf, sourd", "vit seul, âgé"], id="plain"),
        pytest.param("Note, urgent\n", ["Note, urgent"], id="one plain line"),
        pytest.param("[urgent] rappeler\n", ["[urgent] rappeler"], id="plain with a bracket"),
    ],
)
def test_standard_input_is_recognised_by_content(monkeypatch, content: str, texts) -> None:
    stream = io.BufferedReader(Pipe(content.encode()))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=stream))
    assert read_path("-").texts == texts
    assert not stream.closed


def test_standard_input_of_many_blocks_is_read_whole(monkeypatch) -> None:
    rows = "".join(f"{number};note {number}\n" for number in range(40_000))
    monkeypatch.setattr(
        "sys.stdin", SimpleNamespace(buffer=io.BytesIO(f"id;note\n{rows}".encode()))
    )
    assert len(read_path("-").texts) == 40_000


def test_a_column_asked_for_makes_a_text_a_table(read: Read) -> None:
    assert read("ref;zone\n1;veuf\n", "export.txt", columns=("zone",)).texts == ["veuf"]


def test_plain_text_is_a_comment_a_line(read: Read) -> None:
    reading = read("Veuf, sourd\r\n\r\nâgé\n".encode("cp1252"), "notes.txt")
    assert (reading.texts, reading.lines) == (["Veuf, sourd", "âgé"], [1, 3])
    assert (reading.source.empty, reading.reasons) == (1, {"text": "line"})


def test_plain_lines_that_cannot_be_read_are_listed(read: Read) -> None:
    reading = read(b"a b\n\0c\n" + b"x" * 17_000_000 + b"\nd\n", "notes.txt")
    assert (reading.texts, reading.problems) == (["a b", "d"], [(2, "nul"), (3, "large")])


def test_a_blank_text_is_an_error(read: Read) -> None:
    with pytest.raises(InputError) as error:
        read("\n \n", "notes.txt")
    assert error.value.key == "input.empty"


def test_an_unknown_ending_is_recognised_by_content(read: Read) -> None:
    assert read(TABLE, "export.dat").texts == ["veuf"]


@pytest.mark.parametrize("ending", sorted(OPENERS))
def test_every_known_ending_refuses_an_empty_file(read: Read, ending: str) -> None:
    with pytest.raises(InputError) as error:
        read("", f"export{ending}")
    assert error.value.key == "input.empty"


REFUSED = {
    FileNotFoundError: "input.missing",
    PermissionError: "input.denied",
    IsADirectoryError: "input.folder",
    BlockingIOError: "input.system",
}


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.__name__)
def test_a_file_that_the_system_refuses_is_an_error_with_advice(monkeypatch, fault) -> None:
    def refuse(*args, **options):
        raise fault

    with monkeypatch.context() as patched, pytest.raises(InputError) as error:
        patched.setattr(Path, "open", refuse)
        open_source(Path("export.csv"))
    assert (error.value.key, error.value.exit_code) == (REFUSED[fault], 3)
    assert all(error.value.render(lang).startswith("export.csv: ") for lang in LANGUAGES)


def test_a_folder_where_a_file_is_wanted_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        open_source(tmp_path)
    assert error.value.key == "input.folder"


def test_a_disk_that_fails_while_reading_is_an_error(monkeypatch) -> None:
    class Failing(Pipe):
        def readinto(self, buffer) -> int:
            count = super().readinto(buffer)
            if not count:
                raise OSError(5, "secret")
            return count

    stream = Failing(b"id;note\n" + b"1;veuf\n" * 40_000)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=stream))
    with pytest.raises(InputError) as error:
        read_path("-")
    assert error.value.key == "input.interrupted"


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.JSONL", "a/a.txt", "notes.docx", ".hidden.csv", ".git/x.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    odd = tmp_path / "notes.docx"
    found = [str(path.relative_to(tmp_path)) for path in find_inputs([tmp_path, odd])]
    assert found == ["b.csv", "a/a.txt", "a/z.JSONL", "notes.docx"]


def test_an_empty_path_is_no_folder() -> None:
    with pytest.raises(InputError) as error:
        list(find_inputs([""]))
    assert error.value.key == "input.missing"


def test_what_is_left_in_a_folder_is_told_by_kind(tmp_path: Path) -> None:
    for name in ("a.csv", "b/notes.log", "c.LOG", "PATIENTS", ".hidden.csv", ".git/x.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TABLE)
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "linked").symlink_to(tmp_path / "b")
    os.mkfifo(tmp_path / "pipe.csv")
    left = LeftOut()
    assert list(find_inputs([tmp_path], left)) == [tmp_path / "a.csv"]
    told = {
        kind: [str(Path(path).relative_to(tmp_path)) for path in paths]
        for kind, paths in left.paths.items()
    }
    assert told == {
        "hidden": [".git", ".hidden.csv"],
        "link": ["linked"],
        "device": ["pipe.csv"],
        "no_ending": ["PATIENTS"],
        ".log": ["c.LOG", "b/notes.log"],
        ".png": ["logo.png"],
    }
    assert list(left.counts.items())[:2] == [(".log", 2), ("hidden", 2)]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x1f\x8b\x08", b"%PDF-1.7"], ids=repr)
def test_a_container_in_a_folder_is_refused_by_name(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "patients.old").write_bytes(start)
    (path,) = find_inputs([tmp_path])
    with pytest.raises(InputError) as error:
        open_source(path)
    assert error.value.key == "input.format"


def test_standard_input_is_no_path_to_look_for() -> None:
    assert list(find_inputs(["-"])) == [Path("-")]


def test_a_folder_without_files_to_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").touch()
    with pytest.raises(InputError) as error:
        list(find_inputs([tmp_path]))
    assert error.value.key == "input.no_files"
    assert ".csv" in error.value.render("fr")


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        list(find_inputs([tmp_path / "nothing.csv"]))
    assert error.value.key == "input.missing"


WORDS = "Dupont séropositif"
BAD = {
    "ragged.csv": f"id;commentaire\n1;{WORDS};x\n2;a\n",
    "open.csv": f'id;commentaire\n1;"{WORDS}\n2;a\n',
    "nul.csv": f"id;commentaire\n1;{WORDS}\0\n2;a\n",
    "lines.jsonl": f'{{"note": "{WORDS}\n{{"note": "a"}}\n',
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_holds_words_of_the_input(read: Read, name: str, lang: str) -> None:
    reading = read(BAD[name], name)
    (item,) = reading.unreadable
    message = say(item.reason, lang, **item.values)
    assert "Dupont" not in message + repr(item) and "séropositif" not in message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.json", f'[{{"note": "{WORDS}" "x"}}]'),
        ("open.csv", f'"{WORDS}'),
        ("row.csv", f"12;{WORDS.split()[0]}\n"),
    ],
)
def test_no_error_holds_words_of_the_input(read: Read, name: str, content: str) -> None:
    with pytest.raises(Exception) as error:
        read(content, name)
    assert "Dupont" not in str(error.value)


def test_a_source_says_what_it_takes_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(TABLE, encoding="utf-8")
    source = open_source(path, Options())
    assert [(column.name, column.taken) for column in source.columns] == [
        ("id", False),
        ("commentaire", True),
    ]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Input]:
    """What was opened, in order."""
    found: list[Input] = []

    def noting(*asked: Any) -> Input:
        found.append(open_input(*asked))
        return found[-1]

    monkeypatch.setattr(sources, "open_input", noting)
    return found


LONG = {
    "a.csv": "id;commentaire\n" + "1;veuf et seul\n" * 60_000,
    "a.txt": "veuf et seul\n" * 60_000,
    "a.jsonl": '{"note": "veuf et seul"}\n' * 40_000,
    "a.sql": "INSERT INTO notes (id, note) VALUES (1, 'veuf et seul');\n" * 20_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_file_left_halfway_is_closed(tmp_path: Path, opened: list[Input], name: str) -> None:
    (tmp_path / name).write_text(LONG[name], encoding="utf-8")
    source = open_source(tmp_path / name)
    reading = iter(source)
    next(reading)
    assert not opened[0].stream.closed
    source.close()
    assert opened[0].stream.closed
    assert opened[0].stream.raw._rest.closed


@pytest.mark.parametrize("command", ["scan", "hook"])
def test_a_run_that_bursts_halfway_closes_its_file(
    tmp_path: Path, opened: list[Input], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(LONG["a.csv"] + "2;il éclate\n" + LONG["a.csv"], encoding="utf-8")
    for module in (run, git_hook):
        monkeypatch.setattr(module, "Detector", FakeJudge)
    with pytest.raises(RuntimeError) as error:  # which keeps all that was at work
        if command == "scan":
            job = run.ScanJob((str(path),), Options(), load_policy(), workers=1)
            run.run_scan(job)
        else:
            git_hook.run_hook(git_hook.HookJob((str(path),), load_policy(), tmp_path / "none"))
    assert error.value
    assert [given.stream.closed for given in opened] == [True]
