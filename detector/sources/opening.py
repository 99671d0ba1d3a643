"""Files and standard input, opened once and read in order, as bytes or as lines of text."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from detector.errors import InputError, Place
from detector.sources.encoding import binary_format, is_doubtful, recognise, register_fallback

STANDARD_INPUT = "-"
SAMPLE_BYTES = 1 << 18
SAMPLE_ITEMS = 2_000
LINE_LIMIT = 16_000_000
"""Longer lines, in characters, come back cut; that they are longer than this says so."""

_PIECE = 1 << 14  # larger ones outgrow the processor's cache once they are fields

_FAULTS = {
    FileNotFoundError: "missing",
    NotADirectoryError: "missing",
    PermissionError: "denied",
    IsADirectoryError: "folder",
}
_Item = TypeVar("_Item")


@dataclass(slots=True)
class Meter:
    """How far reading has got: bytes taken off the inputs, and lines found in them."""

    bytes: int = 0
    lines: int = 0


@dataclass(slots=True)
class Doubt:
    """How many lines read hold signs within words; the first and the last of them."""

    first: int = 0
    last: int = 0
    lines: int = 0

    def add(self, lines: Iterable[str], encoding: str, before: int = 0) -> None:
        """Take in those of `lines` that are doubtful; `before` them so many were read."""
        for number, line in enumerate(lines, before + 1):
            if is_doubtful(line, encoding):
                self.first = self.first or number
                self.last = number
                self.lines += 1


@dataclass(frozen=True, slots=True)
class Input:
    """An opened input: its name and ending, its first bytes, and all bytes from the start.

    `doubt` tells how well the encoding fits that was found out; one that was asked for is taken
    as it is.
    """

    name: str
    suffix: str
    sample: bytes
    stream: io.BufferedReader[Any]
    meter: Meter = field(default_factory=Meter)
    doubt: Doubt = field(default_factory=Doubt)

    def start(self, asked: str | None = None) -> list[str]:
        """Return the whole lines of the sample without reading on."""
        text = self.sample.decode(self._encoding(asked), register_fallback())
        lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        cut = len(self.sample) == SAMPLE_BYTES and len(lines) > 1
        return lines[:-1] if cut else lines

    def lines(self, asked: str | None = None) -> Iterator[str]:
        """Return all lines, their ends included; raise InputError for a binary file."""
        return chain.from_iterable(self.blocks(asked))

    def blocks(self, asked: str | None = None) -> Iterator[list[str]]:
        """Return the same lines some hundreds at a time: one by one they cost as much as csv."""
        encoding, errors = self._encoding(asked), register_fallback()
        text = io.TextIOWrapper(self.stream, encoding, errors, newline="")
        return self._read(text, "" if asked else encoding)

    def whole(self, asked: str | None = None) -> str:
        """Return the whole text; raise InputError for a binary file."""
        encoding, errors = self._encoding(asked), register_fallback()
        try:
            with io.TextIOWrapper(self.stream, encoding, errors) as stream:
                text = stream.read().removeprefix("\ufeff")
        except (OSError, UnicodeError) as error:
            raise _system_fault("interrupted", self.name, error) from None
        if asked is None and is_doubtful(text, encoding):
            self.doubt.add(text.split("\n"), encoding)
        return text

    def binary(self) -> io.BufferedReader[Any]:
        """Return all bytes, for a parser that decodes by itself; raise InputError if no text."""
        self._encoding(None)
        return self.stream

    def fault(self, key: str, line: int | None = None, column: int | None = None) -> InputError:
        """Return the error `input.{key}` at a place of this input."""
        return InputError(f"input.{key}", Place(self.name, line, column))

    def _encoding(self, asked: str | None) -> str:
        return _encoding(self.sample, self.name, asked)

    def _read(self, text: io.TextIOWrapper, found: str) -> Iterator[list[str]]:
        """Yield the lines of `text`, in the encoding `found` out: empty if it was asked for."""
        count = 0
        try:
            with text:
                piece = _piece(text).removeprefix("\ufeff")
                while piece:
                    lines = list(io.StringIO(piece, newline=""))
                    if len(lines[-1]) > LINE_LIMIT:
                        _skip_line(text, lines[-1])
                    if is_doubtful(piece, found):
                        self.doubt.add(lines, found, count)
                    count += len(lines)
                    self.meter.lines += len(lines)
                    yield lines
                    piece = _piece(text)
        except (OSError, UnicodeError) as error:
            raise _system_fault("interrupted", self.name, error) from None


def open_input(path: Path | str, meter: Meter | None = None) -> Input:
    """Return `path`, or standard input for `-`, opened; raise InputError if that fails.

    `meter` is told how far reading has got.
    """
    meter = meter or Meter()
    if str(path) == STANDARD_INPUT:
        return _standard_input(meter)
    try:
        stream = Path(path).open("rb", buffering=0)  # noqa: SIM115 - the source closes it
        return _opened(str(path), Path(path).suffix.lower(), stream, meter, own=True)
    except OSError as error:
        raise refused(str(path), error) from None


def _standard_input(meter: Meter) -> Input:
    try:
        return _opened("<stdin>", "", sys.stdin.buffer, meter, own=False)
    except OSError as error:
        raise refused("<stdin>", error) from None


def text_of(content: bytes, name: str) -> str:
    """Return bytes that are at hand whole as text; raise InputError if they are none.

    >>> text_of("sérologie".encode("utf-16"), "<stdin>")
    'sérologie'
    """
    encoding = _encoding(content, name, None)
    text = content.decode(encoding, register_fallback())
    if is_doubtful(text, encoding):
        raise InputError("input.encoding", Place(name))
    return text


def refused(name: str, error: OSError) -> InputError:
    """Return what to tell of a file or folder that the system does not let us read.

    >>> str(refused("a.csv", FileNotFoundError()))
    'a.csv: this file does not exist; check the path.'
    """
    return _system_fault(_FAULTS.get(type(error), "system"), name, error)


def take(
    items: Iterator[_Item],
    size: Callable[[_Item], int],
    count: Callable[[_Item], int] = lambda item: 1,
) -> list[_Item]:
    """Return the first items, taken off `items`: enough to judge by, never too many to hold.

    >>> numbers = iter(range(9000))
    >>> len(take(numbers, lambda number: 1)), next(numbers)
    (2000, 2000)
    """
    taken: list[_Item] = []
    room, wanted = LINE_LIMIT, SAMPLE_ITEMS
    for item in items:
        taken.append(item)
        room -= size(item)
        wanted -= count(item)
        if room <= 0 or wanted <= 0:
            break
    return taken


def _encoding(sample: bytes, name: str, asked: str | None) -> str:
    kind = binary_format(sample)
    if kind:
        raise InputError("input.format", Place(name), kind=kind)
    if kind is not None and asked is None:
        raise InputError("input.binary", Place(name))
    return recognise(sample, asked=asked)


def _system_fault(key: str, name: str, error: Exception) -> InputError:
    return InputError(f"input.{key}", Place(name), problem=type(error).__name__)


def _opened(
    name: str, suffix: str, stream: BinaryIO | io.RawIOBase, meter: Meter, *, own: bool
) -> Input:
    sample = _first_bytes(stream)
    whole = io.BufferedReader(_Resumed(sample, stream, meter, own=own), 1 << 17)
    found = Input(name, suffix, sample, whole, meter)
    if not sample:
        whole.close()
        raise found.fault("empty")
    return found


def _first_bytes(stream: BinaryIO | io.RawIOBase) -> bytes:
    """Return up to SAMPLE_BYTES; a pipe hands them over in pieces."""
    sample = b""
    while len(sample) < SAMPLE_BYTES and (piece := stream.read(SAMPLE_BYTES - len(sample))):
        sample += piece
    return sample


def _piece(text: io.TextIOWrapper) -> str:
    """Return the next piece of `text`: whole lines, unless the last is longer than LINE_LIMIT."""
    return text.read(_PIECE) + text.readline(LINE_LIMIT + 1)


def _skip_line(text: io.TextIOWrapper, line: str) -> None:
    """Read on to the end of a line that was cut."""
    while line and not line.endswith(("\n", "\r")):
        line = text.readline(LINE_LIMIT)


class _Resumed(io.RawIOBase):
    """A stream whose first bytes were taken, whole again; standard input cannot go back."""

    def __init__(
        self, head: bytes, rest: BinaryIO | io.RawIOBase, meter: Meter, *, own: bool
    ) -> None:
        self._head, self._rest, self._own = memoryview(head), rest, own
        self._meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        if not self._head:
            read: int | None = self._rest.readinto(buffer)  # type: ignore[union-attr]
            self._meter.bytes += read or 0
            return read
        count = min(len(buffer), len(self._head))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        self._meter.bytes += count
        return count

    def close(self) -> None:
        if self._own and not self.closed:
            self._rest.close()
        super().close()
