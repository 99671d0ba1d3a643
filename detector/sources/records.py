"""Records of a delimited text, in constant memory, whatever is wrong with some of them.

The `csv` module does the work. Where it stumbles or would swallow the rest, the record is
read again with care: if it cannot be read its first line is set aside, and reading goes on
from the next; if it has no end in sight, from the next line that begins a whole record.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Lock

from detector.sources.base import Unreadable
from detector.sources.opening import LINE_LIMIT

CELL_LIMIT = 10_000_000
"""How many characters a cell may hold."""
RECORD_LINES = 1_000
"""How many lines a record may span before its quote counts as never closed."""
_ORDINARY = 100_000  # below the 131,072 that csv allows for a field by default
_EVIDENCE = 8
_BLOCK = 500

Row = tuple[int, list[str]]
"""The line where a record begins, and its fields."""
Item = Row | Unreadable
Rows = tuple[int, list[list[str]]]
"""The line where the first of some records begins, each of one line, and their fields."""

_csv_limit = Lock()


class Lines:
    """Lines one by one, or as many as are at hand.

    >>> lines = Lines([["a", "b", "c"], ["d"]])
    >>> next(lines), lines.block(), lines.block(), lines.block()
    ('a', ['b', 'c'], ['d'], [])
    """

    def __init__(self, blocks: Iterable[list[str]]) -> None:
        self._blocks = iter(blocks)
        self._current: Iterator[str] = iter(())

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._current:
            return line
        self._current = iter(next(self._blocks))
        return next(self)

    def block(self) -> list[str]:
        """Return the lines at hand, or else those that come next; none at the end."""
        return list(self._current) or next(self._blocks, [])

    def put_back(self, lines: list[str]) -> None:
        """Make `lines` the next."""
        self._current = iter([*lines, *self._current])


class Records:
    """The rows of `lines`, and what of them could not be read, in order.

    With `width`, rows of another number of fields count as unreadable.

    >>> list(Records(iter(["id;note\\n", "\\n", '1;"a;b"\\n']), delimiter=";", source="x.csv"))
    [(1, ['id', 'note']), (3, ['1', 'a;b'])]
    """

    def __init__(
        self, lines: Iterator[str], *, delimiter: str, source: str, width: int | None = None
    ) -> None:
        self._lines = lines if isinstance(lines, Lines) else Lines(_blocks(lines))
        self._delimiter, self._source, self._width = delimiter, source, width
        self._line = 0
        self._size = 0
        self._nul = False
        self._held: list[str] = []  # lines of the record that is being read
        self._pending: deque[str] = deque()  # lines handed back, to be read again

    def __iter__(self) -> Iterator[Item]:
        for item in self.batches():
            if isinstance(item, Unreadable):
                yield item
            else:
                yield from enumerate(item[1], item[0])

    def batches(self) -> Iterator[Rows | Unreadable]:
        """Yield the same, rows that stand together in one list: so an empty cell costs nothing."""
        while block := self._lines.block():
            rows = self._at_once(block)
            if rows is None:
                self._pending.extend(block)
                for item in self._with_care():
                    yield item if isinstance(item, Unreadable) else (item[0], [item[1]])
            else:
                yield self._line + 1, rows
                self._line += len(block)

    def _at_once(self, block: list[str]) -> list[list[str]] | None:
        """Return the rows of `block` if each is one line and nothing is wrong with any."""
        text = "".join(block)
        if self._width is None or len(text) > _ORDINARY or "\0" in text:
            return None
        if '"' not in text:
            delimiter = self._delimiter
            rows = [line.rstrip("\r\n").split(delimiter) for line in block]
        else:
            try:
                rows = list(self._reader(iter(block)))
            except csv.Error:
                return None
        fitting = len(rows) == len(block) and set(map(len, rows)) == {self._width}
        # A row of one field may be a blank line.
        return rows if fitting and self._width > 1 else None

    def _with_care(self) -> Iterator[Item]:
        """Yield what the pending lines hold, and the lines of the last record that begins there."""
        held, width, pending = self._held, self._width, self._pending
        while pending:
            try:
                for fields in self._reader(self._feed()):
                    if len(held) == 1 and len(fields) == width and not self._nul:
                        held.clear()
                        yield self._line, fields
                    elif item := self._judged(fields):
                        yield item
                    if not pending:
                        return
                return
            except (csv.Error, _RecordError):
                pass
            yield from self._mended()

    def _reader(self, lines: Iterator[str], *, strict: bool = True) -> Iterator[list[str]]:
        # Strict: a closing quote before a letter is how a quote that never closed shows.
        return csv.reader(lines, delimiter=self._delimiter, strict=strict)

    def _feed(self, *, careful: bool = False) -> Iterator[str]:
        """Yield lines to the csv module, holding those of the record that it is reading."""
        held, pending, lines = self._held, self._pending, self._lines
        while True:
            line = pending.popleft() if pending else next(lines, "")
            if line:
                self._line += 1
                held.append(line)
            elif held:
                raise _RecordError("quote")
            else:
                return
            if len(held) > 1 or len(line) > _ORDINARY:
                self._check_size(line, careful=careful)
            if "\0" in line:
                self._nul = True
                line = line.replace("\0", "")  # Python 3.10 refuses it, later ones keep it
            yield line

    def _check_size(self, line: str, *, careful: bool) -> None:
        before = {1: 0, 2: len(self._held[0])}.get(len(self._held), self._size)
        self._size = before + len(line)
        if self._size > _ORDINARY and not careful:
            raise _RecordError("large")  # not yet known: read it again with care
        if self._size > LINE_LIMIT:
            raise _RecordError("large", runaway=True)
        if len(self._held) > RECORD_LINES:
            raise _RecordError("quote", runaway=True)

    def _judged(self, fields: list[str]) -> Item | None:
        """Return the record just read as a row, or as unreadable, or None for a blank line."""
        if self._swallows(fields):
            raise _RecordError("quote")
        first, last, nul = self._line - len(self._held) + 1, self._line, self._nul
        self._held.clear()
        self._nul = False
        if nul:
            return _unreadable(self._source, first, "nul", last=last)
        if not fields or (len(fields) == 1 != self._width and not fields[0].strip(" \t\x1a")):
            return None
        if self._width is None or len(fields) == self._width:
            return first, fields
        expected, found = self._width, len(fields)
        return _unreadable(self._source, first, "fields", last=last, expected=expected, found=found)

    def _swallows(self, fields: list[str]) -> bool:
        """Whether lines inside this record are rows themselves, for its quote never closed.

        In a record of the right width one line of a cell may look like a row by chance; with
        _EVIDENCE delimiters or more, and all inner lines alike, it is none.
        """
        if self._width is None or len(self._held) == 1:
            return False
        wanted, inner = self._width - 1, self._held[1:-1]
        if len(fields) != self._width:
            return any(line.count(self._delimiter) == wanted for line in self._held[1:])
        return wanted > 1 and wanted * len(inner) >= _EVIDENCE and all(map(self._like_row, inner))

    def _like_row(self, line: str) -> bool:
        """Whether `line`, read by itself, is a row: so many delimiters, and a first field."""
        begun = not line[0].isspace() and line[0] != self._delimiter
        whole = '"' not in line.replace('""', "")
        return begun and whole and line.count(self._delimiter) + 1 == self._width

    def _mended(self) -> Iterator[Item]:
        """Yield the record that the csv module stumbled over, or what is set aside in its place."""
        first = self._line - len(self._held) + 1
        try:
            item = self._attempt()
        except _RecordError as damage:
            last, item = self._drop_line(), None
            if damage.runaway:
                last, item = self._set_aside(last)
            if damage.reason == "large":
                yield too_large(self._source, first, last)
            else:
                yield _unreadable(self._source, first, "quote", last=last)
        if item:
            yield item

    def _set_aside(self, last: int) -> tuple[int, Item | None]:
        """Return the last line after `last` that is part of no whole record, and the record next.

        Without this a cell of a million lines would be listed as a million ragged rows.
        """
        while True:
            try:
                item = self._attempt()
            except _RecordError:
                last = self._drop_line()
                continue
            at_end = item is None and self._line == last
            if at_end or isinstance(item, tuple):
                return last, item
            last = self._line

    def _attempt(self) -> Item | None:
        """Return the record at hand, read with care; raise _RecordError if it is none."""
        with _wide_limit():
            try:
                return self._read_one(strict=True)
            except csv.Error:
                if len(self._held) > 1:
                    large = self._size > CELL_LIMIT
                    raise _RecordError("large" if large else "quote", runaway=large) from None
            try:
                return self._read_one(strict=False)
            except csv.Error:
                raise _RecordError("large") from None

    def _read_one(self, *, strict: bool) -> Item | None:
        self._hand_back()
        fields = next(self._reader(self._feed(careful=True), strict=strict), None)
        if fields is None:
            return None
        if len(self._held) > 1 and not strict:
            raise _RecordError("quote")
        return self._judged(fields)

    def _hand_back(self) -> None:
        """Make the lines of the record at hand the next to be read."""
        self._pending.extendleft(reversed(self._held))
        self._line -= len(self._held)
        self._held.clear()
        self._nul = False

    def _drop_line(self) -> int:
        """Return the number of the first line at hand, which is read no more."""
        self._hand_back()
        self._pending.popleft()
        self._line += 1
        return self._line


def too_large(source: str, first: int, last: int | None = None) -> Unreadable:
    """Return what to tell of lines that hold too large a cell.

    >>> too_large("a.csv", 3).values["last"]
    3
    """
    limit = CELL_LIMIT // 1_000_000
    return _unreadable(source, first, "large", last=last or first, limit=limit)


def _unreadable(source: str, line: int, reason: str, **values: int) -> Unreadable:
    return Unreadable(source, line, f"sources.unreadable.{reason}", dict(values))


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(lines)
    while block := list(islice(rest, _BLOCK)):
        yield block


class _RecordError(Exception):
    """The lines at hand do not begin with a whole record."""

    def __init__(self, reason: str, *, runaway: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.runaway = reason, runaway


@contextmanager
def _wide_limit() -> Iterator[None]:
    """Let csv fields be as long as a cell may be; the limit is global, so it is soon put back."""
    with _csv_limit:
        before = csv.field_size_limit(CELL_LIMIT)
        try:
            yield
        finally:
            csv.field_size_limit(before)
