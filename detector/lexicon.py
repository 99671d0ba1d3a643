"""All rules compiled once: which of them a text may hold, and where their words stand.

The words of a text name the terms and patterns that may stand there; only these are then
searched with `re` for their spans.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from detector.anchors import AnchorIndex, candidates, words_in
from detector.checks import CHECKS
from detector.finding import Span
from detector.nearness import Apart
from detector.remembered import Remembered
from detector.rules import Rule, Strength
from detector.terms import boundaries
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

    def stands_in(self, text: Text) -> bool:
        """Whether this wording stands in `text`, its case aside."""
        return _expression(self.source).search(text.folded) is not None

    def cues(self, text: Text) -> Iterator[Cue]:
        """Yield the cues of this wording in `text`."""
        strong = self.rule.strength is Strength.STRONG
        for match in _expression(self.source).finditer(text.folded):
            if self.acronym and not _in_capitals(text, match):
                continue
            if self.rule.check is None or CHECKS[self.rule.check](match[0]):
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


class Lexicon:
    """The rules in force, ready to be searched; immutable, safe to share between threads.

    `wordings` are found by the numbers that `index` gives; None stands for those of rules that
    are not in force.
    """

    def __init__(self, index: AnchorIndex, wordings: Sequence[Wording | None]) -> None:
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
        return self.possible_among(words_in(text.folded))

    def possible_among(self, words: Sequence[str]) -> list[Wording]:
        """Return the wordings that may stand in a text of `words`."""
        numbers = candidates([self._filled[word] for word in words])
        digits = sum(len(word) for word in words if "0" <= word[0] <= "9")
        found = map(self.wordings.__getitem__, [*numbers, *self.index.unanchored])
        return [wording for wording in found if wording is not None and wording.digits <= digits]

    def may_believe(self, text: Text, possible: Sequence[Wording]) -> bool:
        """Whether some cue of `text` may count by itself: a strong one, or weak ones in company.

        False proves that none of the `possible` wordings does; guards are not asked.
        """
        weak: list[Wording] = []
        for wording in possible:
            if wording.rule.strength is Strength.WEAK:
                weak.append(wording)
            elif wording.stands_in(text):
                return True
        return any(
            one.stands_in(text) and other.stands_in(text) for one, other in _companions(weak)
        )

    def cues(self, text: Text, possible: Sequence[Wording] | None = None) -> list[Cue]:
        """Return every cue in `text` by position; of a rule's overlapping ones the longest.

        `possible` are the wordings that may stand there, if that is known already.
        """
        wordings = self.possible(text) if possible is None else possible
        found = [cue for wording in wordings for cue in wording.cues(text)]
        return sorted(_longest(found), key=lambda cue: (cue.span, cue.rule.id))


def _companions(weak: Sequence[Wording]) -> Iterator[tuple[Wording, Wording]]:
    """Yield the pairs of wordings whose weak rules second each other."""
    for one, other in itertools.combinations(weak, 2):
        if one.rule is not other.rule and set(one.rule.categories) & set(other.rule.categories):
            yield one, other


def _longest(cues: Sequence[Cue]) -> list[Cue]:
    """Return `cues` without those that overlap a longer one of the same rule."""
    kept: dict[str, Apart] = defaultdict(Apart)
    longest_first = sorted(cues, key=lambda c: (c.span.start - c.span.end, c.span, not c.strong))
    return [cue for cue in longest_first if kept[cue.rule.id].takes(cue.span)]
