"""JSON lines: a JSON value a line, each a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from detector.sources.base import Options, Source, Unreadable
from detector.sources.json_records import Item, JsonSource, Record, decode_whole
from detector.sources.opening import LINE_LIMIT, Input
from detector.sources.records import too_large


def open_json_lines(given: Input, options: Options) -> Source:
    """Return the source of JSON lines; raise InputError if none of them holds text."""
    return JsonSource(given, _items(given.name, given.lines(options.encoding)), options)


def _items(source: str, lines: Iterable[str]) -> Iterator[Item]:
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LIMIT:
            yield too_large(source, number)
        elif line.strip():
            yield _item(source, number, line)


def _item(source: str, number: int, line: str) -> Item:
    try:
        return Record(number, str(number), decode_whole(line.rstrip("\r\n")))
    except ValueError as error:
        values: dict[str, object] = {"column": getattr(error, "colno", 1)}
        return Unreadable(source, number, "sources.unreadable.json", values)
    except RecursionError:
        return Unreadable(source, number, "sources.unreadable.json_deep")
