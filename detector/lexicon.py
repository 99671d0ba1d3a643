"""All rules compiled once: which of them a text may hold, and where their words stand.

RE2 tests every rule in one pass without backtracking; only the rules that it names
are then searched with `re` for their spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import re2

from detector.checks import CHECKS
from detector.finding import Span
from detector.packs import Rule, Strength
from detector.terms import boundaries, gate_boundaries, pattern_source, term_source
from detector.text import Text

_MEMORY = 1 << 29


@dataclass(frozen=True, slots=True)
class Cue:
    """A rule's words seen at a span of the folded view, not yet judged."""

    rule: Rule
    span: Span
    strong: bool


class Matcher:
    """One rule's words as regular expressions."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        terms = sorted(rule.terms, key=len, reverse=True)
        self._words = "|".join([*map(term_source, terms), *map(pattern_source, rule.patterns)])
        self._acronyms = "|".join(map(term_source, rule.acronyms))

    @property
    def gate(self) -> str:
        """The condition that every text with a cue of this rule fulfils, for RE2."""
        return gate_boundaries("|".join(filter(None, [self._words, self._acronyms])))

    @cached_property
    def _word_expression(self) -> re.Pattern[str]:
        return re.compile(boundaries(self._words))

    @cached_property
    def _acronym_expression(self) -> re.Pattern[str]:
        return re.compile(boundaries(self._acronyms))

    def cues(self, text: Text) -> Iterator[Cue]:
        """Yield this rule's cues in `text`."""
        strong = self.rule.strength is Strength.STRONG
        if self._words:
            for match in self._word_expression.finditer(text.folded):
                if self._holds(match[0]):
                    yield Cue(self.rule, _trimmed(match), strong)
        if self._acronyms:
            yield from self._acronym_cues(text, strong=strong)

    def _acronym_cues(self, text: Text, *, strong: bool) -> Iterator[Cue]:
        """Yield acronyms written in capitals; among capitals only they need a second cue."""
        for match in self._acronym_expression.finditer(text.folded):
            words = text.words(*match.span())
            if words == words.upper():
                yield Cue(self.rule, _trimmed(match), strong and not text.shouting)

    def _holds(self, words: str) -> bool:
        return self.rule.check is None or CHECKS[self.rule.check](words)


def _trimmed(match: re.Match[str]) -> Span:
    """Return the match without the spaces and punctuation that a loose ending may have taken."""
    words = match[0]
    left = len(words) - len(words.lstrip(" ,;:-'"))
    right = len(words) - len(words.rstrip(" ,;:-'"))
    return Span(match.start() + left, match.end() - right)


class Lexicon:
    """The rules in force, ready to be searched; immutable, safe to share between threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._matchers = [Matcher(rule) for rule in rules]
        options = re2.Options()
        options.max_mem = _MEMORY
        self._set = re2.Set.SearchSet(options)
        for matcher in self._matchers:
            self._set.Add(matcher.gate)
        self._set.Compile()

    def may_hold(self, text: Text) -> bool:
        """Whether some rule's words may stand in `text`; False proves that none does."""
        return bool(self._set.Match(text.folded))

    def cues(self, text: Text) -> list[Cue]:
        """Return every cue in `text`, in order of position."""
        found = [
            cue
            for index in self._set.Match(text.folded) or ()
            for cue in self._matchers[index].cues(text)
        ]
        return sorted(found, key=lambda cue: (cue.span, cue.rule.id))
