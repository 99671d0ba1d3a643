"""Packs and weights compiled into the tables of `detector.stored`: seconds of work, done once."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator

from detector.lexicon import compile_rules
from detector.packs import all_rules, read_packs
from detector.resources import models_folder
from detector.stored import TABLES, WHOLE_NUMBERS, packed_rule
from detector.weights import load_weights


def compile_into(connection: sqlite3.Connection) -> None:
    """Fill an empty database from packs and weights; raise PackError or ModelError."""
    connection.executescript(TABLES)
    with connection:
        for table, rows in (*_lexicon_rows(), *_weight_rows()):
            _insert(connection, table, rows)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    (width,) = connection.execute("SELECT count(*) FROM pragma_table_info(?)", (table,)).fetchone()
    places = ", ".join("?" * width)
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def _lexicon_rows() -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """Yield the tables of the lexicon with their rows."""
    rules = all_rules(read_packs())
    wordings, index = compile_rules(rules)
    yield "rules", ((rule.id, packed_rule(rule)) for rule in rules)
    yield (
        "wordings",
        ((n, one.rule.id, one.source, one.acronym, one.digits) for n, one in enumerate(wordings)),
    )
    yield "anchors", ((int(form), key, place) for form, key, place in index.leads())
    yield (
        "keyed",
        (
            (place, wording, " ".join(map(str, sorted(others))))
            for place, entries in index.keyed.items()
            for wording, others in entries
        ),
    )
    yield "unanchored", ((number,) for number in index.unanchored)


def _weight_rows() -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """Yield the tables of the classifier with their rows."""
    weights = load_weights(models_folder())
    yield "features", ((name, _packed(steps)) for name, steps in weights.all_steps())
    yield "words", weights.all_keys()
    yield "vectors", ((number, _packed(steps)) for number, steps in weights.all_vectors())
    yield "intercept", enumerate(weights.intercept)


def _packed(steps: Iterable[int]) -> bytes:
    return array(WHOLE_NUMBERS, steps).tobytes()
