"""A comment in two views: as it was written, and folded for matching.

Folding lowers case, strips accents and unifies apostrophes, dashes and spaces,
one character for one, so that offsets are the same in both views. Only texts
with decomposed accents or mojibake need a map of offsets.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detector.finding import Span

LETTERS = "a-zœæß"
"""What counts as a letter in the folded view, as the inside of a character class."""

WORD = re.compile(f"[{LETTERS}]+")
"""A word of the folded view."""

LETTER = "(?:[a-zæß]|œ)"
"""One letter as an expression: `œ` apart, for classes of characters beyond Latin-1 take `re` ten
times as long to compile."""

NO_LETTER_BEFORE, NO_LETTER_AFTER = "(?<![a-zæß])(?<!œ)", "(?![a-zæß])(?!œ)"

SIGN = r"[^\x00-\x20\x22-\x24\x27-\x2a\x2c-\x3d\x40-\x7f]"
"""What is looked for like a word where no letter stands: ! % & + > ? and all that is not ASCII."""

ANY_NUMBER = "#"
"""What an index calls any number."""

_ENDS = '.;!?:-("«/*•+='
"""After these a capital does not mark a name."""
_TITLE = rf"(?<![{LETTERS}])(?:m|mr|mme|mlle|dr|pr|me)\.?"
_TITLED = re.compile(rf"{_TITLE}$")
"""A title is followed by a name."""
_INITIAL = re.compile(rf"(?:{_TITLE} |(?<![{LETTERS}.])(?<!\. ))[{LETTERS}]\.$")
"""So is the initial of a forename; « P.S. » and « Bât. B. » hold none."""

NUMBER = "0"
"""What every number is masked as, where its value says nothing."""


class _FoldTable(dict[int, str]):
    """Folds one code point to one character, remembering what it has seen."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isspace():
        return " "
    base = unicodedata.normalize("NFKD", character)[0].lower()
    return base if len(base) == 1 and not unicodedata.combining(base) else character


