"""All rules compiled once: which of them a text may hold, and where their words stand.

A word of the text names the terms that may stand there, RE2 the patterns; only these are then
searched with `re` for their spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from detector.anchors import AnchorIndex, words_in
from detector.checks import CHECKS
from detector.finding import Span
from detector.packs import Rule, Strength
from detector.terms import acronym_source, boundaries, gate_boundaries, pattern_source, term_source
from detector.text import Text, fold

_MEMORY = 1 << 26
_GROUP_SIZE = 96


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


def wordings(rule: Rule) -> Iterator[tuple[str | None, Wording]]:
    """Yield the wordings of a rule, each with the term that anchors it, if it is one."""
    for term in rule.terms:
        yield term, Wording(rule, term_source(term))
    for acronym in rule.acronyms:
        yield acronym, Wording(rule, acronym_source(acronym), acronym=True)
    for pattern in rule.patterns:
        yield None, Wording(rule, pattern_source(pattern))


class Lexicon:
    """The rules in force, ready to be searched; immutable, safe to share between threads.

    Terms are found by their anchors, patterns by RE2 in one pass without backtracking; only
    the wordings that these name are searched with `re` for their spans.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._terms: list[Wording] = []
        self._patterns: list[Wording] = []
        anchored: list[str] = []
        for rule in rules:
            for term, wording in wordings(rule):
                if term is not None and words_in(fold(term).folded):
                    anchored.append(term)
                    self._terms.append(wording)
                else:
                    self._patterns.append(wording)
        self._index = AnchorIndex(anchored)
        self._groups = _grouped(self._patterns)

    def may_hold(self, text: Text) -> bool:
        """Whether some rule's words stand in `text`; False proves that none does."""
        if any(wording.stands_in(text) for wording in self._possible_terms(text)):
            return True
        return any(group.may_stand_in(text) for group in self._groups)

    def cues(self, text: Text) -> list[Cue]:
        """Return every cue in `text` by position; of a rule's overlapping ones the longest."""
        candidates = [*self._possible_terms(text), *self._matching_patterns(text)]
        found = [cue for wording in candidates for cue in wording.cues(text)]
        return sorted(_longest(found), key=lambda cue: (cue.span, cue.rule.id))

    def _possible_terms(self, text: Text) -> Iterator[Wording]:
        return (self._terms[number] for number in self._index.candidates(text.folded))

    def _matching_patterns(self, text: Text) -> Iterator[Wording]:
        return (
            pattern
            for group in self._groups
            if group.may_stand_in(text)
            for pattern in group.patterns
        )


def _longest(cues: Sequence[Cue]) -> list[Cue]:
    """Return `cues` without those that overlap a longer one of the same rule."""
    kept: list[Cue] = []
    for cue in sorted(cues, key=lambda c: (c.span.start - c.span.end, c.span, not c.strong)):
        if not any(other.rule is cue.rule and other.span.overlaps(cue.span) for other in kept):
            kept.append(cue)
    return kept


@dataclass(frozen=True, slots=True)
class _Group:
    """Some patterns, and one RE2 expression that matches where any of them does.

    Small groups: the automaton of all patterns together outgrows any memory.
    """

    patterns: tuple[Wording, ...]
    expression: Any

    def may_stand_in(self, text: Text) -> bool:
        """Whether one of the patterns stands in `text`, its case aside."""
        return self.expression.search(text.folded) is not None


def _grouped(patterns: Sequence[Wording]) -> tuple[_Group, ...]:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    parts = [patterns[at : at + _GROUP_SIZE] for at in range(0, len(patterns), _GROUP_SIZE)]
    return tuple(
        _Group(tuple(part), re2.compile(gate_boundaries("|".join(p.source for p in part)), options))
        for part in parts
    )
