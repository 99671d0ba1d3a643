"""How a delimited text is laid out: its delimiter, its width, its header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from detector.errors import UsageError
from detector.sources.base import Options
from detector.sources.column_names import column_names
from detector.sources.columns import looks_like_value, plain, unique_names
from detector.sources.records import Records, Row

DELIMITERS = (";", "\t", "|", ",")
_MANY, _NEARLY_ALL = 10, 0.9
NONE = "\x1f"
"""The delimiter of a text of one column: one that no comment holds."""

_SEP = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_SPOKEN = {"tab": "\t", "\\t": "\t"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Delimiter, number of fields, names of the columns, and the lines that hold no record.

    Where no names stand in the text they are `#1`, `#2`…
    """

    delimiter: str
    names: tuple[str, ...]
    aside: frozenset[int]

    @property
    def width(self) -> int:
        """How many fields a row has."""
        return len(self.names)


def find_layout(lines: Sequence[str], options: Options) -> Layout | None:
    """Return the layout of a text from its first `lines`, or None if they hold no record.

    >>> find_layout(["id;note\\n", "1;sourd, veuf\\n"], Options()).names
    ('id', 'note')
    """
    told = _SEP.fullmatch(lines[0]) if lines else None
    delimiter = _asked(options) or (told[1] if told else _best_delimiter(lines))
    rows = _rows(lines, delimiter)[1 if told else 0 :]
    if not rows:
        return None
    spot, width = _first_and_width(rows)
    line, fields = rows[spot]
    header = is_header(fields, [fields for _, fields in rows[spot + 1 :]], options)
    names = unique_names([*(fields if header else ()), *[""] * width][:width])
    aside = [*([1] if told else []), *([line] if header else [])]
    return Layout(delimiter, names, frozenset(aside))


def is_header(
    fields: Sequence[str], following: Sequence[Sequence[str]], options: Options | None = None
) -> bool:
    """Whether `fields` name columns; in doubt no, for a name is printed and a cell must not be.

    >>> is_header(["id", "note"], []), is_header(["12", "sourd"], [])
    (True, False)
    """
    cells = [field.strip() for field in fields if field.strip()]
    asked = {plain(name) for name in _asked_names(options or Options())}
    if not asked.isdisjoint(map(plain, cells)):
        return True
    known = sum(map(column_names().is_heading, cells))
    if (len(set(cells)) < len(cells) and known < 2) or any(map(_too_long, cells)):
        return False
    if any(map(looks_like_value, cells)):
        return known * 2 > len(cells)
    if known > 1:
        return True
    return (known == 1 and not _stands_again(fields, following)) or _stands_over_values(
        fields, following
    )


def _stands_again(fields: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """Whether a cell stands again below itself, as « divers » does where it is a value."""
    rows = (zip(fields, row, strict=False) for row in following)
    return any(above.strip() and above == below for row in rows for above, below in row)


def _stands_over_values(fields: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """Whether words stand over a column of numbers or dates."""
    for spot, field in enumerate(fields):
        below = [row[spot] for row in following if len(row) > spot and row[spot].strip()]
        values = sum(map(looks_like_value, below))
        if field.strip() and len(below) > 1 and values >= 0.8 * len(below):
            return True
    return False


def _too_long(cell: str) -> bool:
    return len(cell) > 60 or len(cell.split()) > 6


def _asked_names(options: Options) -> list[str]:
    return [*options.columns, *([options.record] if options.record else [])]


def _asked(options: Options) -> str | None:
    """Return the delimiter asked for, if any; raise UsageError if it cannot be one."""
    if options.delimiter is None:
        return None
    delimiter = _SPOKEN.get(options.delimiter.lower(), options.delimiter)
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n\0':
        raise UsageError("delimiter.wrong")
    return delimiter


def _rows(lines: Sequence[str], delimiter: str) -> list[Row]:
    records = Records(iter(lines), delimiter=delimiter, source="")
    return [item for item in records if isinstance(item, tuple)]


def _best_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that gives most rows the same width, or NONE."""
    tried = {delimiter: _rows(lines, delimiter) for delimiter in DELIMITERS}
    begun = {delimiter: rows for delimiter, rows in tried.items() if _begins_well(rows)}
    title = not any(len(rows[0][1]) > 1 for rows in tried.values() if rows)
    late = {key: rows for key, rows in tried.items() if title and _titled(rows)}
    fitting = begun or late
    return max(fitting, key=lambda delimiter: _usual(fitting[delimiter]), default=NONE)


def _begins_well(rows: Sequence[Row]) -> bool:
    """Whether the first row has several fields, and is a header or like most others."""
    if not rows or len(rows[0][1]) < 2:
        return False
    share, width = _usual(rows)
    return (share >= 0.5 and width > 1) or is_header(rows[0][1], [])


def _titled(rows: Sequence[Row]) -> bool:
    """Whether a title stands over rows of one width: « Export du 12/03/2024 »."""
    if len(rows) <= _MANY or column_names().is_heading(rows[0][1][0]):
        return False
    share, width = _usual(rows[1:])
    return share >= _NEARLY_ALL and width > 1


def _first_and_width(rows: Sequence[Row]) -> tuple[int, int]:
    """Return which row is the first of the table, and how many fields all rows should have.

    The first row says, unless nearly all others agree on another width: then it is a
    title, or a header with a delimiter too few or too many at its end.
    """
    first = rows[0][1]
    share, width = _usual(rows[1:])
    if len(rows) <= _MANY or share < _NEARLY_ALL or width == len(first):
        return 0, len(first)
    if is_header(first, []) and len(first) > 1:
        return 0, len(first) if any(map(str.strip, first[width:])) else width
    return next(spot for spot, row in enumerate(rows) if len(row[1]) == width), width


def _usual(rows: Sequence[Row]) -> tuple[float, int]:
    """Return the most common width, after the share of rows that have it."""
    widths = Counter(len(fields) for _, fields in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return count / max(len(rows), 1), width


def looks_delimited(lines: Sequence[str]) -> bool:
    """Whether a text of unknown kind is a table, and not comments with a comma here and there.

    >>> looks_delimited(["id;commentaire\\n", "1;veuf\\n"]), looks_delimited(["Veuf, sourd\\n"])
    (True, False)
    """
    layout = find_layout(lines, Options())
    if layout is None or layout.width < 2:
        return False
    rows = _rows(lines, layout.delimiter)
    alike = sum(len(fields) == layout.width for _, fields in rows) >= _NEARLY_ALL * len(rows)
    named = sum(map(column_names().is_heading, layout.names)) > 1
    return alike and ((named and len(rows) > 1) or (layout.width > 2 and len(rows) >= 5))
