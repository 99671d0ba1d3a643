"""Makes an index of wordings, or of anything else that needs words, and asks it.

Seconds of work for all rules, which `detector.compiled.compiling` does once.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from detector.lexicon.anchors import (
    INSIDE,
    Anchors,
    Form,
    candidates,
    canonical,
    whole,
    word_keys,
    words_in,
)
from detector.lexicon.needs import Need, Slot, all_of, anchors_of, any_of, leads
from detector.remembered import Remembered
from detector.text import LETTERS, SIGN, fold, is_number

_RUN = re.compile(f"[{LETTERS}]+\\*?|[0-9]+|{SIGN}")
_JOINED = re.compile(f"[{LETTERS}]+(?:['-][{LETTERS}]+)*\\*?|[0-9]+|{SIGN}")
_NUMBERS = 9
"""How much more common the digits of numbers are than examples tell."""
_COMMON = 40
"""A slot that one word in so many fills tells nothing."""

_latest_words = lru_cache(maxsize=4)(words_in)


def term_need(term: str) -> Need:
    """Return what a term needs; a joint may be missing.

    >>> term_need("femme* battue*")
    AllOf(needs=('femme*', 'battue*'))
    >>> term_need("d'or")
    AllOf(needs=(AnyOf(needs=('d', 'dor')), AnyOf(needs=('dor', 'or'))))
    """
    found: list[Need] = []
    for joined in _JOINED.findall(fold(term).folded):
        found += _joined_needs(_RUN.findall(joined))
    return all_of(found)


def _joined_needs(parts: Sequence[str]) -> Iterator[Need]:
    """Yield the needs of runs between which an apostrophe or dash may be missing."""
    for place in range(len(parts)):
        yield any_of(
            "".join(parts[first : last + 1])
            for first in range(place + 1)
            for last in range(place, len(parts))
        )


def anchor_key(anchor: str) -> tuple[Form, str]:
    """Return how an anchor stands to words, and the key by which they find it."""
    bare = anchor.strip("*")
    form = Form(anchor.endswith("*") + 2 * anchor.startswith("*"))
    key = whole(bare) if form is Form.EXACT or is_number(bare) else canonical(bare)
    return form, key[:INSIDE] if form is Form.INSIDE else key


def index_wordings(
    needs: Sequence[Need], frequency: Mapping[str, int], *, common: int | None = None
) -> Anchors:
    """Return an index of wordings, given by what each of them needs.

    `frequency` tells how common words are: wordings are looked up by their rarest words. Without
    it all are taken for equally rare. From `common` on a word tells nothing beside others.
    """
    index, numbers = Anchors(), dict[Slot, int]()
    cost = lru_cache(maxsize=None)(_Rarity(frequency).cost)
    if common is None:
        common = sum(frequency.values()) // _COMMON + 2 if frequency else sys.maxsize
    for wording, need in enumerate(needs):
        found = leads(need, cost, common)
        if found is None:
            index.unanchored.append(wording)
            continue
        ways = defaultdict[tuple[Slot, ...], set[str]](set)
        for anchor, slots in found.items():
            ways[slots].add(anchor)
        for slots, anchors in ways.items():
            key = _number_of(tuple(sorted(anchors)), numbers, index)
            others = frozenset(_number_of(slot, numbers, index) for slot in slots)
            index.keyed[key].append((wording, others))
    return index


def _number_of(slot: Slot, numbers: dict[Slot, int], index: Anchors) -> int:
    """Return the number of a slot, a new one if it is new."""
    if slot not in numbers:
        numbers[slot] = len(numbers)
        for form, key in set(map(anchor_key, slot)):
            index.lead(form, key, numbers[slot])
    return numbers[slot]


class Presence:
    """Tells from the words of a text which of some needs may be met in it."""

    def __init__(self, needs: Sequence[Need]) -> None:
        # What many of them need is common: no text tells it better.
        anchors = Counter(anchor.strip("*") for need in needs for anchor in anchors_of(need))
        self._index = index_wordings(needs, anchors, common=sys.maxsize)
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
                self._counts.update(dict.fromkeys(((form, key) for key in keys), count))

    def cost(self, anchor: str) -> int:
        """Return how many words fill `anchor`, as far as is known, and one."""
        form, key = anchor_key(anchor)
        numbers = _NUMBERS if form is Form.INSIDE and is_number(key) else 1
        return 1 + self._counts[form, key] * numbers
