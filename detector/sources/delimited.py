"""CSV and its kin: fields between delimiters, a row a record, in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from detector.errors import InputError
from detector.sources.base import Comment, Location, Options, Unreadable
from detector.sources.columns import Choice, Heading, choose
from detector.sources.layout import Layout, find_layout
from detector.sources.opening import Input, take
from detector.sources.records import Item, Records


class Delimited:
    """The comments in the free-text columns of a delimited text."""

    def __init__(self, name: str, choice: Choice, items: Iterable[Item]) -> None:
        self.name = name
        self.columns = choice.columns
        self.empty = 0
        self._choice, self._items = choice, items

    def __iter__(self) -> Iterator[Comment | Unreadable]:
        taken = [(spot, self.columns[spot].name) for spot in self._choice.taken]
        for item in self._items:
            if isinstance(item, Unreadable):
                yield item
                continue
            line, fields = item
            for spot, column in taken:
                text = fields[spot]
                if text and not text.isspace():
                    yield self._comment(text, line, column, fields)
                else:
                    self.empty += 1

    def _comment(self, text: str, line: int, column: str, fields: Sequence[str]) -> Comment:
        choice = self._choice
        record = fields[choice.record].strip() if choice.record is not None else ""
        names = tuple(fields[spot] for spot in choice.names if fields[spot].strip())
        return Comment(text, Location(self.name, line, record or str(line), column), names)


def open_delimited(given: Input, options: Options) -> Delimited:
    """Return the source of a delimited text; raise InputError if it holds no record."""
    lines = given.lines(options.encoding)
    first_lines = take(lines, len)
    layout = find_layout(first_lines, options)
    if layout is None:
        raise _no_record(given, first_lines)
    records = iter(
        Records(
            chain(first_lines, lines),
            delimiter=layout.delimiter,
            source=given.name,
            width=layout.width,
        )
    )
    head = [item for item in take(records, _size) if _line(item) not in layout.aside]
    if not head:
        raise given.fault("header_only")
    choice = choose(_headings(layout, head), options, given.name)
    return Delimited(given.name, choice, chain(head, records))


def _no_record(given: Input, lines: Sequence[str]) -> InputError:
    items = iter(Records(iter(lines), delimiter=";", source=given.name))
    first = next(items, None)
    return given.fault("no_record", _line(first)) if first else given.fault("empty")


def _headings(layout: Layout, head: Sequence[Item]) -> list[Heading]:
    rows = [item[1] for item in head if isinstance(item, tuple)]
    columns = zip(*rows, strict=True) if rows else [()] * layout.width
    return [Heading(*pair) for pair in zip(layout.names, layout.names, columns, strict=True)]


def _line(item: Item) -> int:
    return item[0] if isinstance(item, tuple) else item.line


def _size(item: Item) -> int:
    return sum(map(len, item[1])) if isinstance(item, tuple) else 0
