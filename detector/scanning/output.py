"""Where a report goes: standard output, or a file that takes its name only when it is complete."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from detector.errors import InputError, Place, UsageError


class Output:
    """A report being written into `file`."""

    def __init__(self, file: TextIO, path: Path | None = None) -> None:
        self.file = file
        self._path = path

    def length(self) -> int:
        """Return how many bytes are safe on the disk; 0 for standard output."""
        if self._path is None:
            return 0
        self.file.flush()
        os.fsync(self.file.fileno())
        return os.fstat(self.file.fileno()).st_size

    def cut(self, length: int) -> None:
        """Go on writing after the first `length` bytes; no effect on standard output."""
        if self._path is not None:
            self.file.flush()
            self.file.seek(length)
            self.file.truncate()

    def publish(self) -> None:
        """Give the file its name."""
        if self._path is not None:
            self.file.close()
            part_of(self._path).replace(self._path)

    def publish_copy(self) -> None:
        """Show what is written so far under the file's name; the scan may go on later."""
        if self._path is None:
            return
        self.file.flush()
        copy = _copy_of(self._path)
        with _private(copy, os.O_TRUNC) as target, part_of(self._path).open("rb") as source:
            shutil.copyfileobj(source, target.buffer)
        copy.replace(self._path)

    def discard(self) -> None:
        """Leave nothing behind; no effect on standard output."""
        if self._path is not None:
            self.file.close()
            part_of(self._path).unlink(missing_ok=True)


@contextmanager
def report_output(path: Path | None, *, keep: bool = False) -> Iterator[Output]:
    """Yield the output to write to; with `keep` an unfinished file stays, to go on with.

    Raises InputError where nothing can be written.
    """
    if path is None:
        yield Output(sys.stdout)
        return
    file: TextIO | None = None
    try:
        file = _private(part_of(path), 0 if keep else os.O_EXCL)
        yield Output(file, path)
        file.close()
    except OSError as error:
        raise InputError("output.cannot_write", Place(str(path)), problem=error.strerror) from None
    finally:
        with suppress(OSError):
            if file:
                file.close()
        if file and not keep:
            with suppress(OSError):
                part_of(path).unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Return what an unfinished report is called.

    >>> part_of(Path("r.csv")).name
    'r.csv.part'
    """
    return path.with_name(f"{path.name}.part")


def refuse_leftovers(path: Path) -> None:
    """Raise UsageError where a file has a name that the unfinished report of `path` needs."""
    for needed in (part_of(path), _copy_of(path)):
        if os.path.lexists(needed):
            raise UsageError("output.in_the_way", Place(str(needed)))


def refuse_overwriting(read: Iterable[Path], written: Mapping[str, Path]) -> None:
    """Raise UsageError where a file that an option names in `written` is not free to be written.

    It must be an ordinary file, and neither it nor what it is called until it is finished may be
    among those `read` or be named by two options.
    """
    taken = {mark for path in read for mark in _marks(path)}
    for option, path in written.items():
        if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
            raise UsageError("output.no_file", Place(str(path)), option=option)
        marks = {mark for name in (path, part_of(path), _copy_of(path)) for mark in _marks(name)}
        if marks & taken:
            raise UsageError("output.taken", Place(str(path)), option=option)
        taken |= marks


def _marks(path: Path) -> set[object]:
    """Return what tells a file from another: where it lies, and its number if it exists."""
    marks: set[object] = {os.path.normcase(os.path.realpath(path))}
    with suppress(OSError):
        told = path.stat()
        marks.add((told.st_dev, told.st_ino))
    return marks


def _copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def _private(path: Path, flag: int) -> TextIO:
    """Return a file opened for writing, readable by its owner only.

    Names of files may hold bytes that are no UTF-8; these are written as their numbers.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="")
