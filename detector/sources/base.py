"""What every source yields: comments with their place, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Location:
    """Where a comment stands: file, line where it or its record begins, the record's id, field."""

    source: str
    line: int
    record: str
    field: str


@dataclass(frozen=True, slots=True)
class Comment:
    """One free-text value with its place; `names` are the record's own names and town."""

    text: str = field(repr=False)
    location: Location
    names: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A piece of input that could not be read: where, and why as a message key with values.

    Values never hold text of the input.
    """

    source: str
    line: int
    reason: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column and whether it is scanned, with the reason as a message key."""

    name: str
    taken: bool
    reason: str


class Source(Protocol):
    """An opened input: its columns are known, its records are still to be read."""

    @property
    def name(self) -> str:
        """What messages and reports call it."""
        ...

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, taken or left."""
        ...

    @property
    def headed(self) -> bool:
        """Whether its fields are named by a heading or by us, not by keys that may be texts."""
        ...

    @property
    def empty(self) -> int:
        """How many empty cells of the taken columns were passed so far; they yield no comment."""
        ...

    def __iter__(self) -> Iterator[Comment | Unreadable]:
        """Yield comments and unreadable pieces in the order of the input."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller wants read; None means: find out.

    `thorough` takes every field that may hold words, and calls a file without any no error: a
    hook reads fixtures whose notes are too few or too short to tell from other fields.
    """

    columns: tuple[str, ...] = ()
    record: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    thorough: bool = False
