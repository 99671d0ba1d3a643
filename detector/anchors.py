"""Which wordings a text may hold, told from its words alone.

A wording needs words at one or more places: a text must hold them for it to match. An index leads
from the rarest place of each wording to the wording; its other places must be filled too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from detector.terms import FUZZY_LETTERS, REPEATABLE
from detector.text import LETTERS, NUMBER, fold

_WORD = re.compile(f"[{LETTERS}]+|[0-9]+")
_RUN = re.compile(f"[{LETTERS}]+\\*?|[0-9]+")
_JOINED = re.compile(f"~?[{LETTERS}]+(?:['-][{LETTERS}]+)*\\*?|[0-9]+")
_DOUBLED = re.compile(r"(.)\1+")
_LONGEST = 30
_COUNTED = 8
_RARE = 50
_PLACES = 3

Place = tuple[str, ...]
"""The words one of which must stand at a place; `*` where a word may go on, `~` if misspelt."""


def words_in(folded: str) -> list[str]:
    """Return the words and numbers of a folded text.

    >>> words_in("vih depuis98")
    ['vih', 'depuis', '98']
    """
    return _WORD.findall(folded)


def canonical(word: str) -> str:
    """Return a word without ligatures and doubled letters, as anchors are compared.

    >>> canonical("homosexuelle"), canonical("sidaaaa"), canonical("sœur")
    ('homosexuele', 'sida', 'soeur')
    """
    return _DOUBLED.sub(r"\1", word.replace("œ", "oe").replace("æ", "ae"))


def whole(word: str) -> str:
    """Return the same for a word that stands whole: short ones and numbers stay as they are."""
    return word if len(word) < REPEATABLE or word.isdecimal() else canonical(word)


def term_places(term: str) -> tuple[Place, ...]:
    """Return the places of a term; several words at one where a joint may be missing.

    >>> term_places("femme* battue*"), term_places("d'origine")
    ((('femme*',), ('battue*',)), (('d', 'dorigine'), ('dorigine', 'origine')))
    """
    found: list[Place] = []
    for joined in _JOINED.findall(fold(term).folded):
        found += [(joined,)] if joined.startswith("~") else _joined_places(_RUN.findall(joined))
    return tuple(found)


def _joined_places(parts: Sequence[str]) -> Iterator[Place]:
    """Yield the places of runs between which an apostrophe or dash may be missing."""
    for place in range(len(parts)):
        yield tuple(
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
    return form, [whole(bare) if form is Form.EXACT else canonical(bare)]


def word_keys(word: str) -> Iterator[tuple[Form, Iterable[str]]]:
    """Yield the keys by which a word or number of a text finds the anchors that it fills."""
    if word.isdecimal():
        yield Form.EXACT, (NUMBER, word)
        return
    plain = canonical(word)[:_LONGEST]
    ends = range(1, len(plain) + 1)
    yield Form.EXACT, (whole(word),)
    yield Form.BEGINNING, {plain[:end] for end in ends}
    yield Form.ENDING, {plain[-end:] for end in ends}
    yield Form.INSIDE, {plain[start:end] for end in ends for start in range(end)}
    yield Form.TOLERANT, _misspelt(word)


def _misspelt(word: str) -> set[str]:
    """Return what a tolerant word may share with `word` or its beginning."""
    word = word[:_LONGEST]
    beginnings = (word[:end] for end in range(FUZZY_LETTERS - 1, len(word) + 1))
    return {short for beginning in beginnings for short in shortened(beginning)}


Keyed = tuple[int, frozenset[int]]
"""A wording by its number, and the places beside the keyed one that must be filled too."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What one word says: the places that it fills, and wordings with their other places."""

    places: frozenset[int]
    keyed: tuple[Keyed, ...]


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
        places: set[int] = set()
        for form, keys in word_keys(word):
            known = self._places[form]
            for key in keys:
                places.update(known.get(key, ()))
        keyed = [entry for place in sorted(places) for entry in self.keyed.get(place, ())]
        return Filled(frozenset(places), tuple(keyed))


def index_wordings(wordings: Sequence[Sequence[Place]], frequency: Mapping[str, int]) -> Anchors:
    """Return an index of wordings, given by the places that each of them needs.

    `frequency` tells how common words are: of each wording the rarest places are looked up.
    """
    index, numbers = Anchors(), dict[Place, int]()
    rarity = _Rarity(frequency)
    for wording, places in enumerate(wordings):
        if not places:
            index.unanchored.append(wording)
            continue
        key, *others = [_number_of(place, numbers, index) for place in rarity.telling(places)]
        index.keyed[key].append((wording, frozenset(others)))
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
    keyed = [entry for word in words for entry in word.keyed]
    if not keyed:
        return []
    filled = frozenset().union(*[word.places for word in words])
    return list(dict.fromkeys(number for number, others in keyed if others <= filled))


class _Rarity:
    """How common the words at a place are, by a count of words."""

    def __init__(self, frequency: Mapping[str, int]) -> None:
        self._all = sum(frequency.values())
        self._rare = self._all // _RARE
        self._whole: Counter[str] = Counter()
        self._within: Counter[str] = Counter()
        for word, count in frequency.items():
            plain = canonical(word)
            self._whole[whole(word)] += count
            for part in {plain[s:e] for s in range(len(plain)) for e in _ends(s, len(plain))}:
                self._within[part] += count

    def telling(self, places: Sequence[Place]) -> list[Place]:
        """Return the rarest of `places`, and the next one if it is rare enough to tell."""
        costs = sorted((sum(map(self._cost, place)), place) for place in set(places))
        return [
            place for cost, place in costs[:3] if (cost, place) == costs[0] or cost < self._rare
        ]

    def _cost(self, anchor: str) -> int:
        if anchor == NUMBER:
            return self._all
        bare = anchor.strip("*~")
        if bare == anchor:
            return self._whole[whole(bare)] + 1
        return self._within[canonical(bare)[:_COUNTED]] + 1


def _ends(start: int, length: int) -> range:
    return range(start + 1, min(length, start + _COUNTED) + 1)
