"""Which words a pattern needs, read from its syntax tree.

A pattern can stand in a text only if, at each of its places, the text holds one of
a few words, or a word that begins, ends or goes on as the pattern says. Where the tree tells
too little a place is left out: what is returned is needed, but need not be all that is needed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from detector.text import LETTERS, NUMBER

if sys.version_info >= (3, 11):
    from re import _constants as sre  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_constants as sre
    import sre_parse as parser

_MOST = 128
_WORDY = re.compile(f"[{LETTERS}0-9]")
_WORD = re.compile(f"\\*?[{LETTERS}]+\\*?|[*0-9#]*[0-9#]+[*0-9#]*")
_DIGIT = "#"
_NUMERIC = re.compile("[0-9#]")
_APART, _OPEN = " ", "*"

Place = tuple[str, ...]
"""The words one of which must stand at a place of a pattern; `*` where a word may go on."""

Strings = frozenset[str]
"""All that a piece of a pattern may match: letters and digits, `#` where any of several digits may
stand, a space for the rest."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a pattern: all its strings while they are few, else the places that it needs."""

    strings: Strings | None = None
    places: tuple[Place, ...] = ()


_ANYTHING = _Piece()
_NOTHING = _Piece(frozenset([""]))
_BREAK = _Piece(frozenset([_APART]))


def pattern_places(source: str) -> tuple[Place, ...]:
    """Return the places of a pattern that stands between word ends.

    >>> pattern_places("(?:ma|leur)[ -]voisine")
    (('leur', 'ma'), ('voisine',))
    >>> pattern_places("codes?[a-z ]{0,9}porte")
    (('code*', 'codes*'), ('*porte',))
    """
    pieces = [_BREAK, *(_piece(item) for item in parser.parse(source).data), _BREAK]
    run = _Run(pieces, "")
    run.flush("")
    return tuple(run.places)


def digits_needed(source: str) -> int:
    """Return how many digits a text must hold at least for a pattern to stand in it.

    >>> digits_needed("[0-9]{2}(?:[ ]?[0-9]{4}){3}|x[0-9]{9}")
    9
    """
    return _least_digits(parser.parse(source).data)


def _least_digits(items: Iterable[tuple[Any, Any]]) -> int:
    return sum(_digits_of(kind, value) for kind, value in items)


def _digits_of(kind: Any, value: Any) -> int:
    if kind is sre.LITERAL:
        return int(chr(value).isdigit())
    if kind is sre.IN:
        return int(_class(value).strings == frozenset([_DIGIT]))
    if kind is sre.BRANCH:
        return min(_least_digits(branch) for branch in value[1])
    if kind is sre.SUBPATTERN:
        return _least_digits(value[-1])
    return value[0] * _least_digits(value[2]) if kind is sre.MAX_REPEAT else 0


class _Run:
    """Pieces in a row, kept as strings for as long as these are few."""

    def __init__(self, pieces: Sequence[_Piece], start: str) -> None:
        self.strings = frozenset([start])
        self.places: list[Place] = []
        self.whole = True
        for piece in pieces:
            self._add(piece)

    def _add(self, piece: _Piece) -> None:
        if piece.strings is None or len(piece.strings) * len(self.strings) > _MOST:
            self.flush(_OPEN)
            self.places += piece.places
            self.strings = frozenset([_OPEN])
            self.whole = False
        if piece.strings is not None:
            self.strings = frozenset(
                re.sub("  +", " ", left + right) for left in self.strings for right in piece.strings
            )

    def flush(self, end: str) -> None:
        """Turn the strings collected so far into places."""
        self.places += _places([string + end for string in self.strings])


def _places(strings: Sequence[str]) -> list[Place]:
    """Return the places that strings have in common: their first, last and longest words."""
    words = [[_number_or_word(word) for word in _WORD.findall(string)] for string in strings]
    if not all(words):
        return []
    first, last = [found[0] for found in words], [found[-1] for found in words]
    longest = [max(found, key=_letters) for found in words]
    places = [tuple(sorted(set(choice))) for choice in (first, last, longest)]
    return list(dict.fromkeys(places))


def _number_or_word(word: str) -> str:
    """Return `0` for any number: a pattern may stand inside a longer one."""
    return NUMBER if _NUMERIC.search(word) else word


def _letters(word: str) -> tuple[int, str]:
    return len(word.strip(_OPEN)), word


def _piece(item: tuple[Any, Any]) -> _Piece:
    """Return what is known of one item of a syntax tree."""
    kind, value = item
    if kind is sre.LITERAL:
        return _Piece(frozenset([_masked(value)]))
    if kind is sre.IN:
        return _class(value)
    if kind is sre.BRANCH:
        return _either([_sequence(branch) for branch in value[1]])
    if kind is sre.SUBPATTERN:
        return _sequence(value[-1])
    if kind is sre.MAX_REPEAT:
        return _repeated(*value)
    return _BREAK if kind is sre.AT else _ANYTHING


def _masked(code: int) -> str:
    """Return a letter or digit as it is, anything else as a space."""
    character = chr(code)
    return character if _WORDY.match(character) else _APART


def _class(members: Sequence[tuple[Any, Any]]) -> _Piece:
    strings: set[str] = set()
    for kind, value in members:
        if kind is sre.LITERAL:
            strings.add(_masked(value))
        elif kind is sre.RANGE:
            strings.update(map(_masked, range(value[0], value[1] + 1)))
        else:
            return _ANYTHING
    if sum(map(str.isdecimal, strings)) > 1:
        strings = {_DIGIT, *(string for string in strings if not string.isdecimal())}
    return _Piece(frozenset(strings)) if len(strings) <= _MOST // 16 else _ANYTHING


def _sequence(items: Iterable[tuple[Any, Any]]) -> _Piece:
    pieces = [_piece(item) for item in items]
    run = _Run(pieces, "")
    if run.whole:
        return _Piece(run.strings)
    opened = _Run(pieces, _OPEN)
    opened.flush(_OPEN)
    return _Piece(None, tuple(opened.places))


def _either(branches: Sequence[_Piece]) -> _Piece:
    """Return the strings of all branches, or one place where the best of each may stand."""
    strings = [branch.strings for branch in branches]
    known = frozenset[str]().union(*(found for found in strings if found is not None))
    if None not in strings and len(known) <= _MOST:
        return _Piece(known)
    best = [_best(branch) for branch in branches]
    return _Piece(None, (tuple(sorted({w for place in best for w in place})),) if all(best) else ())


def _best(piece: _Piece) -> Place:
    """Return the place of a piece that says most."""
    places = piece.places
    if piece.strings is not None:
        places = tuple(_places([f"{_OPEN}{string}{_OPEN}" for string in piece.strings]))
    return max(places, key=lambda place: min(map(len, place)), default=())


def _repeated(least: int, most: int, items: Iterable[tuple[Any, Any]]) -> _Piece:
    piece = _sequence(items)
    if piece.strings == _BREAK.strings:
        return _BREAK if least else _Piece(frozenset(["", _APART]))
    if most == 1:
        return _optional(piece) if least == 0 else piece
    if least == 0:
        return _ANYTHING
    return _Piece(None, tuple(place for place in [_best(piece)] if place))


def _optional(piece: _Piece) -> _Piece:
    return _ANYTHING if piece.strings is None else _Piece(piece.strings | {""})
