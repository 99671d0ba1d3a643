"""Which wordings a text may hold, told from its words alone.

An index leads from the rarest words that a wording needs to the wording; where that is by far not
all that it needs, other places must be filled too.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import chain, compress
from typing import Protocol

from detector.needs import Need, Place, all_of, any_of, leads
from detector.remembered import Remembered
from detector.terms import FUZZY_LETTERS, REPEATABLE
from detector.text import ANY_NUMBER, LETTERS, SIGN, fold

_WORD = re.compile(f"[{LETTERS}]+|[0-9]+|{SIGN}")
_RUN = re.compile(f"[{LETTERS}]+\\*?|[0-9]+|{SIGN}")
_JOINED = re.compile(f"~?[{LETTERS}]+(?:['-][{LETTERS}]+)*\\*?|[0-9]+|{SIGN}")
_DOUBLED = re.compile(r"(.)\1+")
_LONGEST = 30
_INSIDE, _LONGEST_NUMBER = 8, 4
_LATEST, _SAYING_THE_SAME = 1_024, 16_384
_NUMBERS = 9
_COMMON = 40


def words_in(folded: str) -> list[str]:
    """Return the words, numbers and telling signs of a folded text.

    >>> words_in("vih depuis98 → ?")
    ['vih', 'depuis', '98', '→', '?']
    """
    return _WORD.findall(folded)


_latest_words = lru_cache(maxsize=4)(words_in)


def canonical(word: str) -> str:
    """Return a word without ligatures and doubled letters, as anchors are compared.

    >>> canonical("homosexuelle"), canonical("sidaaaa"), canonical("sœur")
    ('homosexuele', 'sida', 'soeur')
    """
    return _DOUBLED.sub(r"\1", word.replace("œ", "oe").replace("æ", "ae"))


def whole(word: str) -> str:
    """Return the same for a word that stands whole: short ones and numbers stay as they are."""
    return word if len(word) < REPEATABLE or word.isdecimal() else canonical(word)


def term_need(term: str) -> Need:
    """Return what a term needs; a joint may be missing.

    >>> term_need("femme* battue*")
    AllOf(needs=('femme*', 'battue*'))
    >>> term_need("d'or")
    AllOf(needs=(AnyOf(needs=('d', 'dor')), AnyOf(needs=('dor', 'or'))))
    """
    found: list[Need] = []
    for joined in _JOINED.findall(fold(term).folded):
        found += [joined] if joined.startswith("~") else _joined_needs(_RUN.findall(joined))
    return all_of(found)


def _joined_needs(parts: Sequence[str]) -> Iterator[Need]:
    """Yield the needs of runs between which an apostrophe or dash may be missing."""
    for place in range(len(parts)):
        yield any_of(
            "".join(parts[first : last + 1])
            for first in range(place + 1)
            for last in range(place, len(parts))
        )


def shortened(word: str) -> Iterator[str]:
    """Yield a word itself, and with each single letter but the first left out.

    Two words share one of these if they differ by one letter wrong, missing, added or swapped.
    """
    yield word
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]


class Form(IntEnum):
    """How an anchor stands to a word of the text."""

    EXACT = 0
    BEGINNING = 1
    ENDING = 2
    INSIDE = 3
    TOLERANT = 4


def anchor_keys(anchor: str) -> tuple[Form, list[str]]:
    """Return how an anchor stands to words, and the keys by which they find it."""
    if anchor.startswith("~"):
        return Form.TOLERANT, list(shortened(anchor.strip("~*")))
    bare = anchor.strip("*")
    form = Form(anchor.endswith("*") + 2 * anchor.startswith("*"))
    key = whole(bare) if form is Form.EXACT or bare.isdecimal() else canonical(bare)
    return form, [key[:_INSIDE] if form is Form.INSIDE else key]


@lru_cache(maxsize=_LATEST)
def word_keys(word: str) -> Mapping[Form, Set[str]]:
    """Return the keys by which a word or number of a text finds the anchors that it fills."""
    if word.isdecimal():
        return {Form.EXACT: {ANY_NUMBER, word}, Form.INSIDE: _parts(word, _LONGEST_NUMBER)}
    plain = canonical(word)[:_LONGEST]
    ends = range(1, len(plain) + 1)
    return {
        Form.EXACT: {whole(word)},
        Form.BEGINNING: {plain[:end] for end in ends},
        Form.ENDING: {plain[-end:] for end in ends},
        Form.INSIDE: _parts(plain, _INSIDE),
        Form.TOLERANT: _misspelt(word),
    }


def _parts(word: str, longest: int) -> set[str]:
    """Return all that stands in a word, up to some length."""
    return {
        word[start : start + length]
        for length in range(1, min(longest, len(word)) + 1)
        for start in range(len(word) - length + 1)
    }


def _misspelt(word: str) -> set[str]:
    """Return what a tolerant word may share with `word` or its beginning."""
    word = word[:_LONGEST]
    beginnings = (word[:end] for end in range(FUZZY_LETTERS - 1, len(word) + 1))
    return {short for beginning in beginnings for short in shortened(beginning)}


Keyed = tuple[int, frozenset[int]]
"""A wording by its number, and the places beside the keyed one that must be filled too."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What one word says: the places that it fills, and the wordings to which it leads.

    `beside` holds, in step with these, the places that must be filled too.
    """

    places: frozenset[int]
    wordings: tuple[int, ...]
    beside: tuple[frozenset[int], ...]


def filled(places: Iterable[int], keyed: Sequence[Keyed]) -> Filled:
    """Return what a word says that fills `places` and leads to `keyed`."""
    wordings, beside = zip(*keyed, strict=True) if keyed else ((), ())
    return Filled(frozenset(places), wordings, beside)


class AnchorIndex(Protocol):
    """From a word to the places that it fills and the wordings to which it leads."""

    @property
    def unanchored(self) -> Sequence[int]:
        """The wordings that need no word."""
        ...

    def filled_by(self, word: str) -> Filled:
        """Return what `word` fills."""
        ...


class Anchors:
    """An index in memory."""

    def __init__(self) -> None:
        self.unanchored: list[int] = []
        self.keyed: dict[int, list[Keyed]] = defaultdict(list)
        self._places: dict[Form, dict[str, list[int]]] = {f: defaultdict(list) for f in Form}
        # Numbers are all different, and most of them say the same.
        self._filled = lru_cache(maxsize=_SAYING_THE_SAME)(self._filled_by)

    def lead(self, form: Form, key: str, place: int) -> None:
        """Let words that have `key` in `form` fill `place`."""
        self._places[form][key].append(place)

    def leads(self) -> Iterator[tuple[Form, str, int]]:
        """Yield what `lead` was told."""
        for form, keys in self._places.items():
            for key, places in keys.items():
                for place in places:
                    yield form, key, place

    def filled_by(self, word: str) -> Filled:
        """Return what `word` fills."""
        known = [
            (form, frozenset(self._places[form].keys() & keys))
            for form, keys in word_keys(word).items()
        ]
        return self._filled(tuple(pair for pair in known if pair[1]))

    def _filled_by(self, found: tuple[tuple[Form, frozenset[str]], ...]) -> Filled:
        """Return what a word fills that has these keys."""
        places = {one for form, keys in found for key in keys for one in self._places[form][key]}
        keyed = [entry for place in sorted(places) for entry in self.keyed.get(place, ())]
        return filled(places & self._asked, keyed)

    @cached_property
    def _asked(self) -> frozenset[int]:
        """The places that stand beside others."""
        return frozenset().union(*(o for keyed in self.keyed.values() for _, o in keyed))


def index_wordings(needs: Sequence[Need], frequency: Mapping[str, int]) -> Anchors:
    """Return an index of wordings, given by what each of them needs.

    `frequency` tells how common words are: wordings are looked up by their rarest words. Without
    it all are taken for equally rare.
    """
    index, numbers = Anchors(), dict[Place, int]()
    cost = lru_cache(maxsize=None)(_Rarity(frequency).cost)
    common = sum(frequency.values()) // _COMMON + 2 if frequency else sys.maxsize
    for wording, need in enumerate(needs):
        found = leads(need, cost, common)
        if found is None:
            index.unanchored.append(wording)
            continue
        ways = defaultdict[tuple[Place, ...], set[str]](set)
        for anchor, places in found.items():
            ways[places].add(anchor)
        for places, anchors in ways.items():
            key = _number_of(tuple(sorted(anchors)), numbers, index)
            others = frozenset(_number_of(place, numbers, index) for place in places)
            index.keyed[key].append((wording, others))
    return index


def _number_of(place: Place, numbers: dict[Place, int], index: Anchors) -> int:
    """Return the number of a place, a new one if it is new."""
    if place not in numbers:
        numbers[place] = len(numbers)
        for form, key in {(form, k) for form, keys in map(anchor_keys, place) for k in keys}:
            index.lead(form, key, numbers[place])
    return numbers[place]


def candidates(words: Sequence[Filled]) -> list[int]:
    """Return the numbers of the wordings all of whose places are filled, each once."""
    filled = frozenset[int]().union(*[word.places for word in words])
    wordings = chain.from_iterable([word.wordings for word in words])
    beside = chain.from_iterable([word.beside for word in words])
    return list(dict.fromkeys(compress(wordings, map(filled.issuperset, beside))))


class Presence:
    """Tells from the words of a text which of some needs may be met in it."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self._index = index_wordings(needs, {})
        self._filled = Remembered(self._index.filled_by)

    def possible(self, folded: str) -> list[int]:
        """Return the places in `needs` of those that may be met in a folded text.

        >>> Presence([term_need("pas de"), term_need("jamais")]).possible("n'a pas de chien")
        [0]
        """
        words = [self._filled[word] for word in _latest_words(folded)]
        return [*self._index.unanchored, *candidates(words)]


class _Rarity:
    """How common the words of anchors are, by a count of words."""

    def __init__(self, frequency: Mapping[str, int]) -> None:
        self._counts: Counter[tuple[Form, str]] = Counter()
        for word, count in frequency.items():
            for form, keys in word_keys(word).items():
                if form is not Form.TOLERANT:
                    self._counts.update(dict.fromkeys(((form, key) for key in keys), count))

    def cost(self, anchor: str) -> int:
        """Return how many words fill `anchor`, as far as is known, and one."""
        form, (key, *_) = anchor_keys(anchor)
        numbers = _NUMBERS if form is Form.INSIDE and key.isdecimal() else 1
        return 1 + self._counts[form, key] * numbers
