"""Delimited texts: layout found, every cell accounted for, damage set aside."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import Read

from detector.errors import InputError, UsageError
from detector.sources import open_source
from detector.sources.base import Unreadable
from detector.sources.records import CELL_LIMIT, RECORD_LINES, Lines, Records

HEAD = "id;nom;commentaire\n"
CHARACTERS = st.sampled_from("abé7 ;,|\t\"'\n\r€")
CELLS = st.text(CHARACTERS, max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Return rows of two to four cells, all of one width, none of them wholly blank."""
    width = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    return [["x" + row[0], *row[1:]] for row in rows]


def written(rows: list[list[str]], delimiter: str, **options: str | int) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, **options).writerows(rows)
    return file.getvalue()


def records(text: str, **options: int | str | None) -> list[tuple[int, list[str]] | Unreadable]:
    settings_ = {"delimiter": ";", "source": "x.csv"} | options
    return list(Records(iter(io.StringIO(text, newline="")), **settings_))


# --- what was written comes back ---------------------------------------------------------------


@given(tables(), st.sampled_from(";,|\t"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_csv_writes_comes_back_equal(rows, delimiter: str, quoting: int) -> None:
    text = written(rows, delimiter, quoting=quoting)
    found = records(text, delimiter=delimiter, width=len(rows[0]))
    assert [item[1] for item in found] == rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=tables(),
    delimiter=st.sampled_from(";,|\t"),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
)
def test_every_cell_of_a_file_comes_back_or_is_empty(
    read: Read, rows: list[list[str]], delimiter: str, codec: str
) -> None:
    names = [f"commentaire{number}" for number in range(len(rows[0]))]
    content = written([names, *rows], delimiter).encode(codec)
    reading = read(content, encoding=codec, delimiter=delimiter)
    cells = [cell for row in rows for cell in row]
    assert reading.texts == [cell for cell in cells if cell.strip()]
    assert reading.source.empty == sum(not cell.strip() for cell in cells)
    assert reading.unreadable == []


LINES = st.lists(st.text(st.sampled_from('ab;"\0'), max_size=8), min_size=1, max_size=25)


@given(LINES, st.integers(1, 4))
def test_no_line_is_lost_whatever_is_wrong_with_it(bodies: list[str], width: int) -> None:
    lines = [f"<{number}>{body}\n" for number, body in enumerate(bodies, 1)]
    kept: set[int] = set()
    for item in records("".join(lines), width=width):
        if isinstance(item, Unreadable):
            kept.update(range(item.line, item.values["last"] + 1))
        else:
            kept.update(map(int, re.findall(r"<(\d+)>", ";".join(item[1]))))
    assert kept == set(range(1, len(lines) + 1))


# --- layout ------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_recognised_among_comments_full_of_others(read: Read, delimiter) -> None:
    others = "; , \t |".replace(delimiter, " ")
    rows = [
        ["id", "nom", "commentaire"],
        *([str(n), "N", f"un{others}deux, trois"] for n in range(9)),
    ]
    reading = read(written(rows, delimiter))
    assert reading.taken == ["commentaire"]
    assert reading.texts == [f"un{others}deux, trois"] * 9


@pytest.mark.parametrize(
    ("content", "names"),
    [
        pytest.param("id;commentaire\n1;veuf\n", ["id", "commentaire"], id="known words"),
        pytest.param("foo;bar\n12;a b c\n13;d e f\n", ["foo", "bar"], id="words over numbers"),
        pytest.param("12;veuf et seul\n13;d e f\n", ["#1", "#2"], id="no header"),
        pytest.param("commentaire\nveuf, seul; âgé\n", ["commentaire"], id="one column"),
        pytest.param("note;note;\na;b;\n", ["note", "note.2", "#3"], id="names twice or empty"),
        pytest.param("sep=,\nid,note\n1,a;b\n", ["id", "note"], id="Excel's own line"),
        pytest.param('"id";"bloc\nnote"\n1;a\n', ["id", "bloc\nnote"], id="header over two lines"),
    ],
)
def test_the_header_is_recognised(read: Read, content: str, names: list[str]) -> None:
    assert [column.name for column in read(content).source.columns] == names


def test_a_first_row_of_data_is_never_taken_for_names(read: Read) -> None:
    reading = read("Dupont;sourd et veuf;divers\nMartin;a un fils malade;divers\n")
    assert [column.name for column in reading.source.columns] == ["#1", "#2", "#3"]
    assert reading.texts == ["sourd et veuf", "a un fils malade"]


def test_a_delimiter_at_the_end_of_all_rows_but_the_header_is_seen(read: Read) -> None:
    reading = read(HEAD + "".join(f"{n};N;note {n};\n" for n in range(12)))
    assert (len(reading.texts), reading.unreadable) == (12, [])


def test_a_title_above_the_table_is_listed_and_passed(read: Read) -> None:
    reading = read("Export du 3 mars\n" + HEAD + "".join(f"{n};N;note {n}\n" for n in range(12)))
    assert (len(reading.texts), reading.problems) == (12, [(1, "fields")])


@pytest.mark.parametrize("delimiter", [";;", "a", '"', "\n", ""])
def test_a_delimiter_that_cannot_be_one_is_wrong_use(read: Read, delimiter: str) -> None:
    with pytest.raises(UsageError) as error:
        read(HEAD + "1;A;x\n", delimiter=delimiter)
    assert error.value.key == "delimiter.wrong"


@pytest.mark.parametrize("delimiter", ["tab", "\\t", "\t"])
def test_a_tab_can_be_asked_for_by_name(read: Read, delimiter: str) -> None:
    assert read("id\tnote\n1\ta;b\n", delimiter=delimiter).texts == ["a;b"]


# --- places ------------------------------------------------------------------------------------


def test_a_comment_knows_its_line_record_field_and_names(read: Read) -> None:
    reading = read(
        'num_dossier;NOM;ville;commentaire\r\nA1;Gay;Ugny;"un\r\ndeux"\r\nA2;B;C;trois\r\n'
    )
    first, second = (comment.location for comment in reading.comments)
    assert (first.line, first.record, first.field) == (2, "A1", "commentaire")
    assert (second.line, second.record) == (4, "A2")
    assert reading.comments[0].names == ("Gay", "Ugny")
    assert "Gay" not in repr(reading.comments[0])


def test_without_a_record_column_the_line_is_the_record(read: Read) -> None:
    assert read("commentaire;x\nveuf;1\n").comments[0].location.record == "2"


# --- damage ------------------------------------------------------------------------------------

UNCLOSED = [
    pytest.param('1;A;"ouvert\n2;B;b\n3;C;"c ; d"\n4;D;d\n', [2], ["b", "c ; d", "d"], id="a quote later"),
    pytest.param('1;A;a\n2;B;"ouvert\n3;C;c\n', [3], ["a", "c"], id="no quote later"),
    pytest.param('1;A;"ouvert\n2;B;"deux\nlignes"\n3;C;c\n', [2], ["deux\nlignes", "c"], id="cell of lines later"),
    pytest.param('1;A;"ouvert\n2;B;"ouvert\n3;C;c\n', [2, 3], ["c"], id="two of them"),
    pytest.param('1;A;"ouvert', [2], [], id="in the last line"),
    pytest.param('1;A;"ouvert\n2;TV 32";b\n3;C;c\n', [2], ["b", "c"], id="a stray quote later"),
    pytest.param(
        '1;A;"ouvert\n' + "".join(f"{n};N;n{n}\n" for n in range(2, 7)) + '7;E;TV 32"\n8;F;f\n',
        [2], ["n2", "n3", "n4", "n5", "n6", 'TV 32"', "f"], id="a stray quote at the end of a later row",
    ),
    pytest.param(
        '1;A;"ouvert\n' + "".join(f"{n};N;n{n}\n" for n in range(2, 2500)),
        [2], [f"n{n}" for n in range(2, 2500)], id="long before the end",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "aside", "texts"), UNCLOSED)
def test_a_quote_that_never_closes_costs_its_own_line_only(
    read: Read, rows: str, aside: list[int], texts: list[str]
) -> None:
    reading = read(HEAD + rows)
    assert reading.problems == [(line, "quote") for line in aside]
    assert reading.texts == texts


def test_a_quote_inside_a_quoted_cell_does_not_lose_the_cell(read: Read) -> None:
    reading = read(HEAD + '1;A;"dit "oui" hier"\n2;B;b\n')
    assert (reading.lines, reading.unreadable) == ([2, 3], [])


@pytest.mark.parametrize(
    ("row", "found"),
    [("2;B;b;trop\n", 4), ("2;B\n", 2), ("2\n", 1), ('2;B;"deux\nlignes";trop\n', 4)],
    ids=["too many", "too few", "one", "too many over two lines"],
)
def test_a_ragged_row_is_listed_with_its_numbers(read: Read, row: str, found: int) -> None:
    reading = read(HEAD + "1;A;a\n" + row + "3;C;c\n")
    assert reading.texts == ["a", "c"]
    (item,) = reading.unreadable
    assert (item.line, item.reason) == (3, "sources.unreadable.fields")
    assert (item.values["expected"], item.values["found"]) == (3, found)


def test_blank_lines_are_passed_and_do_not_shift_the_lines(read: Read) -> None:
    reading = read(HEAD + "\n1;A;a\n   \n\r\n2;B;b\n\x1a")
    assert (reading.lines, reading.unreadable) == ([3, 6], [])


def test_rows_with_nul_bytes_are_listed(read: Read) -> None:
    rows = b'1;A;a\n2;B;b\0\n3;C;c\n\0\n4;D;"d\0\ne"\n5;E;e\n'
    reading = read(HEAD.encode() + rows)
    assert reading.texts == ["a", "c", "e"]
    assert reading.problems == [(3, "nul"), (5, "nul"), (6, "nul")]


@pytest.mark.parametrize("size", [CELL_LIMIT + 1, 50_000_000], ids=["just above", "50 MB"])
def test_a_cell_beyond_the_limit_is_listed_and_the_rest_read(read: Read, size: int) -> None:
    reading = read(HEAD.encode() + b'1;A;a\n2;B;"' + b"x" * size + b'"\n3;C;c\n')
    assert reading.texts == ["a", "c"]
    assert reading.problems == [(3, "large")]


def test_a_cell_of_endless_lines_is_one_entry(read: Read) -> None:
    reading = read(HEAD + '1;A;"' + "bla bla\n" * (20 * RECORD_LINES) + '"\n2;B;b\n')
    assert (len(reading.unreadable), reading.texts) == (1, ["b"])
    assert reading.unreadable[0].values["last"] == 20 * RECORD_LINES + 2


def test_a_large_cell_is_read_without_changing_the_limit_of_the_caller(read: Read) -> None:
    before = csv.field_size_limit()
    reading = read(HEAD + f'1;A;"{"x" * 300_000}"\n2;B;b\n')
    assert [len(text) for text in reading.texts] == [300_000, 1]
    assert csv.field_size_limit() == before


# --- nothing to read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "key"),
    [
        pytest.param(b"", "input.empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf", "input.empty", id="a byte order mark alone"),
        pytest.param(b"\n \r\n", "input.empty", id="blank lines"),
        pytest.param(HEAD.encode(), "input.header_only", id="header only"),
        pytest.param(b'"id;note', "input.no_record", id="nothing but an open quote"),
        pytest.param(bytes(300), "input.binary", id="binary"),
    ],
)
def test_a_file_with_nothing_to_read_is_an_error(read: Read, content: bytes, key: str) -> None:
    with pytest.raises(InputError) as error:
        read(content)
    assert error.value.key == key
    assert error.value.place.file.endswith("export.csv")


