"""SQL: rows of INSERT … VALUES and of COPY … FROM stdin as records, other literals beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from detector.sources.base import Options, Source, Unreadable
from detector.sources.json_records import Item, JsonSource, PlacedText, Record
from detector.sources.opening import LINE_LIMIT, Input, take
from detector.sources.records import CELL_LIMIT, too_large
from detector.sources.sql_tokens import Token, Tokens, unescaped
from detector.sources.trees import add

_NO_COLUMN = frozenset(
    {"primary", "key", "unique", "index", "constraint", "foreign", "check", "fulltext", "exclude"}
)
_BEFORE_TABLE = frozenset({"into", "table", "copy", "update", "only", "exists"})
_INSERTS = frozenset({"insert", "replace"})
_COMMENT = "comment"
_AFTER_TEXT = frozenset(
    {"as", "at", "collate", "escape", "and", "or", "not", "is", "in", "like", "between", "using"}
    | {"year", "month", "day", "hour", "minute", "second", "to"}
)
"""Words that may follow a literal in a row; any other one belonged to it."""
# « ), (3, » as a literal, or one that holds the end of a statement and the next.
_BETWEEN_ROWS = re.compile(
    r"\A\s*(?:,[\s,.\w-]*)?\)\s*(?:;|,\s*\() | \)\s*;\s*\n(?:INSERT|REPLACE|UPDATE)\s",
    re.IGNORECASE | re.VERBOSE,
)


def open_sql(given: Input, options: Options) -> Source:
    """Return the source of a file of SQL statements; raise InputError if it holds no text."""
    lines = given.lines(options.encoding)
    head = take(lines, len)
    return JsonSource(given, _Dump(given.name, Tokens(chain(head, lines), head)).items(), options)


@dataclass(slots=True)
class _Statement:
    """A statement being read: its words so far, the table it names, columns, open brackets."""

    words: list[str] = field(default_factory=list)
    table: str = ""
    columns: list[str] = field(default_factory=list)
    depth: int = 0
    values: bool = False
    naming: bool = True
    table_next: bool = False
    last: str = "sql"

    @property
    def verb(self) -> str:
        """The statement's first word."""
        return self.words[0] if self.words else ""


class _Dump:
    """Reads statements one after the other, remembering the columns that tables have."""

    def __init__(self, name: str, tokens: Tokens) -> None:
        self._name, self._tokens = name, tokens
        self._columns: dict[str, list[str]] = {}

    def items(self) -> Iterator[Item]:
        """Yield a record for each row, literal and comment, and what could not be read."""
        statement, row = _Statement(), _Row()
        for token in self._tokens:
            if reason := _mismatch(token, statement, row):
                line = row.line if row.depth else token.line
                last, in_row = self._tokens.set_aside()
                yield Unreadable(self._name, line, f"sources.unreadable.{reason}", {"last": last})
                statement = statement if in_row and statement.values else _Statement()
                row = _Row()
            elif len(token.text) > CELL_LIMIT:
                yield too_large(self._name, token.line)
            elif token.kind == "mark" and token.text == ";" and not row.depth:
                yield from self._ended(statement)
                statement = _Statement()
            else:
                yield from self._taken(token, statement, row)

    def _taken(self, token: Token, statement: _Statement, row: _Row) -> Iterator[Record]:
        """Yield the record that `token` is or completes, if any."""
        if token.kind == "comment":
            yield _loose(token, _COMMENT)
        elif statement.values:
            yield from self._in_values(token, statement, row)
        elif token.kind == "text":
            yield _loose(token, statement.last)
        else:
            self._in_head(token, statement)

    def _ended(self, statement: _Statement) -> Iterator[Item]:
        """Yield what follows a statement as plain lines; remember the columns of a new table."""
        if statement.verb == "create":
            self._columns[_bare(statement.table)] = statement.columns
        elif statement.verb == "copy" and "stdin" in statement.words:
            yield from self._copied(statement)

    def _in_head(self, token: Token, statement: _Statement) -> None:
        """Take a token in before the values: verbs, the table, its columns."""
        if token.kind == "mark":
            statement.depth += {"(": 1, ")": -1}.get(token.text, 0)
            statement.naming = statement.naming or token.text in "(,"
            statement.table_next = statement.table_next or token.text == "."
            return
        word = token.text.lower()
        statement.last = token.text
        if statement.depth == 0:
            self._outside(token, word, statement)
        elif statement.depth == 1 and statement.naming:
            statement.naming = False
            if token.kind == "name" or word not in _NO_COLUMN:
                statement.columns.append(token.text)

    def _outside(self, token: Token, word: str, statement: _Statement) -> None:
        """Take in a word or name that stands in no brackets."""
        if token.kind == "word":
            statement.words.append(word)
            if word in _BEFORE_TABLE:
                statement.table_next = True
                return
            if word in ("values", "value") and statement.verb in _INSERTS:
                statement.values = True
                statement.columns = statement.columns or self._known_columns(statement)
                return
        if statement.table_next and word not in ("if", "not"):
            statement.table, statement.table_next = token.text, False

    def _known_columns(self, statement: _Statement) -> list[str]:
        return self._columns.get(_bare(statement.table), [])

    def _in_values(self, token: Token, statement: _Statement, row: _Row) -> Iterator[Record]:
        """Yield the record that `token` completes."""
        if token.kind != "mark":
            if row.depth:
                row.take(token)
            elif token.kind == "text":
                yield _loose(token, statement.last)
        elif token.text == "(":
            row.open(token.line)
        elif token.text == ")" and row.depth:
            if row.close():
                yield Record(row.line, str(row.line), row.members(statement))
                row.clear()
        elif token.text == "," and row.depth == 1:
            row.spot += 1
        row.last = token.kind

    def _copied(self, statement: _Statement) -> Iterator[Item]:
        table = _bare(statement.table)
        columns = statement.columns or self._known_columns(statement)
        for line, text in self._tokens.raw_lines():
            if text == "\\.":
                return
            if len(text) > LINE_LIMIT:
                yield too_large(self._name, line)
                continue
            members: dict[str, Any] = {}
            for spot, cell in enumerate(text.split("\t")):
                if cell != "\\N":
                    add(members, _column(columns, spot), PlacedText.at(line, unescaped(cell)))
            yield Record(line, str(line), {table: members})


