"""Reads words that nobody knows as the known ones that were most likely meant.

A word of the comment that is not in the vocabulary is a name, a rare word, or a known one with
letters drawn out (« sidaaa »), misspelt (« depresion », « skizo »), run together (« ellefume »),
torn apart (« s i d a », « em prein te »), disguised (« s1da », « s*da », « sid@ ») or cut short by
a point (« incarc. »). Each reading costs what its words and the slip cost; the cheapest one stands,
if it is cheap enough. A word that is disguised, cut or in pieces stands for a common one or for
none. Rules and classifier then see known words only.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from detector.finding import Span
from detector.nearness import Apart
from detector.remembered import Remembered
from detector.sounds import sound_of
from detector.text import LETTERS, Text, fold, rewritten
from detector.vocabulary import COMMON, Vocabulary

_WORD = re.compile(f"[{LETTERS}]+")
_TORN = re.compile(
    rf"(?<![{LETTERS}0-9])[{LETTERS}](?:(?:[ .-][{LETTERS}]){{3,}}|(?:\.[{LETTERS}]){{2,}}\.?)"
    rf"(?![{LETTERS}])"
)
_CUT = re.compile(rf"[{LETTERS}]+(?=\.)")
_TITLED = re.compile(rf"(?<![{LETTERS}])(?:[{LETTERS}]|dr|mr|pr)\.$")
"""An initial or a title before a name."""
_RUN = re.compile(r"(.)\1+")

_STANDS_FOR = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "€": "e",
    "*": "abcdefghijklmnopqrstuvwxyz",
}  # fmt: skip
_SIGNS = re.escape("".join(_STANDS_FOR))
_AT_ENDS = "@$€"
"""Signs that stand for a letter also where a word begins or ends: digits and stars do not."""
_DISGUISED = re.compile(
    rf"(?<![{LETTERS}0-9@])"
    rf"(?:[{_AT_ENDS}]?[{LETTERS}]+(?:(?:[{_SIGNS}]{{1,2}}[{LETTERS}]+)+[{_AT_ENDS}]?|[{_AT_ENDS}])"
    rf"|[{_AT_ENDS}][{LETTERS}]+)"
    rf"(?![{LETTERS}0-9@])"
)
_MOST_READINGS = 1_000

_DRAWN_OUT, _SOUNDS, _MISSPELT, _GLUED, _IN_PIECES = 20, 70, 90, 40, 70
"""What each slip costs, in the steps of the vocabulary."""

_DEAREST = 370
_LEAST_LETTERS, _MISSPELT_LETTERS, _LONGEST = 4, 5, 30
_COMMON_SHORT = 103
"""What words of two or three letters cost at most that others are glued to."""

_TORN_LETTERS = 3
_RARE, _STRANGE, _NO_WORD = 105, 170, 1_000
"""What words cost at least that are rare, and what those cost that nobody knows, and others."""
_MOST_PIECES = 3
_BETWEEN_PIECES = (" ", "-")
_LETTER_WORDS = frozenset("aldycsmjn")


class Reading(NamedTuple):
    """Known words, separated by blanks, and what it costs to read them so."""

    cost: int
    words: str


class Spelling:
    """Mends the spelling of folded texts; safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._meant = Remembered(self._cheapest)
        self._undisguised = Remembered(self._bare)
        self._whole = Remembered(self._uncut)
        self._cost = Remembered(self._cost_of)

    def read(self, comment: str) -> Text:
        """Return both views of a comment, its folded one mended."""
        return self.mended(fold(comment))

    def may_mend(self, folded: str, words: Sequence[str]) -> bool:
        """Whether a folded comment of `words` may have to be mended."""
        single = list(map(len, words)).count(1)
        return (
            single >= _TORN_LETTERS
            or any(map(self._meant.__getitem__, words))
            or any(map(self._whole.__getitem__, _CUT.findall(folded)))
            or any(self._pieces(words))
            or _DISGUISED.search(folded) is not None
        )

    def mended(self, text: Text) -> Text:
        """Return `text` with its unknown words read as known ones where that is likely."""
        taken = Apart()
        found = [
            *self._disguised(text),
            *self._spelled_out(text.folded),
            *self._in_pieces(text),
            *self._reread(text),
        ]
        changes = [(span, words) for span, words in found if taken.takes(span)]
        return rewritten(text, sorted(changes)) if changes else text

    def _reread(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of unknown words, each with the words to read there."""
        for match in _WORD.finditer(text.folded):
            cut = text.folded.startswith(".", match.end())
            words = (cut and self._whole[match[0]]) or self._meant[match[0]]
            if words and (text.caseless or not _name_like(text, match.start())):
                yield Span(*match.span()), words

    def _in_pieces(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of words torn into pieces that are no words, each with the word."""
        found = list(_WORD.finditer(text.folded))
        for first, last in self._pieces([match[0] for match in found]):
            pieces = found[first : last + 1]
            between = {text.folded[a.end() : b.start()] for a, b in itertools.pairwise(pieces)}
            named = not text.caseless and any(_name_like(text, one.start()) for one in pieces)
            if between.issubset(_BETWEEN_PIECES) and not named:
                yield Span(pieces[0].start(), pieces[-1].end()), "".join(one[0] for one in pieces)

    def _pieces(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where the first and the last word stand that are rather pieces of a common one.

        Of two one is rare, of more two are.
        """
        rare = [place for place, word in enumerate(words) if _RARE < self._cost[word] <= _STRANGE]
        for one, other in itertools.pairwise(rare):
            for first in range(max(other - _MOST_PIECES + 1, 0), one + 1):
                if self._are_pieces(words[first : first + _MOST_PIECES]):
                    yield first, first + _MOST_PIECES - 1
        for place in rare:
            if place and self._are_pieces(words[place - 1 : place + 1]):
                yield place - 1, place
            if place + 1 < len(words) and self._are_pieces(words[place : place + 2]):
                yield place, place + 1

    def _are_pieces(self, words: Sequence[str]) -> bool:
        """Whether a common word of some letters costs less than `words`, its pieces, do."""
        whole = "".join(words)
        cost = self._cost[whole]
        return (
            cost <= COMMON
            and len(whole) >= _MISSPELT_LETTERS
            and cost + _IN_PIECES * (len(words) - 1) < sum(map(self._cost.__getitem__, words))
        )

    def _cost_of(self, word: str) -> int:
        """Return what a word costs as a piece of another; what has other signs never is one."""
        return self._vocabulary.costs([word]).get(word, _STRANGE) if word.isalpha() else _NO_WORD

    def _spelled_out(self, folded: str) -> Iterator[tuple[Span, str]]:
        """Yield the places of single letters that make up a word, each with that word."""
        for match in _TORN.finditer(folded):
            letters = "".join(_WORD.findall(match[0]))
            word = letters if self._vocabulary.costs([letters]) else self._meant[letters]
            if word is not None:
                yield Span(*match.span()), word

    def _disguised(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of words some of whose letters are signs, each with that word."""
        for match in _DISGUISED.finditer(text.folded):
            code = not text.caseless and text.words(*match.span()).isupper()  # « lot V1OL »
            word = self._undisguised[match[0]]
            if word and not code:
                yield Span(*match.span()), word

    def _bare(self, written: str) -> str | None:
        """Return the common word that is most likely `written` with signs for letters, or None."""
        letters = [_STANDS_FOR.get(sign, sign) for sign in written]
        if (
            not _LEAST_LETTERS <= len(letters) <= _LONGEST
            or math.prod(map(len, letters)) > _MOST_READINGS
        ):
            return None
        costs = self._vocabulary.costs(map("".join, itertools.product(*letters)))
        best = min(((cost, word) for word, cost in costs.items()), default=(COMMON + 1, None))
        return best[1] if best[0] <= COMMON else None

    def _uncut(self, word: str) -> str | None:
        """Return the word that unknown `word` is most likely the beginning of, or None."""
        return self._vocabulary.begun(word) if self._unknown(word) else None

    def _cheapest(self, word: str) -> str | None:
        """Return the words that unknown `word` is best read as, or None."""
        if not self._unknown(word):
            return None
        offers = [*self._drawn_out(word), *self._misspelt(word), *self._glued(word)]
        best = min(offers, default=None)
        return best.words if best and best.cost <= _DEAREST else None

    def _unknown(self, word: str) -> bool:
        return (
            word.isalpha()
            and _LEAST_LETTERS <= len(word) <= _LONGEST
            and not self._vocabulary.costs([word])
        )

    def _drawn_out(self, word: str) -> Iterator[Reading]:
        """Yield the words of which some letters may be repeated."""
        single = _RUN.sub(r"\1", word)
        if single != word:
            twice = _RUN.sub(r"\1\1", word)
            alike = (
                one for one in self._vocabulary.alike(single) if _RUN.sub(r"\1", one) == single
            )
            yield from self._read({single, twice, *alike}, _DRAWN_OUT)

    def _misspelt(self, word: str) -> Iterator[Reading]:
        """Yield the words that sound alike, or from which one letter is wrong."""
        if len(word) < _MISSPELT_LETTERS:
            return
        for other in self._vocabulary.alike(word):
            if sound_of(other) == sound_of(word):
                yield from self._read([other], _SOUNDS)
            elif other[0] == word[0] and one_letter_apart(word, other):
                yield from self._read([other], _MISSPELT)

    def _glued(self, word: str) -> Iterator[Reading]:
        """Yield the two or three words that may be run together."""
        ends = range(len(word) + 1)
        costs = self._vocabulary.costs({word[a:b] for a, b in combinations(ends, 2)})
        parts = {part for part, cost in costs.items() if _may_be_glued(part, cost)}
        for inner in itertools.chain(combinations(ends[1:-1], 1), combinations(ends[1:-1], 2)):
            cuts = (0, *inner, len(word))
            pieces = [word[a:b] for a, b in itertools.pairwise(cuts)]
            if parts.issuperset(pieces):
                cost = sum(map(costs.__getitem__, pieces)) + _GLUED * len(inner)
                yield Reading(cost, " ".join(pieces))

    def _read(self, words: Iterable[str], slip: int) -> Iterator[Reading]:
        for word, cost in self._vocabulary.costs(words).items():
            yield Reading(slip + cost, word)


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing or added, or two neighbours are swapped.

    >>> one_letter_apart("depresion", "depression"), one_letter_apart("hadnicap", "handicap")
    (True, True)
    """
    start = _common(one, other)
    left, right = one[start:], other[start:]
    end = _common(left[::-1], right[::-1])
    left, right = left[: len(left) - end], right[: len(right) - end]
    swapped = len(left) == 2 and left == right[::-1]
    return swapped or max(len(left), len(right)) <= 1


def _common(one: str, other: str) -> int:
    """Return how many letters at the beginning are the same."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _may_be_glued(part: str, cost: int) -> bool:
    if len(part) == 1:
        return part in _LETTER_WORDS
    return cost <= (_COMMON_SHORT if len(part) < _LEAST_LETTERS else COMMON)


def _name_like(text: Text, place: int) -> bool:
    """Whether the word at folded `place` has a capital where only a name has."""
    if not text.words(place, place + 1).isupper():
        return False
    before = place - 1
    while before >= 0 and text.folded[before] == " ":
        before -= 1
    ends = before < 0 or text.folded[before] in ".;!?:-"
    return not ends or _TITLED.search(text.folded, 0, before + 1) is not None
