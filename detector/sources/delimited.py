"""CSV and its kin: fields between delimiters, a row a record, in constant memory."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain

from detector.errors import InputError
from detector.sources.base import Comment, Location, Options, Unreadable
from detector.sources.columns import Choice, Heading, choose
from detector.sources.layout import Layout, find_layout
from detector.sources.opening import SAMPLE_ITEMS, Input, take
from detector.sources.records import Lines, Records, Rows


class Delimited:
    """The comments in the free-text columns of a delimited text."""

    headed = True

    def __init__(self, name: str, choice: Choice, batches: Iterable[Rows | Unreadable]) -> None:
        self.name = name
        self.columns = choice.columns
        self.empty = 0
        self._choice, self._batches = choice, batches

    def __iter__(self) -> Iterator[Comment | Unreadable]:
        taken = [(spot, self.columns[spot].name) for spot in self._choice.taken]
        for batch in self._batches:
            if isinstance(batch, Unreadable):
                yield batch
                continue
            first, rows = batch
            for index, spot, column in self._filled(rows, taken):
                fields = rows[index]
                yield self._comment(fields[spot], first + index, column, fields)

    def _filled(
        self, rows: Sequence[Sequence[str]], taken: Sequence[tuple[int, str]]
    ) -> Sequence[tuple[int, int, str]]:
        """Return row, position and column of each cell that is not empty; count those that are."""
        filled = [
            (index, spot, column)
            for spot, column in taken
            for index, fields in enumerate(rows)
            if (text := fields[spot]) and not text.isspace()
        ]
        self.empty += len(rows) * len(taken) - len(filled)
        return filled if len(taken) == 1 else sorted(filled)

    def _comment(self, text: str, line: int, column: str, fields: Sequence[str]) -> Comment:
        choice = self._choice
        record = fields[choice.record].strip() if choice.record is not None else ""
        names = tuple([name for spot in choice.names if (name := fields[spot]).strip()])
        return Comment(text, Location(self.name, line, record or str(line), column), names)


def open_delimited(given: Input, options: Options) -> Delimited:
    """Return the source of a delimited text; raise InputError if it holds no record."""
    lines = Lines(given.blocks(options.encoding))
    first_lines = take(lines, len)
    layout = find_layout(first_lines, options)
    if layout is None:
        raise _no_record(given, first_lines)
    lines.put_back(first_lines)
    batches = Records(
        lines, delimiter=layout.delimiter, source=given.name, width=layout.width
    ).batches()
    head = list(_without(layout.aside, take(batches, _size, _rows)))
    if not head:
        raise given.fault("header_only")
    choice = choose(_headings(layout, head), options, given.name)
    return Delimited(given.name, choice, chain(head, batches))


def _no_record(given: Input, lines: Sequence[str]) -> InputError:
    first = next(iter(Records(iter(lines), delimiter=";", source=given.name)), None)
    if first is None:
        return given.fault("empty")
    return given.fault("no_record", first[0] if isinstance(first, tuple) else first.line)


def _without(
    aside: Container[int], batches: Iterable[Rows | Unreadable]
) -> Iterator[Rows | Unreadable]:
    """Yield `batches` without the records that begin on the lines `aside`."""
    for batch in batches:
        if isinstance(batch, Unreadable):
            if batch.line not in aside:
                yield batch
            continue
        for line, fields in enumerate(batch[1], batch[0]):
            if line not in aside:
                yield line, [fields]


def _headings(layout: Layout, head: Iterable[Rows | Unreadable]) -> list[Heading]:
    rows = [fields for batch in head if isinstance(batch, tuple) for fields in batch[1]]
    columns = zip(*rows[:SAMPLE_ITEMS], strict=True) if rows else [()] * layout.width
    return [Heading(*pair) for pair in zip(layout.names, layout.names, columns, strict=True)]


def _rows(batch: Rows | Unreadable) -> int:
    return len(batch[1]) if isinstance(batch, tuple) else 1


def _size(batch: Rows | Unreadable) -> int:
    return sum(len(cell) for row in batch[1] for cell in row) if isinstance(batch, tuple) else 0
