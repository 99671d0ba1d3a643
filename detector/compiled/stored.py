"""Rules and weights as they are kept in SQLite, compiled: asked word by word, or read whole.

`TABLES` is what `detector.compiled.compiling` fills. A program that checks one form asks for the
few words that it meets; one that checks many comments reads all rules into memory first, and takes
the weights from the model itself.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Protocol

from detector.errors import Place
from detector.lexicon.anchors import Anchors, Filled, Form, Keyed, filled, word_keys
from detector.lexicon.lexicon import Lexicon, Wording
from detector.rules.rules import Capitalised, Guard, Rule, Strength, Where
from detector.spelling.vocabulary import LEAST_CUT, alike_keys
from detector.taxonomy import Category

TABLES = """
CREATE TABLE rules (id TEXT PRIMARY KEY, fields TEXT) WITHOUT ROWID;
CREATE TABLE wordings (
    number INTEGER PRIMARY KEY, rule TEXT, source TEXT, acronym INTEGER, digits INTEGER);
CREATE TABLE anchors (form INTEGER, key TEXT, slot INTEGER, PRIMARY KEY (form, key, slot))
    WITHOUT ROWID;
CREATE TABLE keyed (
    slot INTEGER, wording INTEGER, others TEXT, PRIMARY KEY (slot, wording, others))
    WITHOUT ROWID;
CREATE TABLE unanchored (wording INTEGER PRIMARY KEY);
CREATE TABLE features (name TEXT PRIMARY KEY, steps BLOB) WITHOUT ROWID;
CREATE TABLE words (word TEXT PRIMARY KEY, cost INTEGER, vector INTEGER) WITHOUT ROWID;
CREATE TABLE alike (key TEXT, word TEXT, PRIMARY KEY (key, word)) WITHOUT ROWID;
CREATE TABLE vectors (number INTEGER PRIMARY KEY, steps BLOB, kin INTEGER);
CREATE TABLE intercept (output INTEGER PRIMARY KEY, value REAL);
"""
WHOLE_NUMBERS = "q"
"""How steps are packed: as signed numbers of 64 bits."""

_WORDING = "rule, source, acronym, digits"
_ALL_WORDINGS = f"SELECT {_WORDING} FROM wordings ORDER BY number"  # noqa: S608
_RULES = "SELECT json(fields) FROM rules"  # `json` refuses what is damaged
_LAST = "\U0010ffff"
"""Sorts behind all letters."""
_AMONG = "IN (SELECT value FROM json_each(?))"

InForce = Callable[[Rule], bool]
Row = tuple[Any, ...]


class Tables(Protocol):
    """What holds the tables, and is asked by SQL."""

    def rows(self, query: str, *values: object) -> list[Row]:
        """Return what `query` finds."""
        ...


def read_lexicon(tables: Tables, in_force: InForce) -> Lexicon:
    """Return the lexicon of the rules that are in force, read whole into memory."""
    index = Anchors()
    index.unanchored = _numbers(tables.rows("SELECT wording FROM unanchored"))
    forms = tuple(Form)
    for form, key, slot in tables.rows("SELECT form, key, slot FROM anchors"):
        index.lead(forms[form], key, slot)
    for slot, wording, others in tables.rows("SELECT slot, wording, others FROM keyed"):
        index.keyed[slot].append((wording, _others(others)))
    rules = _rules(tables, in_force)
    rows = tables.rows(_ALL_WORDINGS)
    return Lexicon(index, [_wording(rules.get(rule), *fields) for rule, *fields in rows])


def ask_lexicon(tables: Tables, in_force: InForce) -> Lexicon:
    """Return the same lexicon, which asks the file for each new word: for one thread."""
    return Lexicon(_StoredAnchors(tables), _StoredWordings(tables, in_force))


class _StoredAnchors:
    """An index that is asked in the file."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.unanchored = _numbers(tables.rows("SELECT wording FROM unanchored"))

    def filled_by(self, word: str) -> Filled:
        """Return what `word` fills."""
        slots: set[int] = set()
        for form, keys in word_keys(word).items():
            query = f"SELECT slot FROM anchors WHERE form = ? AND key {_AMONG}"  # noqa: S608
            slots.update(_numbers(self._tables.rows(query, form, _json(list(keys)))))
        query = f"SELECT wording, others FROM keyed WHERE slot {_AMONG}"  # noqa: S608
        rows = self._tables.rows(query, _json(sorted(slots)))
        keyed: list[Keyed] = [(wording, _others(others)) for wording, others in rows]
        return filled(slots, keyed)


