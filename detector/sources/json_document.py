"""A JSON document: an array of records, an object that holds one, or a single record.

The document is held in memory whole; large exports belong into JSON lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_SPACE = re.compile(r"[ \t\n\r]*")


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
    path = table_path(document)
    if path is None:
        yield Record(1, "1", document)
        return
    if path:
        yield Record(1, "1", without(document, path))
    elements = document
    for key in path:
        elements = elements[key]
    line = 1
    before = 0
    for index, (start, element) in enumerate(zip(_starts(text, path), elements, strict=True)):
        line += text.count("\n", before, start)
        before = start
        yield Record(line, ".".join([*path, str(index)]), element)


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


def table_path(document: Any) -> tuple[str, ...] | None:
    """Return the keys that lead to the longest array of objects, or None without one.

    >>> table_path([]), table_path({"data": {"rows": [{}, {}]}}), table_path({"note": "a"})
    ((), ('data', 'rows'), None)
    """
    if isinstance(document, list):
        return ()
    tables = dict(_tables(document, ()))
    return max(tables, key=lambda path: tables[path], default=None)


def _tables(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield path and length of each array of two objects or more; one may be a mere field."""
    if isinstance(value, dict) and len(path) < _DEPTH:
        for key, member in value.items():
            yield from _tables(member, (*path, key))
    elif isinstance(value, list) and sum(isinstance(item, dict) for item in value) > 1:
        yield path, len(value)


def without(document: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Return `document` without what `path` leads to.

    >>> without({"a": {"b": [], "c": 1}}, ("a", "b"))
    {'a': {'c': 1}}
    """
    key, rest = path[0], path[1:]
    around = {name: member for name, member in document.items() if name != key}
    return around | {key: without(document[key], rest)} if rest else around


def _starts(text: str, path: tuple[str, ...]) -> Iterator[int]:
    """Yield where each element begins of the array that `path` leads to."""
    at = _skip(text, 0)
    for key in path:
        at = keyed(list(_members(text, at)))[key]
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
