"""Where compiled packs and weights are kept: one file in the user's cache.

Its name says what it was made from: changed packs, weights or code make a new one. It
holds nothing but what packs and weights hold, and no comment. Where no file can be written,
everything is compiled into memory, for as long as the process lives.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from detector.resources import cache_folder, code_folder, models_folder, patterns_folder


def open_compiled() -> sqlite3.Connection:
    """Return a connection to the compiled packs and weights, compiled now if need be.

    Raise PackError or ModelError where they are broken.
    """
    path = cache_folder() / f"compiled-{_signature()}.sqlite"
    if not path.exists() and not _compiled_to(path):
        return _in_memory()
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{path.as_posix()}?mode=ro&immutable=1", uri=True)
        connection.execute("SELECT count(*) FROM intercept").fetchone()
        return connection
    return _in_memory()


def _compiled_to(path: Path) -> bool:
    from detector.compiling import compile_to  # here: it needs NumPy and YAML

    return compile_to(path)


def _in_memory() -> sqlite3.Connection:
    from detector.compiling import compile_into  # here: it needs NumPy and YAML

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
