"""Plain text: a comment a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from detector.sources.base import Column, Comment, Location, Options, Unreadable
from detector.sources.columns import column
from detector.sources.opening import SAMPLE_ITEMS, Input, take
from detector.sources.records import CELL_LIMIT, too_large

FIELD = "text"


class Plain:
    """The lines of a text as comments; blank lines count as empty."""

    headed = True

    def __init__(self, name: str, lines: Iterable[str]) -> None:
        self.name = name
        self.columns: tuple[Column, ...] = (column(FIELD, "line"),)
        self.empty = 0
        self._lines = lines

    def __iter__(self) -> Iterator[Comment | Unreadable]:
        for number, line in enumerate(self._lines, 1):
            text = line.rstrip("\r\n")
            if "\0" in text:
                yield Unreadable(self.name, number, "sources.unreadable.nul")
            elif len(text) > CELL_LIMIT:
                yield too_large(self.name, number)
            elif text and not text.isspace():
                yield Comment(text, Location(self.name, number, str(number), FIELD))
            else:
                self.empty += 1


def open_plain(given: Input, options: Options) -> Plain:
    """Return the source of a plain text; raise InputError if all its lines are blank."""
    lines = given.lines(options.encoding)
    head = take(lines, len)
    if len(head) < SAMPLE_ITEMS and not any(map(str.strip, head)):
        raise given.fault("empty")
    return Plain(given.name, chain(head, lines))
