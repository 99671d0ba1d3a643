"""Compiles packs and weights into the tables of `detector.compiled.stored`: once, in seconds."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from detector.compiled.stored import TABLES, WHOLE_NUMBERS, packed_rule
from detector.lexicon.assembling import compile_rules
from detector.model.weights import load_weights
from detector.resources import models_folder
from detector.rules.packs import all_rules, read_packs

_KEPT = 4


def compile_into(connection: sqlite3.Connection) -> None:
    """Fill an empty database from packs and weights; raise PackError or ModelError."""
    connection.executescript(TABLES)
    with connection:
        for table, rows in (*_lexicon_rows(), *_weight_rows()):
            _insert(connection, table, rows)


def compile_to(path: Path) -> bool:
    """Write the file at `path`, whole or not at all; return whether that could be done."""
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


def _forget_old(folder: Path) -> None:
    """Remove all but the newest compiled files."""
    with suppress(OSError):
        files = sorted(folder.glob("compiled-*.sqlite"), key=lambda path: path.stat().st_mtime)
        for path in files[:-_KEPT]:
            path.unlink(missing_ok=True)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    (width,) = connection.execute("SELECT count(*) FROM pragma_table_info(?)", (table,)).fetchone()
    places = ", ".join("?" * width)
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def _lexicon_rows() -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """Yield the tables of the lexicon with their rows."""
    rules = all_rules(read_packs())
    wordings, index = compile_rules(rules, load_weights(models_folder()).words)
    yield "rules", ((rule.id, packed_rule(rule)) for rule in rules)
    yield (
        "wordings",
        ((n, one.rule.id, one.source, one.acronym, one.digits) for n, one in enumerate(wordings)),
    )
    yield "anchors", ((int(form), key, slot) for form, key, slot in index.leads())
    yield (
        "keyed",
        (
            (slot, wording, " ".join(map(str, sorted(others))))
            for slot, entries in index.keyed.items()
            for wording, others in entries
        ),
    )
    yield "unanchored", ((number,) for number in index.unanchored)


def _weight_rows() -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """Yield the tables of the classifier with their rows."""
    weights = load_weights(models_folder())
    yield "features", ((name, _packed(steps)) for name, steps in weights.all_steps())
    yield "words", weights.all_words()
    yield "alike", ((key, word) for key, words in weights.words.by_key.items() for word in words)
    yield "vectors", ((n, _packed(steps), kin) for n, steps, kin in weights.all_vectors())
    yield "intercept", enumerate(weights.intercept)


def _packed(steps: Iterable[int]) -> bytes:
    return array(WHOLE_NUMBERS, steps).tobytes()
