"""Documents of nested values whose strings know their lines: what XML and YAML have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detector.sources.json_document import named, part
from detector.sources.json_records import PlacedText, Record, leaves


def tree_records(document: Any) -> Iterator[Record]:
    """Yield the records of the tables in `document`, after what stands around them.

    >>> rows = [{"note": PlacedText.at(line, "veuf")} for line in (3, 9)]
    >>> [(record.line, record.name) for record in tree_records({"a": rows})]
    [(1, '1'), (3, '0'), (9, '1')]
    """
    parted = part(document)
    if parted.rest is not None:
        yield Record(_line(parted.rest), "1", parted.rest)
    for path, table in parted.tables:
        yield from _records(table, path[1:])


def add(members: dict[str, Any], name: str, value: Any) -> None:
    """Put `value` under `name`; a name that comes again makes a list."""
    if name not in members:
        members[name] = value
    elif isinstance(members[name], list):
        members[name].append(value)
    else:
        members[name] = [members[name], value]


def _records(table: list[Any] | dict[str, Any], path: tuple[str, ...]) -> Iterator[Record]:
    for name, element in named(table):
        yield Record(_line(element), ".".join([*path, name]), element)


def _line(value: Any) -> int:
    """Return the line of the first string in `value`."""
    return next((text.line for _, text in leaves(value) if isinstance(text, PlacedText)), 1)
