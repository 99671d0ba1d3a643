"""Which words a pattern needs, read from its syntax tree.

A pattern can stand in a text only if the text holds some of its words, or words that begin, end
or go on as the pattern says. Where the tree tells too little a piece is left out: what is
returned is needed, but need not be all that is needed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from detector.lexicon.needs import NOTHING, Need, all_of, any_of
from detector.text import ANY_NUMBER, LETTERS, SIGN

if sys.version_info >= (3, 11):
    from re import _constants as sre  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_constants as sre
    import sre_parse as parser

_MOST = 128
_LONGEST_NUMBER, _TELLING = 4, 2
_DIGIT = "#"
_APART, _OPEN = " ", "*"
_LETTER = re.compile(f"[{LETTERS}*]")
_WORDY = re.compile(f"[{LETTERS}0-9]|{SIGN}")
_NUMERIC = re.compile("[0-9#]")
_WORD = re.compile(f"\\*?[{LETTERS}]+\\*?|[0-9#]+|{SIGN}")

Strings = frozenset[str]
"""All that a piece of a pattern may match: letters, digits and signs, `#` where any of several
digits may stand, a space for the rest."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a pattern: all its strings while they are few, else one of some branches.

    Without both nothing is known of it. `again` says that it may follow itself.
    """

    strings: Strings | None = None
    branches: tuple[Sequence[_Piece], ...] = ()
    again: bool = False

    @property
    def may_lack(self) -> bool:
        """Whether it may match nothing."""
        if self.strings is not None:
            return "" in self.strings
        return not self.branches or any(all(p.may_lack for p in b) for b in self.branches)

    def apart(self, end: int) -> bool:
        """Whether what it matches, if anything, begins (0) or ends (-1) with no letter."""
        if self.strings is not None:
            return all(_breaks(string[end]) for string in self.strings if string)
        return bool(self.branches) and all(_apart(b, end) for b in self.branches)


def _breaks(character: str) -> bool:
    """Whether a word of letters ends there; where a number ends makes no difference."""
    return not _LETTER.match(character)


_ANYTHING = _Piece()
_BREAK = _Piece(frozenset([_APART]))


def _apart(pieces: Sequence[_Piece], end: int) -> bool:
    """Whether a sequence, if it matches anything, begins (0) or ends (-1) with no letter."""
    for piece in pieces if end == 0 else reversed(pieces):
        if not piece.apart(end):
            return False
        if not piece.may_lack:
            break
    return True


def _begins_apart(pieces: Sequence[_Piece], right: str) -> bool:
    """Whether `pieces`, before the edge `right`, begin with no letter."""
    lacking = all(piece.may_lack for piece in pieces)
    return _apart(pieces, 0) and (not lacking or right == _APART)


def pattern_need(source: str) -> Need:
    """Return what a pattern needs that stands between word ends.

    >>> pattern_need("(?:ma|leur)[ -]voisine")
    AnyOf(needs=(AllOf(needs=('leur', 'voisine')), AllOf(needs=('ma', 'voisine'))))
    >>> pattern_need("codes?[a-z ]{0,9}porte")
    AllOf(needs=(AnyOf(needs=('code*', 'codes*')), '*porte'))
    """
    return _need(_pieces(_parsed(source)), _APART, _APART)


def digits_needed(source: str) -> int:
    """Return how many digits a text must hold at least for a pattern to stand in it.

    >>> digits_needed("[0-9]{2}(?:[ ]?[0-9]{4}){3}|x[0-9]{9}")
    9
    """
    return _least_digits(_parsed(source))


@lru_cache(maxsize=1)
def _parsed(source: str) -> Sequence[tuple[Any, Any]]:
    items: Sequence[tuple[Any, Any]] = parser.parse(source).data
    return items


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


def _need(pieces: Sequence[_Piece], left: str, right: str) -> Need:
    """Return what pieces in a row need between two edges: a word's end, or who knows what."""
    needs: list[Need] = []
    strings = frozenset([left])
    for place, piece in enumerate(pieces):
        few = piece.strings is not None and len(piece.strings) * len(strings) <= _MOST
        if not few:
            edge = _APART if _begins_apart(pieces[place:], right) else _OPEN
            needs.append(_words_of(strings, edge))
            before = _APART if all(_breaks(string[-1]) for string in strings) else _OPEN
            strings = frozenset([before])
        if piece.strings is not None:
            strings = _joined(strings, piece.strings)
            continue
        after = _APART if _begins_apart(pieces[place + 1 :], right) else _OPEN
        needs.append(_need_of_branches(piece, before, after))
        lacking = piece.may_lack and before == _OPEN
        strings = frozenset([_APART if piece.apart(-1) and not lacking else _OPEN])
    return all_of([*needs, _words_of(strings, right)])


