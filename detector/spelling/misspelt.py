"""Reads a word that nobody knows as the known ones that were most likely meant.

It is a name, a rare word, or a known one with letters drawn out (« sidaaa »), misspelt
(« depresion », « skizo »), run together (« ellefume ») or cut short by a point or an
apostrophe (« ecchym. », « charcut' »).
Each reading costs what its words and the slip cost; the cheapest one stands, if it is cheap enough.
What is cut short is the commonest word that begins so, where most go on alike, and else no word:
never one that is written otherwise.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from operator import itemgetter
from typing import NamedTuple

from detector.finding import Span
from detector.remembered import Remembered
from detector.spelling.sounds import sound_of
from detector.spelling.vocabulary import COMMON, COST_STEP, LEAST_CUT, Vocabulary
from detector.text import LETTERS, WORD, Text

_POINT = rf"[.'](?![{LETTERS}0-9])"
"""What cuts a word short; behind an elision, or in a site's name, a letter comes."""
_CUT_SHORT = re.compile(_POINT)
_CUT = re.compile(rf"[{LETTERS}]+(?={_POINT})")
_RUN = re.compile(r"(.)\1+")

_DRAWN_OUT, _SOUNDS, _MISSPELT, _GLUED = 20, 70, 90, 40
"""What each slip costs, in the steps of the vocabulary."""

_DEAREST = 370
_LEAST_LETTERS, _MISSPELT_LETTERS, _LONGEST = 4, 5, 30
_COMMON_SHORT = 103
"""What words of two or three letters cost at most that others are glued to."""

_ALIKE = 0.7
"""Which share of the words that begin so must go on alike, each counting as often as it is met."""

_LETTER_WORDS = frozenset("aldycsmjn")


class Reading(NamedTuple):
    """Known words, separated by blanks, and what it costs to read them so."""

    cost: int
    words: str


class Misspelt:
    """Reads single words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._meant = Remembered(self._cheapest)
        self._meant_cut = Remembered(self._whole)

    def meant(self, word: str) -> str | None:
        """Return the known words that `word` stands for if nobody knows it, or None."""
        return self._meant[word]

    def may_stand(self, folded: str, words: Sequence[str]) -> bool:
        """Whether a folded comment of `words` may hold such a word."""
        if any(map(self._meant.__getitem__, words)):
            return True
        cut = _CUT.findall(folded) if _CUT_SHORT.search(folded) else ()
        return any(map(self._meant_cut.__getitem__, cut))

    def readings(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the places of unknown words, each with the words to read there."""
        for match in WORD.finditer(text.folded):
            cut = _CUT_SHORT.match(text.folded, match.end())
            words = (self._meant_cut if cut else self._meant)[match[0]]
            if words and not text.name_like(match.start()):
                yield Span(*match.span()), words

    def _whole(self, word: str) -> str | None:
        """Return the words that `word`, unknown or rare and cut short, stands for, or None."""
        if self._vocabulary.costs([word]).get(word, COMMON + 1) <= COMMON:
            return None
        begun = self._vocabulary.begun(word) if len(word) >= _LEAST_LETTERS else {}
        return _going_on(word, begun) if begun else self._meant[word]

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


def _going_on(word: str, begun: Mapping[str, int]) -> str | None:
    """Return the commonest of the words `begun` by `word` if most go on as it does, or None.

    It is a common one, and yields to a shorter one that it begins with.

    >>> _going_on("milit", {"militant": 97, "militaire": 98})
    >>> _going_on("indepen", {"independantiste": 105, "independant": 111})
    'independant'
    """
    met: dict[str, float] = defaultdict(float)
    for other, cost in begun.items():
        met[other[: len(word) + LEAST_CUT]] += math.exp(-cost * COST_STEP)
    further, most = max(met.items(), key=itemgetter(1))
    alike = {one: cost for one, cost in begun.items() if one.startswith(further) and cost <= COMMON}
    if len(word) < _MISSPELT_LETTERS or most < _ALIKE * sum(met.values()) or not alike:
        return None
    best = min(alike, key=alike.__getitem__)
    return min((one for one in alike if best.startswith(one)), key=len)


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