class _StoredWordings:
    """The wordings, read one by one."""

    def __init__(self, tables: Tables, in_force: InForce) -> None:
        self._tables, self._in_force = tables, in_force
        self._rule = lru_cache(maxsize=None)(self._read_rule)

    def __getitem__(self, number: int) -> Wording | None:
        query = f"SELECT {_WORDING} FROM wordings WHERE number = ?"  # noqa: S608
        rows = self._tables.rows(query, number)
        if not rows:
            raise IndexError(number)
        ((rule, *fields),) = rows
        return _wording(self._rule(rule), *fields)

    def __iter__(self) -> Iterator[Wording | None]:
        rows = self._tables.rows(_ALL_WORDINGS)
        return (_wording(self._rule(rule), *fields) for rule, *fields in rows)

    def _read_rule(self, rule_id: str) -> Rule | None:
        ((fields,),) = self._tables.rows(f"{_RULES} WHERE id = ?", rule_id)
        rule = _rule(json.loads(fields))
        return rule if self._in_force(rule) else None


class StoredWeights:
    """The classifier's weights, asked in the file."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        rows = tables.rows("SELECT value FROM intercept ORDER BY output")
        self.intercept = [value for (value,) in rows]

    def steps(self, features: Sequence[str]) -> Sequence[int] | None:
        """Return the sum over the features that are known, or None if none is."""
        query = f"SELECT name, steps FROM features WHERE name {_AMONG}"  # noqa: S608
        known: dict[str, bytes] = dict(self._tables.rows(query, _json(features)))
        rows = [_unpacked(known[feature]) for feature in features if feature in known]
        return [sum(column) for column in zip(*rows, strict=True)] if rows else None

    def vector(self, word: str) -> Sequence[int] | None:
        """Return what the vector of `word` contributes, or None if it has none."""
        query = "SELECT steps FROM words JOIN vectors ON vector = number WHERE word = ?"
        rows = self._tables.rows(query, word)
        return _unpacked(rows[0][0]) if rows else None

    def kin(self, word: str) -> int | None:
        """Return the kin of `word`, or None."""
        query = "SELECT kin FROM words JOIN vectors ON vector = number WHERE word = ?"
        rows = self._tables.rows(query, word)
        return int(rows[0][0]) if rows else None


class StoredWords:
    """The known words, asked in the file."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def costs(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return the costs of those of `words` that are known."""
        query = f"SELECT word, cost FROM words WHERE word {_AMONG}"  # noqa: S608
        return dict(self._tables.rows(query, _json(list(words))))

    def alike(self, word: str) -> Sequence[str]:
        """Return common words that differ by about a letter from `word`, or sound as it does."""
        query = f"SELECT DISTINCT word FROM alike WHERE key {_AMONG} ORDER BY word"  # noqa: S608
        keys = _json(list(alike_keys(word)))
        return [word for (word,) in self._tables.rows(query, keys)]

    def begun(self, start: str) -> Mapping[str, int]:
        """Return the costs of the words that go on after `start` by LEAST_CUT letters or more."""
        query = "SELECT word, cost FROM words WHERE word BETWEEN ? AND ? AND length(word) >= ?"
        least = len(start) + LEAST_CUT
        return dict(self._tables.rows(query, start, start + _LAST, least))


def packed_rule(rule: Rule) -> str:
    """Return what judging needs of a rule, as JSON: all but its words and examples."""
    guards = [[g.name, g.where, g.terms, g.within, g.capitalised] for g in rule.unless]
    place = [rule.place.file, rule.place.line, rule.place.column]
    fields = [rule.id, rule.title, rule.categories, rule.strength, rule.why, guards]
    return _json([*fields, rule.implies, rule.check, place])


def _rule(fields: list[Any]) -> Rule:
    rule_id, title, categories, strength, why, guards, implies, check, place = fields
    return Rule(
        id=rule_id,
        title=title,
        categories=tuple(map(Category, categories)),
        strength=Strength(strength),
        why=why,
        terms=(),
        acronyms=(),
        patterns=(),
        unless=tuple(
            Guard(name, Where(where), tuple(terms), within, Capitalised(capitalised))
            for name, where, terms, within, capitalised in guards
        ),
        implies=tuple(implies),
        check=check,
        flag=(),
        passes=(),
        todo_flag=(),
        place=Place(*place),
    )


def _rules(tables: Tables, in_force: InForce) -> dict[str, Rule]:
    rules = (_rule(json.loads(fields)) for (fields,) in tables.rows(_RULES))
    return {rule.id: rule for rule in rules if in_force(rule)}


def _wording(rule: Rule | None, source: str, acronym: int, digits: int) -> Wording | None:
    return None if rule is None else Wording(rule, source, bool(acronym), digits)


@cache
def _others(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split())) if text else frozenset()


def _unpacked(steps: bytes) -> array[int]:
    numbers = array(WHOLE_NUMBERS)
    numbers.frombytes(steps)
    return numbers


def _numbers(rows: Iterable[Row]) -> list[int]:
    return [number for (number,) in rows]


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False)