def test_reading_takes_little_memory_whatever_the_size(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(HEAD + "1;A;préfère le matin\n" * 50_000, encoding="utf-8")
    tracemalloc.start()
    count = sum(1 for _ in open_source(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 8_000_000


# --- lines come in blocks -----------------------------------------------------------------------


@given(LINES, st.integers(2, 4), st.integers(1, 5))
def test_it_does_not_matter_how_lines_are_parted_into_blocks(bodies, width: int, size: int) -> None:
    lines = [f"{body}\n" for body in bodies]
    blocks = [lines[start : start + size] for start in range(0, len(lines), size)]
    whole = records("".join(lines), width=width)
    settings_ = {"delimiter": ";", "source": "x.csv", "width": width}
    assert list(Records(Lines(blocks), **settings_)) == whole


def test_plain_rows_come_many_at_a_time() -> None:
    lines = Lines([["1;a\n", "2;\r\n"], ["3;b\n", '"4";c\n'], ["5\n", "6;d\n"]])
    batches = list(Records(lines, delimiter=";", source="x.csv", width=2).batches())
    assert batches[:2] == [(1, [["1", "a"], ["2", ""]]), (3, [["3", "b"], ["4", "c"]])]
    assert isinstance(batches[2], Unreadable)
    assert batches[3] == (6, [["6", "d"]])


def test_a_file_larger_than_a_piece_is_read_whole(read: Read) -> None:
    rows = "".join(f'{n};"{"é" * (n % 50)}"\r\n' for n in range(5_000))
    reading = read("id;commentaire\r\n" + rows)
    assert len(reading.comments) + reading.source.empty == 5_000
    assert reading.lines == [n + 2 for n in range(5_000) if n % 50]