_SPECIAL = (
    dict.fromkeys("’‘ʼ`´′‛", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\n\r\x0b\x0c\x85\u2028\u2029", ";")
    | {"Œ": "œ", "Æ": "æ", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
)
_TABLE = _FoldTable()

# What UTF-8 looks like when read as cp1252 or latin-1: « Ã© » for « é », « â€™ » for « ’ ».
_MOJIBAKE = {
    garbled: character
    for character in "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒ’‘“”–—«»°… "
    for codec in ("cp1252", "latin-1")
    for garbled in [character.encode().decode(codec, "ignore")]
    if len(garbled) > 1
}
_LONGEST_FIRST = sorted(map(re.escape, _MOJIBAKE), key=len, reverse=True)
_GARBLED = re.compile("|".join([*_LONGEST_FIRST, r"\w[\u0300-\u036f]+"]))
_SUSPECT = re.compile(r"[ÃÂÅâ\u0300-\u036f]")


def is_number(word: str) -> bool:
    """Whether a word of the folded view is a number; other scripts' digits are signs."""
    return "0" <= word[:1] <= "9"


@dataclass(frozen=True, slots=True)
class Text:
    """A comment's characters, original and folded.

    `offsets[i]` is where folded character `i` begins in the original, or
    `offsets` is None when both views run in step.
    """

    original: str
    folded: str
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> Span:
        """Return the span of the original that folded `[start, end)` stands for."""
        if self.offsets is None:
            return Span(start, end)
        return Span(self.offsets[start], self.offsets[end])

    def words(self, start: int, end: int) -> str:
        """Return the original words that folded `[start, end)` stands for."""
        span = self.span(start, end)
        return self.original[span.start : span.end]

    def part(self, start: int, end: int) -> Text:
        """Return the stretch that folded `[start, end)` stands for as a text of its own."""
        span = self.span(start, end)
        offsets = self.offsets and tuple(
            place - span.start for place in self.offsets[start : end + 1]
        )
        return Text(self.original[span.start : span.end], self.folded[start:end], offsets)

    @property
    def caseless(self) -> bool:
        """Whether case says nothing here: all capitals, or no capitals at all."""
        if self.original.islower() or self.original.isupper():
            return True
        lower = any(character.islower() for character in self.original)
        upper = any(character.isupper() for character in self.original)
        return not (lower and upper)

    def name_like(self, place: int) -> bool:
        """Whether the word at folded `place` has a capital where only a name has.

        Where case says nothing, it is the word behind a title.

        >>> fold("Mme Martin").name_like(4), fold("Mme malade").name_like(4)
        (True, False)
        >>> fold("MME MARTIN").name_like(4), fold("LA DAME").name_like(3)
        (True, False)
        """
        before = self.folded[:place].rstrip(" ")
        titled = _TITLED.search(before) is not None
        if self.caseless:
            return titled
        if not self.words(place, place + 1).isupper():
            return False
        begins = not before or before[-1] in _ENDS
        return titled or not begins or _INITIAL.search(before) is not None

    @property
    def shouting(self) -> bool:
        """Whether nearly all letters are capitals."""
        upper = sum(map(str.isupper, self.original))
        return upper > 3 * sum(map(str.islower, self.original))


def fold(text: str) -> Text:
    """Return both views of `text`.

    >>> fold("Mère VOILÉE d’après").folded
    "mere voilee d'apres"
    >>> fold("sÃ©ropositive").folded
    'seropositive'
    """
    if _SUSPECT.search(text) and _GARBLED.search(text):
        return _fold_with_offsets(text)
    return Text(text, text.translate(_TABLE))


def _fold_with_offsets(text: str) -> Text:
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for match in _GARBLED.finditer(text):
        pieces.append(text[position : match.start()])
        offsets.extend(range(position, match.start() + 1))
        pieces.append(_MOJIBAKE.get(match[0], match[0][0]))
        position = match.end()
    pieces.append(text[position:])
    offsets.extend(range(position, len(text) + 1))
    return Text(text, "".join(pieces).translate(_TABLE), tuple(offsets))


def rewritten(text: Text, changes: Iterable[tuple[Span, str]]) -> Text:
    """Return `text` with other folded words at some spans, given in order, none overlapping.

    >>> text = rewritten(fold("il abeaucoup bu"), [(Span(3, 12), "a beaucoup")])
    >>> text.folded, text.words(5, 13)
    ('il a beaucoup bu', 'beaucoup')
    """
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    places = text.offsets or range(len(text.folded) + 1)
    for span, words in changes:
        pieces += [text.folded[position : span.start], words]
        offsets += places[position : span.start]
        offsets += _spread(words, text.folded[span.start : span.end], places[span.start : span.end])
        position = span.end
    pieces.append(text.folded[position:])
    return Text(text.original, "".join(pieces), (*offsets, *places[position:]))


def _spread(words: str, read: str, places: Sequence[int]) -> list[int]:
    """Return where each character of `words` begins, which stand for `read` at `places`.

    Character stands for character where there are as many, else letter for letter, in order; the
    last ones share what is left.
    """
    if len(words) == len(read):
        return list(places)
    letters = [place for place, character in zip(places, read, strict=True) if character.isalpha()]
    before = itertools.accumulate((character.isalpha() for character in words), initial=0)
    return [letters[min(seen, len(letters) - 1)] for seen, _ in zip(before, words, strict=False)]


def readable(text: Text) -> str:
    """Return a text as it would read if it were spelt well: mended words, the others as they stand.

    What is in capitals throughout comes in small letters.

    >>> readable(rewritten(fold("Mère séropositve"), [(Span(5, 16), "seropositive")]))
    'Mère seropositive'
    >>> readable(fold("MÈRE VOILÉE"))
    'mère voilée'
    """
    shown = text.original if text.offsets is None else "".join(_as_written(text))
    return shown.lower() if text.shouting else shown


def _as_written(text: Text) -> Iterator[str]:
    """Yield the words of `text` and what stands between them, mended words in small letters."""
    position = 0
    for word in WORD.finditer(text.folded):
        yield text.folded[position : word.start()]
        own = text.words(*word.span())
        yield own if own.translate(_TABLE) == word[0] else word[0]
        position = word.end()
    yield text.folded[position:]
