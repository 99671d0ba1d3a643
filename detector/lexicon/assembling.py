"""Makes a lexicon out of rules: seconds of work, done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from detector.lexicon.anchors import Anchors, words_in
from detector.lexicon.indexing import index_wordings, term_need
from detector.lexicon.lexicon import Lexicon, Wording
from detector.lexicon.literals import digits_needed, pattern_need
from detector.lexicon.needs import Need
from detector.rules.rules import Rule
from detector.rules.terms import acronym_source, alternatives, pattern_source, term_source
from detector.spelling.vocabulary import KnownWords
from detector.text import fold


def wordings(rule: Rule) -> Iterator[tuple[Wording, Need]]:
    """Yield the wordings of a rule, each with what it needs."""
    for term in rule.terms:
        yield Wording(rule, term_source(term)), term_need(term)
    for acronym in rule.acronyms:
        yield Wording(rule, acronym_source(acronym), acronym=True), term_need(acronym)
    for pattern in rule.patterns:
        for alternative in alternatives(pattern):
            source = pattern_source(alternative)
            yield Wording(rule, source, digits=digits_needed(source)), pattern_need(source)


def _frequency(rules: Sequence[Rule]) -> Counter[str]:
    """Return how often each word stands in the examples of `rules`."""
    examples = (example for rule in rules for example in (*rule.flag, *rule.passes))
    return Counter(word for example in examples for word in words_in(fold(example).folded))


def make_lexicon(rules: Sequence[Rule]) -> Lexicon:
    """Return the lexicon of `rules`, compiled anew."""
    found, index = compile_rules(rules)
    return Lexicon(index, found)


def compile_rules(
    rules: Sequence[Rule], vocabulary: KnownWords | None = None
) -> tuple[list[Wording], Anchors]:
    """Return the wordings of `rules` in order, and the index that leads to their numbers.

    The examples of the rules tell how common words are, and `vocabulary` if it is given.
    """
    pairs = [pair for rule in rules for pair in wordings(rule)]
    frequency = _frequency(rules)
    if vocabulary:
        frequency.update(vocabulary.expected(sum(frequency.values())))
    index = index_wordings([need for _, need in pairs], frequency)
    return [wording for wording, _ in pairs], index