@dataclass(slots=True)
class _Row:
    """A row being read: literals by the position of their value, and what came last."""

    line: int = 0
    depth: int = 0
    spot: int = 0
    last: str = ""
    cells: list[tuple[int, PlacedText]] = field(default_factory=list)

    def open(self, line: int) -> None:
        """Take an opening bracket in; the first one begins the row."""
        self.line = self.line if self.depth else line
        self.depth += 1

    def close(self) -> bool:
        """Take a closing bracket in; return whether it ends the row."""
        self.depth -= 1
        return self.depth == 0

    def take(self, token: Token) -> None:
        """Keep a literal, or a number, which may be the record's id."""
        if token.kind in ("text", "name") or token.text.isdigit():
            self.cells.append((self.spot, PlacedText.at(token.line, token.text)))

    def members(self, statement: _Statement) -> dict[str, Any]:
        """Return the row as columns of its table."""
        members: dict[str, Any] = {}
        for spot, text in self.cells:
            add(members, _column(statement.columns, spot), text)
        return {_bare(statement.table): members}

    def clear(self) -> None:
        """Make ready for the next row."""
        self.spot, self.cells = 0, []


def _mismatch(token: Token, statement: _Statement, row: _Row) -> str | None:
    """Return why `token` shows that a quote before it was no beginning or end, if it does."""
    if token.kind == "fault":
        return "quote"
    outside = (
        token.glued
        or (statement.values and token.kind == "text" and _BETWEEN_ROWS.search(token.text))
        or (row.depth > 0 and token.kind == "mark" and token.text == "\\")
        or (row.depth == 1 and _belonged_to_text(token, row))
    )
    return "sql_quote" if outside else None


def _belonged_to_text(token: Token, row: _Row) -> bool:
    follows = token.kind == "word" and row.last in ("text", "name")
    return follows and token.text.lower() not in _AFTER_TEXT


def _column(columns: list[str], spot: int) -> str:
    return columns[spot] if spot < len(columns) else f"#{spot + 1}"


def _bare(table: str) -> str:
    """Return a table's name without its schema."""
    return table.rpartition(".")[2] or "sql"


def _loose(token: Token, name: str) -> Record:
    """Return a literal or comment outside of rows as a record of its own."""
    return Record(token.line, str(token.line), {name: PlacedText.at(token.line, token.text)})
