"""Which terms a text may hold, told from its words alone.

Every run of letters in a term is an anchor: a text must hold it as a word, or as the
beginning of one, for the term to match. An index leads from each term's rarest anchor to
the term; the others that must stand as they are have to be among the words of the text too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from detector.terms import FUZZY_LETTERS
from detector.text import LETTERS, fold

_WORD = re.compile(f"[{LETTERS}]+")
_RUN = re.compile(f"[{LETTERS}]+\\*?")
_JOINED = re.compile(f"~?[{LETTERS}]+(?:['-][{LETTERS}]+)*\\*?")
_DOUBLED = re.compile(r"(.)\1+")
_REMEMBERED = 200_000
_LONGEST = 30

Anchors = tuple[str, ...]
"""One place of a term: the words that may stand there; with `*`, beginnings of words."""


def words_in(folded: str) -> list[str]:
    """Return the runs of letters of a folded text."""
    return _WORD.findall(folded)


def canonical(word: str) -> str:
    """Return a word without ligatures and doubled letters, as anchors are compared.

    >>> canonical("homosexuelle"), canonical("sidaaaa"), canonical("sœur")
    ('homosexuele', 'sida', 'soeur')
    """
    return _DOUBLED.sub(r"\1", word.replace("œ", "oe").replace("æ", "ae"))


def places(term: str) -> list[Anchors]:
    """Return the anchors of a term, place by place; several where a joint may be missing.

    >>> places("femme* battue*"), places("d'origine")
    ([('feme*',), ('batue*',)], [('d', 'dorigine'), ('dorigine', 'origine')])
    """
    found: list[Anchors] = []
    for joined in _JOINED.findall(fold(term).folded):
        if not joined.startswith("~"):
            found += _joined_places(_RUN.findall(joined))
    return found


def _joined_places(parts: Sequence[str]) -> Iterator[Anchors]:
    """Yield the anchors of runs between which an apostrophe or dash may be missing."""
    for place in range(len(parts)):
        yield tuple(
            _anchor("".join(parts[first : last + 1]))
            for first in range(place + 1)
            for last in range(place, len(parts))
        )


def _anchor(run: str) -> str:
    return canonical(run.rstrip("*")) + ("*" if run.endswith("*") else "")


def shortened(word: str) -> Iterator[str]:
    """Yield a word itself, and with each single letter but the first left out.

    Two words share one of these if they differ by one letter wrong, missing, added or swapped.
    """
    yield word
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]


@dataclass(frozen=True, slots=True)
class _Entry:
    term: int
    needed: frozenset[str]


class AnchorIndex:
    """From the words of a text to the terms that it may hold, each told by its number."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._beginnings: dict[str, list[_Entry]] = defaultdict(list)
        self._tolerant: dict[str, list[_Entry]] = defaultdict(list)
        anchored = [places(term) for term in terms]
        often = Counter(anchor for found in anchored for place in found for anchor in place)
        for number, (term, found) in enumerate(zip(terms, anchored, strict=True)):
            self._add(number, term, found, often)
        self._lengths = sorted({len(anchor) for anchor in self._beginnings})
        self._known = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def candidates(self, folded: str) -> list[int]:
        """Return the numbers of the terms that a folded text may hold, each once."""
        known = [self._known(word) for word in words_in(folded)]
        words = {plain for plain, _ in known}
        found = (e.term for _, entries in known for e in entries if e.needed <= words)
        return list(dict.fromkeys(found))

    def _add(self, number: int, term: str, found: list[Anchors], often: Counter[str]) -> None:
        tolerant = re.findall(f"~([{LETTERS}]+)", fold(term).folded)
        needed = frozenset(p[0] for p in found if len(p) == 1 and not p[0].endswith("*"))
        entry = _Entry(number, needed)
        if tolerant:
            for short in shortened(tolerant[0]):
                self._tolerant[short].append(entry)
            return
        for anchor in min(found, key=lambda place: (sum(often[a] for a in place), -len(place[0]))):
            if anchor.endswith("*"):
                self._beginnings[anchor[:-1]].append(entry)
            else:
                self._exact[anchor].append(entry)

    def _look_up(self, word: str) -> tuple[str, tuple[_Entry, ...]]:
        """Return `word` as anchors are compared, and the entries that it leads to."""
        plain = canonical(word)
        found = list(self._exact.get(plain, ()))
        for length in self._lengths:
            if length > len(plain):
                break
            found += self._beginnings.get(plain[:length], ())
        for short in _misspelt(word):
            found += self._tolerant.get(short, ())
        return plain, tuple(found)


def _misspelt(word: str) -> set[str]:
    """Return what a tolerant word may share with `word` or its beginning."""
    word = word[:_LONGEST]
    beginnings = (word[:end] for end in range(FUZZY_LETTERS - 1, len(word) + 1))
    return {short for beginning in beginnings for short in shortened(beginning)}
