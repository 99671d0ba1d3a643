"""Where compiled packs and weights are kept: one file in the user's cache.

Its name says what it was made from: changed packs, weights or code make a new one. It
holds nothing but what packs and weights hold, and no comment. Where no file can be written,
everything is compiled into memory, for as long as the process lives.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from detector.resources import cache_folder, code_folder, models_folder, patterns_folder

_KEPT = 4
_ENDING = ".sqlite"


def open_compiled() -> sqlite3.Connection:
    """Return a connection to the compiled packs and weights, compiled now if need be.

    Raise PackError or ModelError where they are broken.
    """
    path = cache_folder() / f"compiled-{_signature()}{_ENDING}"
    if not path.exists() and not _written(path):
        return _in_memory()
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{path.as_posix()}?mode=ro&immutable=1", uri=True)
        connection.execute("SELECT count(*) FROM intercept").fetchone()
        return connection
    return _in_memory()


def _written(path: Path) -> bool:
    """Write the file at `path`, whole or not at all; return whether that could be done."""
    from detector.compiling import compile_into  # here: it needs NumPy and YAML

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(suffix=".part", dir=path.parent)
    except OSError:
        return False
    os.close(descriptor)
    part = Path(name)
    try:
        with closing(sqlite3.connect(part)) as connection:
            compile_into(connection)
        part.replace(path)
    except (OSError, sqlite3.Error):
        return False
    finally:
        part.unlink(missing_ok=True)
    _forget_old(path.parent)
    return True


def _in_memory() -> sqlite3.Connection:
    from detector.compiling import compile_into  # here: it needs NumPy and YAML

    connection = sqlite3.connect(":memory:")
    compile_into(connection)
    return connection


def _forget_old(folder: Path) -> None:
    """Remove all but the newest compiled files."""
    with suppress(OSError):
        files = sorted(folder.glob(f"compiled-*{_ENDING}"), key=lambda path: path.stat().st_mtime)
        for path in files[:-_KEPT]:
            path.unlink(missing_ok=True)


def _signature() -> str:
    """Return a hash over the names, sizes and times of all that is compiled, and of the code."""
    digest = hashlib.sha256()
    for path in sorted(_ingredients()):
        state = path.stat()
        digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _ingredients() -> Iterator[Path]:
    yield from patterns_folder().glob("*/*.yaml")
    yield from patterns_folder().glob("*.yaml")
    yield from models_folder().glob("weights.npz")
    yield from code_folder().glob("*.py")
