"""JSON records, walked generically: every string is a field, named by the path that leads to it."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

from detector.sources.base import Comment, Location, Options, Unreadable
from detector.sources.column_names import column_names
from detector.sources.columns import Choice, Heading, choose, column, judge_for, plain, unique_names
from detector.sources.opening import Input, take
from detector.sources.records import CELL_LIMIT, too_large

_ROOT = "value"
_KEY = "key"


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON value, the line where it begins, and its name unless one of its fields gives it."""

    line: int
    name: str
    value: Any


Item = Record | Unreadable


class PlacedText(str):
    """A string that knows the line where it stands, for forms whose parsers tell."""

    __slots__ = ("line",)
    line: int

    @classmethod
    def at(cls, line: int, text: str) -> PlacedText:
        """Return `text` as standing on `line`."""
        placed = cls(text)
        placed.line = line
        return placed


class JsonSource:
    """The comments in the free-text fields of JSON records.

    Fields that first appear after the sample are judged as they come, and join `columns`.
    """

    headed = False

    def __init__(self, given: Input, items: Iterator[Item], options: Options) -> None:
        self.name = given.name
        self.empty = 0
        self._options = _by_shape(options)
        items = _with_keys(items) if options.thorough else items
        head = take(items, _size)
        headings = _headings(head)
        if not headings and not any(isinstance(item, Unreadable) for item in head):
            raise given.fault("no_text")
        choice = choose(headings, self._options, self.name) if headings else Choice((), None, ())
        self.columns = choice.columns
        self._record = headings[choice.record].name if choice.record is not None else None
        self._taken = {column.name: column.taken for column in self.columns}
        self._items = chain(head, items)

    def __iter__(self) -> Iterator[Comment | Unreadable]:
        for item in self._items:
            if isinstance(item, Unreadable):
                yield item
            else:
                yield from self._comments(item, list(leaves(item.value)))

    def _comments(
        self, record: Record, fields: Sequence[tuple[str, str | int]]
    ) -> Iterator[Comment | Unreadable]:
        names: tuple[str, ...] = ()
        record_name = ""
        for path, text in fields:
            if not self._takes(path, text) or isinstance(text, int):
                continue
            if len(text) > CELL_LIMIT:
                yield too_large(self.name, record.line)
            elif not text or text.isspace():
                self.empty += 1
            else:
                if not record_name:
                    names, record_name = _names(fields), self._named(record, fields)
                line = text.line if isinstance(text, PlacedText) else record.line
                location = Location(self.name, line, record_name, path)
                yield Comment(str(text), location, names)

    def _takes(self, path: str, text: str | int) -> bool:
        name = shape(path)
        if name not in self._taken:
            new = column(name, self._reason(name, str(text)))
            self.columns += (new,)
            self._taken[name] = new.taken
        return self._taken[name]

    def _reason(self, name: str, text: str) -> str:
        """Return why a field first seen now is taken or left."""
        if not self._options.columns:
            return judge_for(self._options, label(name), [text])
        asked = set(map(plain, self._options.columns))
        return "left_not_asked" if asked.isdisjoint([plain(name), plain(label(name))]) else "asked"

    def _named(self, record: Record, fields: Sequence[tuple[str, str | int]]) -> str:
        ids = (str(text).strip() for path, text in fields if shape(path) == self._record)
        return next(ids, "") or record.name


def decode(text: str, start: int = 0) -> tuple[Any, int]:
    """Return the JSON value that begins at `start`, and where it ends; a key twice loses nothing.

    >>> decode('{"note": "a", "note": "b"} ')
    ({'note': 'a', 'note.2': 'b'}, 26)
    """
    return _decoder().raw_decode(text, start)


def decode_whole(text: str) -> Any:
    """Return the JSON value that `text` is; raise ValueError if anything is wrong.

    >>> decode_whole(' {"a": 1}\\n')
    {'a': 1}
    """
    return _decoder().decode(text)


def keyed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of an object; where a key stands twice, the later one gets a number.

    >>> keyed([("note", 1), ("note", 2)])
    {'note': 1, 'note.2': 2}
    """
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    names = unique_names(key for key, _ in pairs)
    return dict(zip(names, (value for _, value in pairs), strict=True))


def leaves(value: Any) -> Iterator[tuple[str, str | int]]:
    """Yield each string and whole number in `value` after its path, in order.

    >>> list(leaves({"id": 7, "contact": [{"note": "veuf"}]}))
    [('id', 7), ('contact.0.note', 'veuf')]
    """
    stack = [("", value)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, str):
            yield path or _ROOT, _whole(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            yield path or _ROOT, value
        elif isinstance(value, (dict, list)):
            members = value.items() if isinstance(value, dict) else enumerate(value)
            before = f"{path}." if path else ""
            stack += reversed([(f"{before}{key}", member) for key, member in members])


@lru_cache(maxsize=4096)
def shape(path: str) -> str:
    """Return a path with positions left out: what its field is called.

    >>> shape("contact.0.note"), shape("2")
    ('contact.*.note', '*')
    """
    return ".".join("*" if part.isdecimal() else part for part in path.split("."))


def label(name: str) -> str:
    """Return the last word of a field's name, by which it is judged.

    >>> label("contact.*.note"), label("contact.note.*")
    ('note', 'note')
    """
    return next((part for part in reversed(name.split(".")) if part != "*"), name)


@lru_cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=keyed)


def _with_keys(items: Iterator[Item]) -> Iterator[Item]:
    """Yield records, and each key that is a phrase as a record of its own: nothing goes unread."""
    seen: set[str] = set()
    for item in items:
        yield item
        if isinstance(item, Unreadable):
            continue
        for phrase in _keys(item.value):
            if len(phrase.split()) > 1 and phrase not in seen:
                seen.add(phrase)
                yield Record(item.line, item.name, {_KEY: phrase})


def _keys(value: Any) -> Iterator[str]:
    """Yield every key within `value`, one that stands twice without the number of its copy."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield from (key for key in value if not _is_copy(key, value))
            stack += value.values()
        elif isinstance(value, list):
            stack += value


def _is_copy(key: str, members: Container[str]) -> bool:
    """Whether `keyed` made `key` of another one that stands twice.

    >>> _is_copy("suite.2", ["suite", "suite.2"]), _is_copy("version 1.2", ["version 1.2"])
    (True, False)
    """
    name, _, number = key.rpartition(".")
    return number.isdecimal() and name in members


def _by_shape(options: Options) -> Options:
    record = None if options.record is None else shape(options.record)
    return replace(options, columns=tuple(map(shape, options.columns)), record=record)


def _headings(items: Sequence[Item]) -> list[Heading]:
    """Return the fields of the sample, the shallow ones first: theirs is the record's id."""
    values: dict[str, list[str]] = {}
    for item in items:
        if isinstance(item, Record):
            for path, text in leaves(item.value):
                values.setdefault(shape(path), []).append(str(text))
    names = sorted(values, key=lambda name: (name.count("*"), name.count(".")))
    return [Heading(name, label(name), values[name]) for name in names]


def _names(fields: Sequence[tuple[str, str | int]]) -> tuple[str, ...]:
    words = column_names()
    return tuple(
        text
        for path, text in fields
        if isinstance(text, str) and text.strip() and words.is_name(label(shape(path)))
    )


def _size(item: Item) -> int:
    return 0 if isinstance(item, Unreadable) else sum(len(str(t)) for _, t in leaves(item.value))


def _whole(text: str) -> str:
    """Return `text` with halves of characters replaced: JSON can hold them, no file can."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
