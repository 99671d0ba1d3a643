"""All rules compiled once: which of them a text may hold, and where their words stand.

The words of a text name the terms and patterns that may stand there; only these are then
searched with `re` for their spans.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from detector.finding import Span
from detector.lexicon.anchors import AnchorIndex, candidates, words_in
from detector.nearness import Apart
from detector.remembered import Remembered
from detector.rules.checks import CHECKS
from detector.rules.rules import Rule, Strength
from detector.rules.terms import boundaries
from detector.text import Text


@dataclass(frozen=True, slots=True)
class Cue:
    """A rule's words seen at a span of the folded view, not yet judged."""

    rule: Rule
    span: Span
    strong: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """One term, acronym or pattern of a rule, as the source of a regular expression."""

    rule: Rule
    source: str
    acronym: bool = False
    digits: int = 0
    """How many digits a text needs at least."""

    def cues(self, text: Text) -> Iterator[Cue]:
        """Yield the cues of this wording in `text`."""
        for match in _expression(self.source).finditer(text.folded):
            if self.acronym and not _in_capitals(text, match):
                continue
            if self.rule.check is None or CHECKS[self.rule.check](match[0]):
                strong = self.rule.strength is Strength.STRONG
                sure = strong and not (self.acronym and text.shouting)
                yield Cue(self.rule, _trimmed(match), sure)


@lru_cache(maxsize=100_000)
def _expression(source: str) -> re.Pattern[str]:
    return re.compile(boundaries(source))


def _in_capitals(text: Text, match: re.Match[str]) -> bool:
    words = text.words(*match.span())
    return words == words.upper()


def _trimmed(match: re.Match[str]) -> Span:
    """Return the match without the spaces and punctuation that a loose ending may have taken."""
    words = match[0]
    left = len(words) - len(words.lstrip(" ,;:-'"))
    right = len(words) - len(words.rstrip(" ,;:-'"))
    return Span(match.start() + left, match.end() - right)


class Wordings(Protocol):
    """Wordings by their numbers, None for those of rules that are not in force."""

    def __getitem__(self, number: int, /) -> Wording | None:
        """Return the wording of a number; raise IndexError where there is none."""
        ...

    def __iter__(self) -> Iterator[Wording | None]:
        """Return all wordings, in the order of their numbers."""
        ...


class Lexicon:
    """The rules in force, ready to be searched; immutable, as safe to share as what it asks.

    `wordings` are found by the numbers that `index` gives.
    """

    def __init__(self, index: AnchorIndex, wordings: Wordings) -> None:
        self.wordings, self.index = wordings, index
        self._filled = Remembered(index.filled_by)

    @property
    def rules(self) -> list[Rule]:
        """The rules in force."""
        return list(
            {wording.rule.id: wording.rule for wording in self.wordings if wording}.values()
        )

    def possible(self, text: Text) -> list[Wording]:
        """Return the wordings that may stand in `text`, told from its words alone."""
        words = words_in(text.folded)
        numbers = candidates([self._filled[word] for word in words])
        digits = sum(len(word) for word in words if "0" <= word[0] <= "9")
        found = map(self.wordings.__getitem__, [*numbers, *self.index.unanchored])
        return [wording for wording in found if wording is not None and wording.digits <= digits]

    def cues(self, text: Text, possible: Iterable[Wording | None] | None = None) -> list[Cue]:
        """Return every cue in `text` by position; of a rule's overlapping ones the longest.

        `possible` are the wordings that may stand there, if that is known already.
        """
        found: list[Cue] = []
        for wording in self.possible(text) if possible is None else possible:
            if wording and _expression(wording.source).search(text.folded):
                found += wording.cues(text)
        return sorted(_longest(found), key=lambda cue: (cue.span, cue.rule.id)) if found else []


def _longest(cues: Sequence[Cue]) -> list[Cue]:
    """Return `cues` without those that overlap a longer one of the same rule."""
    kept: dict[str, Apart] = defaultdict(Apart)
    longest_first = sorted(cues, key=lambda c: (c.span.start - c.span.end, c.span, not c.strong))
    return [cue for cue in longest_first if kept[cue.rule.id].takes(cue.span)]
