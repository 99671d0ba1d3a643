"""One module per kind of input; each yields comments, and what could not be read.

A new kind of input is a module with an opener, and a line in OPENERS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from detector.errors import InputError, Place
from detector.sources.base import Column, Comment, Options, Source, Unreadable
from detector.sources.delimited import open_delimited
from detector.sources.folders import LeftOut, files_in
from detector.sources.json_document import open_json_document
from detector.sources.json_lines import open_json_lines
from detector.sources.layout import looks_delimited
from detector.sources.opening import STANDARD_INPUT, Input, Meter, open_input, refused
from detector.sources.plain import open_plain
from detector.sources.sql_dump import open_sql
from detector.sources.translations import open_po, open_properties
from detector.sources.xml_document import open_xml
from detector.sources.yaml_document import open_yaml

Opener = Callable[[Input, Options], Source]

_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[\]{"])')


def open_source(
    path: Path | str, options: Options | None = None, meter: Meter | None = None
) -> OpenedSource:
    """Return the file at `path`, or standard input for `-`, ready to be read once.

    At its end the file is closed; who leaves off before must `close` it. `meter` is told how far
    reading has got.
    Raises InputError if it cannot be read or holds nothing, UsageError for a wrong option.
    """
    options = options or Options()
    given = open_input(path, meter)
    opener = OPENERS.get(given.suffix, open_by_content)
    try:
        return OpenedSource(opener(given, options), given)
    except Exception:
        given.stream.close()
        raise


class OpenedSource:
    """A source with its file: it tells at its end of lines whose encoding is in doubt."""

    def __init__(self, source: Source, given: Input) -> None:
        self._source, self._given = source, given
        self.name, self.headed = source.name, source.headed

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, taken or left."""
        return self._source.columns

    @property
    def empty(self) -> int:
        """How many empty cells were passed so far."""
        return self._source.empty

    def close(self) -> None:
        """Close the file, read to its end or not; standard input stays open."""
        self._given.stream.close()

    def __iter__(self) -> Iterator[Comment | Unreadable]:
        yield from self._source
        doubt = self._given.doubt
        if doubt.lines:
            values: dict[str, object] = {"count": doubt.lines, "last": doubt.last}
            yield Unreadable(self.name, doubt.first, "sources.unreadable.encoding", values)


def find_inputs(paths: Iterable[Path | str], left: LeftOut | None = None) -> Iterator[Path]:
    """Yield the files to read: those given, and those of a known ending in the folders given.

    `left` is told of what else the folders hold; archives and office files are yielded with the
    rest, so that opening them refuses them.
    Raises InputError for a missing path, or a folder without any such file.
    """
    left = left or LeftOut()
    for given in paths:
        path = Path(given)
        if given == "":  # an unset variable, which `Path` would take for this folder
            raise refused('""', FileNotFoundError())
        if path.is_dir():
            yield from _in_folder(path, left)
        elif str(given) == STANDARD_INPUT or path.exists():
            yield path
        else:
            raise refused(str(path), FileNotFoundError())


def open_by_content(given: Input, options: Options) -> Source:
    """Return the source for an input whose ending does not tell what it is."""
    lines = given.start(options.encoding)
    if "".join(lines[:1]).lstrip().startswith("<?xml"):
        return open_xml(given, options)
    if _JSON.match("".join(lines[:3])):
        return open_json(given, options)
    asked = options.columns or options.record or options.delimiter
    if asked or looks_delimited(lines):
        return open_delimited(given, options)
    return open_plain(given, options)


def open_json(given: Input, options: Options) -> Source:
    """Return the source of a JSON file: lines if its lines are whole values, else a document."""
    lines = [line for line in given.start(options.encoding) if line.strip()][:50]
    whole = sum(map(_is_record, lines))
    return (open_json_lines if whole > max(1, len(lines) / 2) else open_json_document)(
        given, options
    )


OPENERS: dict[str, Opener] = {
    ".csv": open_delimited,
    ".tsv": open_delimited,
    ".txt": open_by_content,
    ".json": open_json,
    ".jsonl": open_json_lines,
    ".ndjson": open_json_lines,
    ".xml": open_xml,
    ".yaml": open_yaml,
    ".yml": open_yaml,
    ".sql": open_sql,
    ".po": open_po,
    ".properties": open_properties,
}
"""What opens a file, by its ending."""


def _is_record(line: str) -> bool:
    """Whether a line is an object of its own: a document's lines are mere pieces of one."""
    if not line.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _in_folder(folder: Path, left: LeftOut) -> Iterator[Path]:
    found = False
    for path in files_in(folder, OPENERS, left):
        found = True
        yield path
    if not found:
        raise InputError("input.no_files", Place(str(folder)), known=" ".join(OPENERS))
