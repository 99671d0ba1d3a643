"""Checks packs against the examples written into them, and against each other.

`python -m detector.workshop.examples [PACK…]` prints every broken law, one a line.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detector.finding import Attributes, Finding
from detector.judging.judge import LexiconJudge
from detector.lexicon.assembling import make_lexicon, wordings
from detector.lexicon.context import Context
from detector.model.bars import believed
from detector.policy import load_policy
from detector.recognizers import names_in
from detector.rules.markup import Example, Mark, MarkupError, parse
from detector.rules.packs import all_rules, read_packs
from detector.rules.rules import Rule
from detector.rules.terms import boundaries, term_source
from detector.taxonomy import Category
from detector.text import fold


@dataclass(frozen=True, slots=True)
class Breach:
    """A law that a rule breaks."""

    rule: Rule
    law: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule.place}: {self.rule.id}: {self.law}: {self.detail}"


class Laws:
    """All rules together, and what each of them owes."""

    def __init__(self, rules: Sequence[Rule] | None = None) -> None:
        self.rules = tuple(rules if rules is not None else all_rules(read_packs()))
        policy = load_policy()
        usual = [rule for rule in self.rules if policy.looks_for(rule)]
        context = Context()
        self._usual = LexiconJudge(make_lexicon(usual), context)
        self._strict = LexiconJudge(make_lexicon(self.rules), context)
        self._is_usual = policy.looks_for

    def breaches(self, rule: Rule) -> Iterator[Breach]:
        """Yield every law that `rule` breaks."""
        for term in (*rule.terms, *rule.acronyms):
            if not _matches_itself(term):
                yield Breach(rule, "term does not match itself", term)
        for line in (*rule.flag, *rule.passes, *rule.todo_flag):
            try:
                parse(line)
            except MarkupError as error:
                yield Breach(rule, "broken markup", f"{error} in {line}")
                return
        for line in rule.flag:
            if fault := self._flag_fault(rule, parse(line)):
                yield Breach(rule, fault, line)
        for line in rule.passes:
            yield from self._pass_breaches(rule, line)
        for line in rule.todo_flag:
            if not self._flag_fault(rule, parse(line)):
                yield Breach(rule, "a todo_flag is right by now; move it to flag", line)

    def _flag_fault(self, rule: Rule, example: Example) -> str | None:
        found = self._findings(example.text, rule, supported=frozenset(rule.categories))
        found = [finding for finding in found if finding.category in rule.categories]
        if not example.marks:
            return "a flag without [marks]"
        for mark in example.marks:
            fault = _mark_fault(rule, mark, found)
            if fault:
                return fault
        return None

    def _pass_breaches(self, rule: Rule, line: str) -> Iterator[Breach]:
        if not any(True for _ in _bare(rule).finditer(fold(line).folded)):
            yield Breach(rule, "a pass without any of the rule's terms", line)
        for finding in self._findings(line, rule):
            yield Breach(rule, f"a pass is flagged by {finding.rule} «{finding.words}»", line)

    def _findings(
        self, text: str, rule: Rule, supported: frozenset[Category] = frozenset()
    ) -> list[Finding]:
        """Return the findings in `text` under a policy that looks for `rule`.

        Weak cues of the categories `supported` are believed.
        """
        judge = self._usual if self._is_usual(rule) else self._strict
        view = fold(text)
        cues = judge.standing(view, entities=names_in)
        return judge.findings(view, believed(cues, supported))


def _mark_fault(rule: Rule, mark: Mark, found: Sequence[Finding]) -> str | None:
    """Return what `found` lacks of `mark`: its span, and its attributes where it names any.

    Where a rule of another pack says the same of these words, its span may be another.
    """
    near = [finding for finding in found if finding.span.overlaps(mark.span)]
    if not near:
        return "a flag is not found"
    finding = near[0]
    if finding.rule == rule.id and finding.span != mark.span:
        return f"a flag has another span, «{finding.words}»"
    wanted = mark.attributes
    if wanted == Attributes():
        return None
    for name in ("subject", "negated", "reported", "historical", "uncertain"):
        if getattr(finding, name) != getattr(wanted, name):
            return f"a flag has {name} = {getattr(finding, name)}"
    return None


def _bare(rule: Rule) -> re.Pattern[str]:
    """Return all words of a rule without case, guards or word ends."""
    return re.compile("|".join(boundaries(wording.source) for wording, _ in wordings(rule)))


def _matches_itself(term: str) -> bool:
    """Whether a term matches what it spells, also in capitals."""
    plain = term.replace("*", "")
    source = boundaries(term_source(term))
    return all(re.search(source, fold(text).folded) for text in (plain, plain.upper()))


def main(names: Sequence[str]) -> int:
    """Print the breaches of the packs whose file names contain one of `names`; 1 if any."""
    laws = Laws()
    chosen = [r for r in laws.rules if not names or any(n in r.place.file for n in names)]
    breaches = [breach for rule in chosen for breach in laws.breaches(rule)]
    for breach in breaches:
        print(breach)
    terms = sum(len(r.terms) + len(r.acronyms) + len(r.patterns) for r in chosen)
    print(f"{len(chosen)} rules, {terms} terms, {len(breaches)} breaches")
    return bool(breaches)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
