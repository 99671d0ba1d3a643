"""Translations: gettext .po files and Java .properties, an entry a record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detector.sources.base import Options, Source
from detector.sources.json_records import JsonSource, PlacedText, Record
from detector.sources.opening import Input
from detector.sources.sql_tokens import unescaped

_PO_LINE = re.compile(r'\s*(?:#~ ?)?(?:(msg[a-z]+(?:\[\d+\])?)\s+)?"(.*)"\s*')
_PAIR = re.compile(r"\s*((?:[^\\\s=:]|\\.)+)\s*[=:\s]\s*(.*)")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")


def open_po(given: Input, options: Options) -> Source:
    """Return the source of a gettext catalogue; raise InputError if it holds no text."""
    return JsonSource(given, _po_records(given.lines(options.encoding)), options)


def open_properties(given: Input, options: Options) -> Source:
    """Return the source of Java properties; raise InputError if they hold no text."""
    return JsonSource(given, _property_records(given.lines(options.encoding)), options)


def _po_records(lines: Iterator[str]) -> Iterator[Record]:
    """Yield each message and each comment; a message may go on over several lines."""
    name, first, pieces = "", 0, [""]
    for number, line in enumerate(lines, 1):
        match = _PO_LINE.fullmatch(line)
        if match and not match[1]:
            pieces.append(unescaped(match[2]))
            continue
        if name:
            yield _record(first, name, "".join(pieces))
        name, first, pieces = "", number, []
        if match:
            name, pieces = match[1].split("[")[0], [unescaped(match[2])]
        elif text := line.strip():
            yield _record(number, "comment", text.lstrip("#.,:|~ "))
    if name:
        yield _record(first, name, "".join(pieces))


def _property_records(lines: Iterator[str]) -> Iterator[Record]:
    """Yield each value under its key, and each comment; a backslash joins lines."""
    held, first = "", 0
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not held and text.startswith(("#", "!")):
            yield _record(number, "comment", text[1:].strip())
            continue
        first = first if held else number
        held += text
        if held.endswith("\\") and not held.endswith("\\\\"):
            held = held[:-1]
            continue
        yield from _pair(first, held)
        held = ""
    yield from _pair(first, held)


def _pair(line: int, text: str) -> Iterator[Record]:
    """Yield the record of one pair, or of a line that is none."""
    if not text:
        return
    pair = _PAIR.fullmatch(text)
    key, value = (pair[1].replace(".", "_"), pair[2]) if pair else ("text", text)
    decoded = _UNICODE.sub(lambda match: chr(int(match[1], 16)), value)
    yield _record(line, key, unescaped(decoded))


def _record(line: int, name: str, text: str) -> Record:
    return Record(line, str(line), {name: PlacedText.at(line, text)})
