"""Which columns hold free text, which one names the record, and which hold names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from detector.errors import Place, UsageError, nearest
from detector.paths import numbered
from detector.sources.base import Column, Options
from detector.sources.column_names import column_names, words_of
from detector.text import fold

_WORD = re.compile(r"[^\W_]+")
_VALUE = re.compile(
    r"""(?=.*\d)[\d\s.,:/%€()+\-T]+Z?             # number, date, time, telephone
      | \d{1,2}(?:er)?\s[^\W\d]+\.?\s\d{4}        # « 3 mars 1962 »
      | \S+@\S+\.\w+ | (?:https?://|www\.)\S+     # e-mail, link
      | (?=\S*\d)[\w./-]+                         # code""",
    re.VERBOSE,
)
_TAKEN = frozenset({"by_header", "by_content", "asked", "line", "thorough"})
_MAY_BE_TEXT = frozenset({"left_empty", "left_short", "left_repeated"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as it is before the choice: its name, what it is judged by, some of its values."""

    name: str
    label: str
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """All columns with what becomes of them, and the positions of those that matter."""

    columns: tuple[Column, ...]
    record: int | None
    names: tuple[int, ...]

    @property
    def taken(self) -> tuple[int, ...]:
        """The positions of the columns that are scanned."""
        return tuple(index for index, column in enumerate(self.columns) if column.taken)


def choose(headings: Sequence[Heading], options: Options, source: str) -> Choice:
    """Return what becomes of each column; raise UsageError if one is unknown, or none is text.

    >>> headings = [Heading("id", "id", ["1"]), Heading("note", "note", ["sourd"])]
    >>> choose(headings, Options(), "a.csv").columns[1]
    Column(name='note', taken=True, reason='sources.column.by_header')
    """
    record = _record(headings, options, source)
    if options.columns:
        asked = {spot for name in options.columns for spot in _find(name, headings, source)}
        reasons = ["asked" if spot in asked else "left_not_asked" for spot in range(len(headings))]
    else:
        reasons = [
            "left_record" if spot == record else judge_for(options, heading.label, heading.values)
            for spot, heading in enumerate(headings)
        ]
    columns = tuple(
        column(heading.name, reason) for heading, reason in zip(headings, reasons, strict=True)
    )
    if not any(column.taken for column in columns) and not options.thorough:
        raise UsageError("column.none", Place(source), known=_listed(headings))
    return Choice(columns, record, name_spots([heading.label for heading in headings]))


def column(name: str, reason: str) -> Column:
    """Return the column `name` with the last part of its reason key, which says if it is taken."""
    return Column(name, reason in _TAKEN, f"sources.column.{reason}")


def judge(label: str, values: Sequence[str]) -> str:
    """Return why a column is taken or left, from its name first and then from its values.

    >>> judge("Remarques", []), judge("ville", ["Nantes"])
    ('by_header', 'left_name')
    """
    if column_names().is_free_text(label):
        return "by_header"
    if column_names().is_name(label):
        return "left_name"
    return _by_content([value.strip() for value in values if value.strip()])


def judge_for(options: Options, label: str, values: Sequence[str]) -> str:
    """Return why a column is taken or left for a caller who may want all text.

    >>> judge_for(Options(thorough=True), "objet", ["surdité"])
    'thorough'
    """
    reason = judge(label, values)
    if not options.thorough:
        return reason
    mixed = reason == "left_values" and not all(map(looks_like_value, filter(str.strip, values)))
    return "thorough" if mixed or reason in _MAY_BE_TEXT else reason


def name_spots(labels: Iterable[str]) -> tuple[int, ...]:
    """Return the positions of surnames, first names and towns.

    >>> name_spots(["id", "NOM", "Prénom", "note"])
    (1, 2)
    """
    return tuple(spot for spot, label in enumerate(labels) if column_names().is_name(label))


def looks_like_value(text: str) -> bool:
    """Whether `text` is a number, date, telephone, e-mail address or code, never a heading.

    >>> looks_like_value("06 12 34 56 78"), looks_like_value("12e étage gauche")
    (True, False)
    """
    return bool(_VALUE.fullmatch(text.strip()))


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names all different and none empty: an empty one becomes its number.

    >>> unique_names(["note", "", "note"])
    ('note', '#2', 'note.2')
    """
    seen: dict[str, None] = {}
    for number, name in enumerate(names, 1):
        seen[numbered(name.strip() or f"#{number}", seen)] = None
    return tuple(seen)


def plain(name: str) -> str:
    """Return a name without case, accents and outer spaces, as users may type it.

    >>> plain(" Précision ")
    'precision'
    """
    return fold(name).folded.strip()


def _by_content(values: Sequence[str]) -> str:
    if not values:
        return "left_empty"
    # Distinct values: one comment in a column filled up with « NON » must still weigh.
    distinct = sorted(set(values))
    for reason, is_kind in _KINDS:
        if sum(map(is_kind, distinct)) * 2 >= len(distinct):
            return reason
    several = [value for value in values if len(_WORD.findall(value)) >= 3]
    different = len(set(several))
    if different * 10 < len(distinct) * 3:
        return "left_short"
    return "left_repeated" if different * 4 < len(several) else "by_content"


def _is_address(text: str) -> bool:
    """Whether `text` begins like « 12 bis, rue de la Mosquée »."""
    words = words_of(text)[:2]
    begins = text[:1].isdigit() or words[:1] == words_of(text.split(maxsplit=1)[0])
    return begins and len(_WORD.findall(text)) <= 12 and not column_names().street.isdisjoint(words)


def _is_person(text: str) -> bool:
    """Whether `text` looks like « Dr Jean MARTIN »; in capitals alone nothing tells."""
    words = _WORD.findall(text)
    return 2 <= len(words) <= 4 and not text.isupper() and all(w[0].isupper() for w in words)


_KINDS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("left_values", looks_like_value),
    ("left_address", _is_address),
    ("left_person", _is_person),
)


def _record(headings: Sequence[Heading], options: Options, source: str) -> int | None:
    """Return the position of the column that names the record, or None: its line does."""
    if options.record is not None:
        return _find(options.record, headings, source)[0]
    labels = [words_of(heading.label) for heading in headings]
    known = (labels.index(words) for words in column_names().record if words in labels)
    return next((spot for spot in known if _numbered(headings[spot].values)), None)


def _numbered(values: Sequence[str]) -> bool:
    """Whether most values hold a digit; an id is printed, and must not turn out to be a name."""
    filled = [value for value in values if value.strip()]
    return sum(any(map(str.isdigit, value)) for value in filled) * 2 >= len(filled)


def _find(name: str, headings: Sequence[Heading], source: str) -> list[int]:
    """Return the positions of the column `name`, as written or else without case and accents."""
    tests: tuple[Callable[[Heading], bool], ...] = (
        lambda heading: heading.name == name,
        lambda heading: plain(heading.name) == plain(name),
        lambda heading: plain(heading.label) == plain(name),
    )
    for test in tests:
        if found := [spot for spot, heading in enumerate(headings) if test(heading)]:
            return found
    written = {plain(heading.name): heading.name for heading in headings}
    near = nearest(plain(name), list(written))
    key = "column.unknown_near" if near else "column.unknown"
    values = {"name": name, "near": near and written[near], "known": _listed(headings)}
    raise UsageError(key, Place(source), **values)


def _listed(headings: Sequence[Heading]) -> str:
    return ", ".join(heading.name for heading in headings)
