"""Where compiled packs and weights are kept: one file in the user's cache.

Its name says what it was made from: changed packs, weights or code, or another Python, make a new
one. It holds texts and numbers of packs and weights alone: no comment, and no object to unpickle.
Where it proves damaged it is compiled anew, and where no file can be written, everything is
compiled into memory, for as long as the process lives.
"""

from __future__ import annotations

import sqlite3
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from detector.compiled.stored import Row
from detector.resources import (
    cache_folder,
    code_folder,
    models_folder,
    on_compiling,
    patterns_folder,
)

_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""Part of the file's name: what words a pattern needs is worked out by Python's own parser."""

_COMPILED_BY = ("compiled", "lexicon", "model", "rules", "spelling")
"""The packages whose code says what is compiled."""


class Compiled:
    """The compiled packs and weights, asked by SQL: for the thread that opened them alone.

    A file that proves damaged is compiled anew: whoever asks goes on, for what is made from the
    same packs and weights is the same.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = _opened(path) or _anew(path)

    def rows(self, query: str, *values: object) -> list[Row]:
        """Return what `query` finds."""
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.DatabaseError:
            self.close()
            self._connection = _anew(self._path)
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Ask no more."""
        self._connection.close()


def open_compiled() -> Compiled:
    """Return the compiled packs and weights, compiled now if need be.

    Raise PackError or ModelError where they are broken.
    """
    return Compiled(cache_folder() / f"compiled-{_PYTHON}-{_signature()}.sqlite")


def _opened(path: Path) -> sqlite3.Connection | None:
    """Return a connection to the file at `path`, None if there is none or it cannot be read."""
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{path.as_posix()}?mode=ro&immutable=1", uri=True)
        connection.execute("SELECT count(*) FROM intercept").fetchone()
        return connection
    return None


def _anew(path: Path) -> sqlite3.Connection:
    """Return a connection to what is compiled now: to the file at `path`, or else into memory."""
    from detector.compiled.compiling import (  # here: they need NumPy and YAML
        compile_into,
        compile_to,
    )

    for told in on_compiling:
        told()
    connection = _opened(path) if compile_to(path) else None
    if connection is None:
        connection = sqlite3.connect(":memory:")
        compile_into(connection)
    return connection


def _signature() -> str:
    """Return a checksum over names, sizes and times of what is compiled, and of the code."""
    states = ((path, path.stat()) for path in sorted(_ingredients()))
    lines = "".join(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n" for path, state in states)
    return f"{zlib.crc32(lines.encode()):08x}"


def _ingredients() -> Iterator[Path]:
    yield from patterns_folder().glob("*/*.yaml")
    yield from patterns_folder().glob("*.yaml")
    yield from models_folder().glob("weights.npz")
    yield from code_folder().glob("*.py")
    for package in _COMPILED_BY:
        yield from (code_folder() / package).glob("*.py")
