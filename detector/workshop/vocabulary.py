"""The known words with their costs, counted from the French model, the packs and corpus train."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from detector.rules.rules import Rule
from detector.spelling.misspelt import one_letter_apart
from detector.spelling.sounds import sound_of
from detector.spelling.vocabulary import COMMON, COST_STEP, KnownWords
from detector.text import LETTERS, WORD, fold

_UNCUT = re.compile(rf"[{LETTERS}]+(?![{LETTERS}.])")
"""A word that no point may have cut short."""
_STEM = re.compile(rf"[{LETTERS}]+(?=\*)")
"""What begins the words of an open term, as in « toxicoman* »."""
_CLOSED = re.compile(rf"[{LETTERS}]+(?![{LETTERS}*])")
_MOST_FREQUENT = 150_000
_MET, _TERM, _EXAMPLE = 100, 160, 30
"""What it counts to be met in a comment, in a term, in an example."""

_ZIPF, _HEAD = 2_000_000, 20
"""A word of rank r in French text counts _ZIPF / (r + _HEAD)."""

_FAR_COMMONER = 35
"""How much dearer a word of comments is, at least, than the one it is a misspelling of."""


def word_costs(
    spellings: Sequence[str], rules: Sequence[Rule], comments: Iterable[str]
) -> Mapping[str, int]:
    """Return what each known word costs, in steps of COST_STEP.

    `spellings` are French words, most frequent first. A word met once in `comments` is no word yet:
    it may be a misspelling. Nor is one that neither packs nor French text know, if it sounds like
    a far more common one from which one letter is wrong. Stems of open terms are known, but rare
    where nothing else says that they are words.
    """
    met, vouched = _met(comments), _in_packs(rules) + _in_french(spellings)
    costs = _costs(met + vouched)
    costs |= {word: min(costs[word], COMMON) for word in _in_terms(rules, _CLOSED)}
    known, new = KnownWords(costs), met.keys() - vouched.keys()
    return {w: c for w, c in costs.items() if w not in new or not _misspelt(w, c, known)}


def _costs(counts: Counter[str]) -> dict[str, int]:
    total = sum(counts.values())
    costs = {word: -math.log(count / total) / COST_STEP for word, count in counts.items()}
    return {word: round(cost) for word, cost in sorted(costs.items())}


def _misspelt(word: str, cost: int, known: KnownWords) -> bool:
    """Whether `word` sounds, and almost reads, like a far more common one of the `known`."""
    others = known.costs(known.alike(word))
    return any(
        other <= cost - _FAR_COMMONER
        and sound_of(one) == sound_of(word)
        and one_letter_apart(one, word)
        for one, other in others.items()
    )


def _met(comments: Iterable[str]) -> Counter[str]:
    """Return how often each word was met again."""
    counts = Counter(word for text in comments for word in _words(text, _UNCUT))
    return Counter({word: _MET * (count - 1) for word, count in counts.items() if count > 1})


def _in_terms(rules: Sequence[Rule], kind: re.Pattern[str]) -> Counter[str]:
    """Return in how many terms each word of a kind stands."""
    terms = (term for rule in rules for term in (*rule.terms, *rule.acronyms))
    return Counter(word for term in terms for word in dict.fromkeys(_words(term, kind)))


def _in_packs(rules: Sequence[Rule]) -> Counter[str]:
    counts = Counter(dict.fromkeys(_in_terms(rules, _STEM), 1))
    counts.update({word: _TERM * count for word, count in _in_terms(rules, _CLOSED).items()})
    for rule in rules:
        for example in (*rule.flag, *rule.passes):
            counts.update(dict.fromkeys(_words(example), _EXAMPLE))
    return counts


def _in_french(spellings: Sequence[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for rank, spelling in enumerate(spellings[:_MOST_FREQUENT]):
        folded = fold(spelling).folded
        if folded.isalpha() and folded not in counts:
            counts[folded] = _ZIPF // (rank + _HEAD)
    return counts


def _words(text: str, kind: re.Pattern[str] = WORD) -> list[str]:
    return kind.findall(fold(text).folded)
