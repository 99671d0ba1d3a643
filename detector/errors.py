"""Everything that can go wrong, each error with its place and its advice.

An error carries a message key and values, never a finished sentence and never
the text of a comment: the command line renders it in the reader's language,
`str()` renders it in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from detector.messages import say

_LISTED = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error lies: a file, and a line and column counted from 1 where known."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)


class Near:
    """What an error says of a word that is none of those known: the nearest, or what they are."""

    def __init__(self, word: str, known: Iterable[str]) -> None:
        self._word, self._known = word, list(known)

    def render(self, lang: str) -> str:
        """Return the advice in `lang`, to follow what is wrong.

        >>> Near("x", ["place", "name"]).render("en")
        '; known: name, place.'
        """
        if near := nearest(self._word, self._known):
            return say("error.near", lang, near=near)
        more = ["…"] if len(self._known) > _LISTED else []
        return say("error.known", lang, known=", ".join([*sorted(self._known)[:_LISTED], *more]))


class DetectorError(Exception):
    """Root of all errors of art9; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, place: Place | None = None, **values: object) -> None:
        self.key, self.place, self.values = key, place, values
        super().__init__(key, place, values)

    def render(self, lang: str) -> str:
        """Return the message in `lang`, with the place in front where there is one."""
        values = {
            name: value.render(lang) if isinstance(value, Near) else value
            for name, value in self.values.items()
        }
        message = say(f"error.{self.key}", lang, **values)
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


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Return the known name nearest to `word`, None if none is near.

    >>> nearest("desinfectant", ["disinfectant", "place"]), nearest("x", ["place"])
    ('disinfectant', None)
    """
    # Imported here: only a program that has gone wrong needs it.
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else None
