"""Which wordings a text may hold, told from its words alone.

An index leads from the rarest words that a wording needs to the wording; where that is by far not
all that it needs, other slots must be filled too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import chain, compress
from typing import Protocol

from detector.rules.terms import REPEATABLE
from detector.text import ANY_NUMBER, LETTERS, SIGN, is_number

_WORD = re.compile(f"[{LETTERS}]+|[0-9]+|{SIGN}")
_DOUBLED = re.compile(r"(.)\1+")
_LONGEST = 30
_LONGEST_NUMBER = 4
_LATEST, _SAYING_THE_SAME = 1_024, 16_384

INSIDE = 8
"""How much of an anchor that may stand inside words is looked for."""


def words_in(folded: str) -> list[str]:
    """Return the words, numbers and telling signs of a folded text.

    >>> words_in("vih depuis98 → ?")
    ['vih', 'depuis', '98', '→', '?']
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
    return word if len(word) < REPEATABLE or is_number(word) else canonical(word)


class Form(IntEnum):
    """How an anchor stands to a word of the text."""

    EXACT = 0
    BEGINNING = 1
    ENDING = 2
    INSIDE = 3


@lru_cache(maxsize=_LATEST)
def word_keys(word: str) -> Mapping[Form, Set[str]]:
    """Return the keys by which a word or number of a text finds the anchors that it fills."""
    if is_number(word):
        return {Form.EXACT: {ANY_NUMBER, word}, Form.INSIDE: _parts(word, _LONGEST_NUMBER)}
    plain = canonical(word)[:_LONGEST]
    ends = range(1, len(plain) + 1)
    return {
        Form.EXACT: {whole(word)},
        Form.BEGINNING: {plain[:end] for end in ends},
        Form.ENDING: {plain[-end:] for end in ends},
        Form.INSIDE: _parts(plain, INSIDE),
    }


def _parts(word: str, longest: int) -> set[str]:
    """Return all that stands in a word, up to some length."""
    return {
        word[start : start + length]
        for length in range(1, min(longest, len(word)) + 1)
        for start in range(len(word) - length + 1)
    }


Keyed = tuple[int, frozenset[int]]
"""A wording by its number, and the slots beside the keyed one that must be filled too."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What one word says: the slots that it fills, and the wordings to which it leads.

    `beside` holds, in step with these, the slots that must be filled too.
    """

    slots: frozenset[int]
    wordings: tuple[int, ...]
    beside: tuple[frozenset[int], ...]


def filled(slots: Iterable[int], keyed: Sequence[Keyed]) -> Filled:
    """Return what a word says that fills `slots` and leads to `keyed`."""
    wordings, beside = zip(*keyed, strict=True) if keyed else ((), ())
    return Filled(frozenset(slots), wordings, beside)


class AnchorIndex(Protocol):
    """From a word to the slots that it fills and the wordings to which it leads."""

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
        self._slots: dict[Form, dict[str, list[int]]] = {f: defaultdict(list) for f in Form}
        # Numbers are all different, and most of them say the same.
        self._filled = lru_cache(maxsize=_SAYING_THE_SAME)(self._filled_by)

    def lead(self, form: Form, key: str, slot: int) -> None:
        """Let words that have `key` in `form` fill `slot`."""
        self._slots[form][key].append(slot)

    def leads(self) -> Iterator[tuple[Form, str, int]]:
        """Yield what `lead` was told."""
        for form, keys in self._slots.items():
            for key, slots in keys.items():
                for slot in slots:
                    yield form, key, slot

    def filled_by(self, word: str) -> Filled:
        """Return what `word` fills."""
        return self._filled(tuple(self._known_keys(word)))

    def _known_keys(self, word: str) -> Iterator[tuple[Form, frozenset[str]]]:
        """Yield those keys of `word` in each form that lead anywhere."""
        if is_number(word):
            yield Form.EXACT, frozenset(self._slots[Form.EXACT].keys() & {ANY_NUMBER, word})
            yield Form.INSIDE, frozenset([digits for digits in self._digits if digits in word])
            return
        for form, keys in word_keys(word).items():
            if known := self._slots[form].keys() & keys:
                yield form, frozenset(known)

    @cached_property
    def _digits(self) -> Sequence[str]:
        """What may stand inside numbers."""
        return [key for key in self._slots[Form.INSIDE] if is_number(key)]

    def _filled_by(self, found: tuple[tuple[Form, frozenset[str]], ...]) -> Filled:
        """Return what a word fills that has these keys."""
        slots = {one for form, keys in found for key in keys for one in self._slots[form][key]}
        keyed = [entry for slot in sorted(slots) for entry in self.keyed.get(slot, ())]
        return filled(slots & self._asked, keyed)

    @cached_property
    def _asked(self) -> frozenset[int]:
        """The slots that stand beside others."""
        return frozenset().union(*(o for keyed in self.keyed.values() for _, o in keyed))


def candidates(words: Sequence[Filled]) -> list[int]:
    """Return the numbers of the wordings all of whose slots are filled, each once."""
    filled = frozenset[int]().union(*[word.slots for word in words])
    wordings = chain.from_iterable([word.wordings for word in words])
    beside = chain.from_iterable([word.beside for word in words])
    return list(dict.fromkeys(compress(wordings, map(filled.issuperset, beside))))
