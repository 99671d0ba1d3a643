"""Which wordings a text may hold, told from its words alone.

A wording needs words at one or more places: a text must hold them for it to match. An index leads
from the rarest place of each wording to the wording; its other places must be filled too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
    """Return the same for a word that stands whole: short ones must be met letter for letter."""
    return word if len(word) < REPEATABLE else canonical(word)


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


@dataclass(slots=True)
class _Forms:
    """What leads from a word to the numbers of the places that it fills."""

    exact: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    beginnings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    endings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    insides: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    tolerant: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, anchor: str, place: int) -> None:
        """Let `anchor` lead to the place."""
        if anchor.startswith("~"):
            for short in shortened(anchor.strip("~*")):
                self.tolerant[short].append(place)
            return
        forms = [self.exact, self.beginnings, self.endings, self.insides]
        form = forms[anchor.endswith("*") + 2 * anchor.startswith("*")]
        bare = anchor.strip("*")
        form[whole(bare) if form is self.exact else canonical(bare)].append(place)

    def filled_by(self, word: str) -> frozenset[int]:
        """Return the places that a word or number fills."""
        if word.isdecimal():
            return frozenset([*self.exact.get(NUMBER, ()), *self.exact.get(word, ())])
        plain = canonical(word)[:_LONGEST]
        ends = range(1, len(plain) + 1)
        found = set(self.exact.get(whole(word), ()))
        for end in ends:
            found.update(self.beginnings.get(plain[:end], ()))
            found.update(self.endings.get(plain[-end:], ()))
        for start in range(len(plain)):
            for end in range(start + 1, len(plain) + 1):
                found.update(self.insides.get(plain[start:end], ()))
        for short in _misspelt(word):
            found.update(self.tolerant.get(short, ()))
        return frozenset(found)


def _misspelt(word: str) -> set[str]:
    """Return what a tolerant word may share with `word` or its beginning."""
    word = word[:_LONGEST]
    beginnings = (word[:end] for end in range(FUZZY_LETTERS - 1, len(word) + 1))
    return {short for beginning in beginnings for short in shortened(beginning)}


class AnchorIndex:
    """From the words of a text to the wordings that it may hold, each told by its number."""

    def __init__(self, wordings: Sequence[Sequence[Place]], frequency: Mapping[str, int]) -> None:
        self._forms = _Forms()
        self._numbers: dict[Place, int] = {}
        self._keyed: dict[int, list[tuple[int, frozenset[int]]]] = defaultdict(list)
        rarity = _Rarity(frequency)
        self.unanchored = tuple(n for n, places in enumerate(wordings) if not places)
        for number, places in enumerate(wordings):
            if places:
                self._add(number, rarity.telling(places))

    def _add(self, wording: int, places: Sequence[Place]) -> None:
        """Index a wording by the first, rarest one of its places."""
        key, *others = map(self._number_of, places)
        self._keyed[key].append((wording, frozenset(others)))

    def _number_of(self, place: Place) -> int:
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers)
            for anchor in place:
                self._forms.add(anchor, self._numbers[place])
        return self._numbers[place]

    def filled_by(self, word: str) -> Filled:
        """Return what `word` fills, and the wordings to which it leads."""
        filled = self._forms.filled_by(word)
        keyed = tuple(entry for place in filled for entry in self._keyed.get(place, ()))
        return Filled(filled, keyed)


@dataclass(frozen=True, slots=True)
class Filled:
    """What one word says: the places that it fills, and wordings with their other places."""

    places: frozenset[int]
    keyed: tuple[tuple[int, frozenset[int]], ...]


def candidates(words: Iterable[Filled]) -> list[int]:
    """Return the numbers of the wordings all of whose places are filled, each once."""
    words = list(words)
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
