"""A JSON document: a table of records, an object that holds some, or a single record.

A table is an array of objects, or an object of objects that are alike: records by their key.

The document is held in memory whole; large exports belong into JSON lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any

from detector.sources.base import Options, Source
from detector.sources.json_records import (
    JsonSource,
    PlacedText,
    Record,
    decode,
    decode_whole,
    keyed,
)
from detector.sources.opening import Input

_DEPTH = 3
_DIGIT = re.compile(r"\d")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_SPACE = re.compile(r"[ \t\n\r]*")

Path = tuple[str, ...]
"""The keys that lead to a value."""


def open_json_document(given: Input, options: Options) -> Source:
    """Return the source of a JSON document; raise InputError if it is invalid or holds no text."""
    text = given.whole(options.encoding)
    try:
        document = decode_whole(text)
        if options.thorough:
            document = placed(text, document)
    except JSONDecodeError as error:
        raise given.fault("json", error.lineno, error.colno) from None
    except ValueError:
        raise given.fault("json") from None
    except RecursionError:
        raise given.fault("json_deep") from None
    return JsonSource(given, records(text, document), options)


def records(text: str, document: Any) -> Iterator[Record]:
    """Yield the records of `document`, whose text is `text`, and what stands around them.

    >>> [(found.line, found.name) for found in records('[{"a": 1},\\n {"a": 2}]', [{}, {}])]
    [(1, '0'), (2, '1')]
    """
    parted = part(document)
    if parted.rest is not None:
        yield Record(1, "1", parted.rest)
    for path, table in parted.tables:
        line, before = 1, 0
        for start, (name, element) in zip(_starts(text, path), named(table), strict=True):
            line += text.count("\n", before, start)
            before = start
            yield Record(line, ".".join([*path, name]), element)


def named(table: list[Any] | dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each record of a table after its position or key.

    >>> list(named(["a", "b"])), list(named({"P1": "a"}))
    ([('0', 'a'), ('1', 'b')], [('P1', 'a')])
    """
    pairs = table.items() if isinstance(table, dict) else enumerate(table)
    return ((str(name), element) for name, element in pairs)


def placed(text: str, document: Any) -> Any:
    """Return `document` with each string knowing its line in `text`, as people look for it.

    >>> placed('["RAS", "veuf"]', ["RAS", "veuf"])[1].line
    1
    """
    return _placed(document, _string_lines(text))


def _string_lines(text: str) -> Iterator[int]:
    """Yield the line of each string in a JSON text, keys among them, in order."""
    line, before = 1, 0
    for match in _STRING.finditer(text):
        line += text.count("\n", before, match.start())
        before = match.start()
        yield line


def _placed(value: Any, lines: Iterator[int]) -> Any:
    if isinstance(value, str):
        return PlacedText.at(next(lines), value)
    if isinstance(value, list):
        return [_placed(member, lines) for member in value]
    if isinstance(value, dict):
        members = {}
        for key, member in value.items():
            next(lines)
            members[key] = _placed(member, lines)
        return members
    return value


@dataclass(frozen=True, slots=True)
class Parted:
    """The tables of a document, each after the keys that lead to it, and what stands around them.

    `rest` is None if the document itself is a table.
    """

    rest: Any
    tables: list[tuple[Path, list[Any] | dict[str, Any]]]


def part(document: Any) -> Parted:
    """Return the longest table of `document` and those that stand beside it.

    >>> part({"data": {"rows": [{}, {}], "pages": 1}})
    Parted(rest={'data': {'pages': 1}}, tables=[(('data', 'rows'), [{}, {}])])
    >>> [path for path, _ in part({"patients": [{}] * 3, "visits": [{}] * 2}).tables]
    [('patients',), ('visits',)]
    >>> part({"note": "veuf"}), part([])
    (Parted(rest={'note': 'veuf'}, tables=[]), Parted(rest=None, tables=[((), [])]))
    """
    if isinstance(document, list):
        return Parted(None, [((), document)])
    found = dict(_tables(document, ()))
    if () in found:
        return Parted(None, [((), document)])
    longest = max(found, key=lambda path: len(found[path]), default=())
    tables = [(path, table) for path, table in found.items() if path[:-1] == longest[:-1]]
    rest = document
    for path, _ in tables:
        rest = _without(rest, path)
    return Parted(rest, tables)


def _tables(value: Any, path: Path) -> Iterator[tuple[Path, list[Any] | dict[str, Any]]]:
    """Yield each table of two objects or more, after its path; one may be a mere field."""
    if isinstance(value, list):
        if sum(isinstance(item, dict) for item in value) > 1:
            yield path, value
    elif isinstance(value, dict):
        if _is_table(value):
            yield path, value
        elif len(path) < _DEPTH:
            for key, member in value.items():
                yield from _tables(member, (*path, key))


def _is_table(value: dict[str, Any]) -> bool:
    """Whether an object holds records by their key: alike, with values of their own.

    Two may be fields of one record, such as `doctor` and `patient`, unless the keys are numbered.
    """
    records = list(value.values())
    if len(records) < 2 or not all(isinstance(record, dict) for record in records):
        return False
    if len(records) == 2 and not all(_DIGIT.search(key) for key in value):
        return False
    held = Counter(
        key
        for record in records
        for key, member in record.items()
        if not isinstance(member, (dict, list))
    )
    common = {key for key, count in held.items() if count * 2 > len(records)}
    alike = sum(len(common.intersection(record)) * 2 > len(record) for record in records)
    return alike * 2 > len(records)


def _without(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return `document` without what `path` leads to.

    >>> _without({"a": {"b": [], "c": 1}}, ("a", "b"))
    {'a': {'c': 1}}
    """
    key, rest = path[0], path[1:]
    around = {name: member for name, member in document.items() if name != key}
    return around | {key: _without(document[key], rest)} if rest else around


def _starts(text: str, path: Path) -> Iterator[int]:
    """Yield where each element begins of the table that `path` leads to."""
    at = _skip(text, 0)
    for key in path:
        at = keyed(list(_members(text, at)))[key]
    if text[at] == "{":
        yield from (start for _, start in _members(text, at))
        return
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        at = _next(text, decode(text, at)[1])


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield each key of the object at `at` with where its value begins."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _next(text, decode(text, at)[1])


def _next(text: str, at: int) -> int:
    """Return where the next element begins, or the closing bracket stands."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    """Return where the blanks at `at` end."""
    match = _SPACE.match(text, at)
    return match.end() if match else at
