"""JSON lines and JSON documents: every string accounted for."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import Read

from detector.errors import InputError, UsageError
from detector.sources.json_records import leaves

VALUES = st.recursive(
    st.one_of(st.text(max_size=6), st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["note", "mémo", "Infos"]), inner, max_size=3),
    ),
    max_leaves=8,
)


def strings_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    members = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    return [text for member in members for text in strings_in(member)]


@given(VALUES)
def test_all_strings_are_found_however_deep(value: object) -> None:
    assert [text for _, text in leaves(value) if isinstance(text, str)] == strings_in(value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5), st.sampled_from(["lines", "array", "object"]))
def test_every_string_of_taken_fields_is_a_comment_or_empty(
    read: Read, values: list[object], form: str
) -> None:
    objects = [{"id": number, "note": value} for number, value in enumerate([*values, "x"])]
    content = {
        "lines": "\n".join(map(json.dumps, objects)),
        "array": json.dumps(objects, indent=1),
        "object": json.dumps({"page": 1, "rows": objects}),
    }[form]
    reading = read(content, "export.jsonl" if form == "lines" else "export.json")
    strings = strings_in([item["note"] for item in objects])
    assert sorted(reading.texts) == sorted(text for text in strings if text.strip())
    assert reading.source.empty == sum(not text.strip() for text in strings)


def test_a_nested_field_has_its_path_and_the_record_its_id(read: Read) -> None:
    line = '{"id": 7, "nom": "Gay", "contact": [{"x": 1}, {"note": "veuf"}]}\n'
    (comment,) = read(line, "export.jsonl").comments
    assert (comment.location.field, comment.location.record) == ("contact.1.note", "7")
    assert comment.names == ("Gay",)


def test_invalid_json_on_line_17_is_listed_and_the_rest_read(read: Read) -> None:
    lines = [f'{{"id": {number}, "note": "n{number}"}}' for number in range(1, 31)]
    lines[16] = '{"id": 17, "note": '
    reading = read("\n".join(lines), "export.jsonl")
    assert reading.problems == [(17, "json")]
    assert len(reading.texts) == 29


@pytest.mark.parametrize("name", ["export.ndjson", "export.json", "stdin"])
def test_lines_are_told_from_a_document_by_content(read: Read, name: str) -> None:
    reading = read('{"id": 1, "note": "a"}\n\n{"id": 2, "note": "b"}\n', name)
    assert (reading.texts, reading.lines) == (["a", "b"], [1, 3])


@pytest.mark.parametrize(
    ("content", "places"),
    [
        pytest.param('[{"note": "a"},\n\n{"note": "b"}]', [(1, "0"), (3, "1")], id="array"),
        pytest.param(
            '{"page": 1,\n"rows": [\n{"note": "a"},\n{"note": "b"}]}',
            [(3, "rows.0"), (4, "rows.1")],
            id="object holding one",
        ),
        pytest.param('{"d": {"r": [{"note": "a"},{}]}}', [(1, "d.r.0")], id="held deeper"),
        pytest.param(
            '{"v": 1, "d": {\n"P1": {"note": "a"},\n"P2": {"note": "b"}}}',
            [(2, "d.P1"), (3, "d.P2")],
            id="by key",
        ),
        pytest.param(
            '{"P1": {"note": "a", "x": 1}, "P2": {"x": 2},\n"P3": {"note": "b", "x": 3}}',
            [(1, "P1"), (2, "P3")],
            id="by key at the top",
        ),
        pytest.param(
            '{"patients": [{"note": "a"},\n{"note": "b"}],\n"visits": [{"note": "c"},{"note": "d"}]}',
            [(1, "patients.0"), (2, "patients.1"), (3, "visits.0"), (3, "visits.1")],
            id="two tables",
        ),
        pytest.param(
            '{"doctor": {"note": "a"}, "patient": {"note": "b"}}',
            [(1, "1"), (1, "1")],
            id="two fields alike",
        ),
        pytest.param('{"id": "A7", "contact": [{"note": "a"}]}', [(1, "A7")], id="one record"),
    ],
)
def test_records_of_a_document_know_their_place(read: Read, content: str, places) -> None:
    found = read(content, "export.json").comments
    assert [(comment.location.line, comment.location.record) for comment in found] == places


KEYED = """{"patients": {
  "1": {"nom": "GAY", "note": "rappeler"},
  "2": {"nom": "PETIT", "note": "gay, vit à Lyon"}}}"""


@pytest.mark.parametrize("name", ["export.json", "export.yaml"])
def test_records_held_by_their_key_keep_their_names_apart(read: Read, name: str) -> None:
    first, second = read(KEYED, name).comments
    assert (first.names, second.names) == (("GAY",), ("PETIT",))
    assert (first.location.line, second.location.line) == (2, 3)
    assert first.location.field == second.location.field == "note"
    assert first.location.record != second.location.record


def test_a_record_of_many_fields_is_read_in_time(read: Read) -> None:
    notes = {f"x{number}": {f"note{number}": f"veuf {number}"} for number in range(10_000)}
    assert len(read(json.dumps({"d": notes}), "export.json", thorough=True).texts) == 10_000


def test_text_around_the_records_is_not_lost(read: Read) -> None:
    content = '{"remarque": "export du cabinet", "rows": [{"note": "a"}, {"note": "b"}]}'
    assert read(content, "export.json").texts == ["export du cabinet", "a", "b"]


def test_a_key_that_stands_twice_loses_nothing(read: Read) -> None:
    reading = read('{"note": "a", "note": "b"}\n', "export.jsonl")
    assert [comment.location.field for comment in reading.comments] == ["note", "note.2"]


def test_a_phrase_that_is_a_key_twice_is_read_once(read: Read) -> None:
    content = '{"suite du dossier": "a", "suite du dossier": "b", "vu le 12.3": "c"}\n'
    texts = read(content, "export.jsonl", thorough=True).texts
    assert sorted(texts) == ["a", "b", "c", "suite du dossier", "vu le 12.3"]


def test_a_field_first_seen_late_is_judged_as_it_comes(read: Read) -> None:
    lines = ['{"id": 1, "note": "a"}'] * 2500 + ['{"remarque": "b", "code": "X1"}']
    reading = read("\n".join(lines), "export.jsonl")
    assert reading.texts[-1] == "b"
    assert reading.reasons["code"] == "left_values"


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ("note", ["note"]),
        ("contact.0.texte", ["contact.0.texte"]),
        ("contact.*.texte", ["contact.0.texte"]),
        ("TEXTE", ["contact.0.texte"]),
    ],
)
def test_a_field_is_asked_for_by_path_or_last_name(read: Read, asked: str, fields) -> None:
    content = '{"note": "a", "contact": [{"texte": "b"}]}\n'
    found = read(content, "export.jsonl", columns=(asked,)).comments
    assert [comment.location.field for comment in found] == fields


def test_an_unknown_field_is_wrong_use(read: Read) -> None:
    with pytest.raises(UsageError):
        read('{"note": "a"}\n', "export.jsonl", columns=("nota",))


@pytest.mark.parametrize(
    ("content", "key", "place"),
    [
        pytest.param('[{"note": "a"},\n {"note": }]', "input.json", (2, 11), id="invalid"),
        pytest.param("", "input.empty", (None, None), id="empty"),
        pytest.param(" ", "input.json", (1, 2), id="blank"),
        pytest.param("[]", "input.no_text", (None, None), id="no record"),
        pytest.param('[{"a": null}]', "input.no_text", (None, None), id="no string"),
        pytest.param("[" * 100_000, "input.json_deep", (None, None), id="too deep"),
    ],
)
def test_a_document_that_cannot_be_read_is_an_error(read: Read, content: str, key, place) -> None:
    with pytest.raises(InputError) as error:
        read(content, "export.json")
    assert error.value.key == key
    assert (error.value.place.line, error.value.place.column) == place


def test_lines_that_are_all_invalid_are_listed_each_with_its_reason(read: Read) -> None:
    reading = read("{\n" + "[" * 100_000 + "\n", "export.jsonl")
    assert (reading.texts, reading.problems) == ([], [(1, "json"), (2, "json_deep")])


def test_a_line_too_deep_or_too_large_is_listed(read: Read) -> None:
    content = "[" * 100_000 + '\n{"note": "' + "x" * 17_000_000 + '"}\n{"note": "a"}\n'
    reading = read(content, "export.jsonl")
    assert reading.problems == [(1, "json_deep"), (2, "large")]
    assert reading.texts == ["a"]


def test_half_a_character_is_replaced_so_that_the_comment_can_be_written(read: Read) -> None:
    assert read('{"note": "a\\ud83d b"}\n', "export.jsonl").texts == ["a\ufffd b"]