def _joined(left: Strings, right: Strings) -> Strings:
    return frozenset(re.sub("  +", " ", one + other) for one in left for other in right)


def _need_of_branches(piece: _Piece, left: str, right: str) -> Need:
    if not piece.branches:
        return NOTHING
    if piece.again and not piece.apart(0):
        right = _OPEN
    return any_of(_need(branch, left, right) for branch in piece.branches)


def _words_of(strings: Strings, edge: str) -> Need:
    """Return the need of one of `strings`, which `edge` ends."""
    found = (_WORD.findall(string + edge) for string in sorted(strings))
    return any_of(all_of(map(_anchor, words)) for words in found)


def _anchor(word: str) -> str:
    """Return the anchor of a word; a number may be part of a longer one."""
    if not _NUMERIC.match(word):
        return word
    known = max(word.split(_DIGIT), key=len)[:_LONGEST_NUMBER]
    return ANY_NUMBER if known != word and len(known) < _TELLING else f"*{known}*"


def _pieces(items: Iterable[tuple[Any, Any]]) -> list[_Piece]:
    return [_piece(item) for item in items]


def _piece(item: tuple[Any, Any]) -> _Piece:
    """Return what is known of one item of a syntax tree."""
    kind, value = item
    if kind is sre.LITERAL:
        return _Piece(frozenset([_masked(value)]))
    if kind is sre.IN:
        return _class(value)
    if kind is sre.BRANCH:
        return _either([_pieces(branch) for branch in value[1]])
    if kind is sre.SUBPATTERN:
        return _either([_pieces(value[-1])])
    if kind is sre.MAX_REPEAT:
        return _repeated(*value)
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return _Piece(frozenset([""]))
    return _BREAK if kind is sre.AT else _ANYTHING


def _masked(code: int) -> str:
    """Return a letter, digit or sign as it is, anything else as a space."""
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


def _either(branches: Sequence[Sequence[_Piece]]) -> _Piece:
    """Return the strings of all branches while they are few, else the branches."""
    strings: set[str] = set()
    for branch in branches:
        known = _strings_of(branch)
        if known is None or len(strings | known) > _MOST:
            return _Piece(None, tuple(branches))
        strings |= known
    return _Piece(frozenset(strings))


def _strings_of(pieces: Sequence[_Piece]) -> Strings | None:
    """Return all that pieces in a row may match, None if that is too much."""
    strings: Strings = frozenset([""])
    for piece in pieces:
        if piece.strings is None or len(piece.strings) * len(strings) > _MOST:
            return None
        strings = _joined(strings, piece.strings)
    return strings


def _repeated(least: int, most: int, items: Iterable[tuple[Any, Any]]) -> _Piece:
    once = _either([_pieces(items)])
    if once.strings == _BREAK.strings:
        return _BREAK if least else _Piece(frozenset(["", _APART]))
    if most == 1:
        return _either([[], [once]]) if least == 0 else once
    branches: tuple[Sequence[_Piece], ...] = ([once],) if least else ([], [once])
    return _Piece(None, branches, again=True)
