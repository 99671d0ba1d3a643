"""Everything that can go wrong, each error with its place and its advice.

An error carries a message key and values, never a finished sentence and never
the text of a comment: the command line renders it in the reader's language,
`str()` renders it in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from detector.messages import say


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error lies: a file, and a line and column counted from 1 where known."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)


class DetectorError(Exception):
    """Root of all errors of art9; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, place: Place | None = None, **values: object) -> None:
        self.key, self.place, self.values = key, place, values
        super().__init__(key, place, values)

    def render(self, lang: str) -> str:
        """Return the message in `lang`, with the place in front where there is one."""
        message = say(f"error.{self.key}", lang, **self.values)
        return f"{self.place}: {message}" if self.place else message

    def __str__(self) -> str:
        return self.render("en")

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.key, self.place, self.values))


def _rebuild(
    kind: type[DetectorError], key: str, place: Place | None, values: dict[str, object]
) -> DetectorError:
    return kind(key, place, **values)


class UsageError(DetectorError):
    """The call is wrong: an unknown column, option or setting."""


class InputError(DetectorError):
    """A file cannot be read, or holds nothing to read."""

    exit_code = 3


class WorkerError(DetectorError):
    """A worker process ended before its work was done."""

    exit_code = 3


class InternalError(DetectorError):
    """A fault of art9 itself: no result can be relied on."""

    exit_code = 70  # EX_SOFTWARE of sysexits.h, which no verdict or fault of the input shares


class CheckpointError(DetectorError):
    """A checkpoint cannot be read, or does not belong to this scan."""


class PackError(DetectorError):
    """A rule pack breaks one of the laws of packs."""

    exit_code = 4


class ModelError(DetectorError):
    """The classifier's files are missing, damaged or of another version."""

    exit_code = 4


class PolicyError(DetectorError):
    """A policy names something that does not exist."""

    exit_code = 4


class BaselineError(DetectorError):
    """The file of accepted findings is damaged, or its key is not at hand."""

    exit_code = 4


def nearest(word: str, known: list[str]) -> str:
    """Return the known name nearest to `word`, or the list of them if none is near.

    >>> nearest("desinfectant", ["disinfectant", "place"])
    'disinfectant'
    """
    from difflib import get_close_matches  # here: a program that starts well must not wait for it

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else ", ".join(sorted(known)[:12])
