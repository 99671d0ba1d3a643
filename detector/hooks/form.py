"""What stands in a form's fields, judged and told to a person or a program.

This half is imported only when a field may hold something; detector.hook proves the rest clear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detector.advice import advice_for, advised
from detector.detector import Detector
from detector.finding import Finding, Status, Verdict, gravest
from detector.messages import say
from detector.paths import Discreet, numbered
from detector.policy import Policy
from detector.sources.json_records import is_name


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """A field, by the name that may be shown, with the verdict on its text."""

    name: str
    verdict: Verdict


def judge_fields(
    chosen: Mapping[str, str], form: Mapping[str, str], policy: Policy, *, show_text: bool
) -> list[FieldVerdict]:
    """Return the verdict on each chosen field; the form's own names and town rule out homonyms."""
    detector = Detector(policy)
    names = tuple(text for name, text in form.items() if text.strip() and is_name(name))
    discreet = Discreet(lambda phrase: bool(detector.check(phrase).findings))
    judged: dict[str, FieldVerdict] = {}
    for path, text in chosen.items():
        name = numbered(path if show_text else discreet.path(path), judged)
        judged[name] = FieldVerdict(name, detector.check(text, names=names))
    return list(judged.values())


def field_values(one: FieldVerdict, lang: str, *, show_text: bool) -> dict[str, Any]:
    """Return the verdict on a field JSON-ready, each finding with its advice."""
    findings = [advised(finding, lang, show_text=show_text) for finding in one.verdict.findings]
    return one.verdict.as_dict() | {"findings": findings}


def form_lines(judged: list[FieldVerdict], lang: str, *, show_text: bool) -> Iterator[str]:
    """Yield what a person at the form is told; nothing where all is clear."""
    status = gravest(one.verdict.status for one in judged)
    if status is Status.CLEAR:
        return
    yield say(f"form.{status.value}", lang)
    for one in judged:
        if one.verdict.findings:
            yield say("form.field", lang, name=one.name)
        for finding in one.verdict.findings:
            yield from _finding_lines(finding, lang, show_text=show_text)


def _finding_lines(finding: Finding, lang: str, *, show_text: bool) -> Iterator[str]:
    advice = advice_for(finding, lang, show_text=show_text)
    if show_text and finding.words:
        found = say("form.found_words", lang, what=advice.what, words=finding.words)
    else:
        place = {"start": finding.start + 1, "end": finding.end}
        found = say("form.found", lang, what=advice.what, **place)
    yield f"  • {found}"
    yield f"    {say('form.why', lang, why=advice.why)}"
    yield f"    {say('form.law', lang, law=advice.law)}"
    yield f"    {say('form.do', lang, do=advice.do)}"
    if advice.wording:
        yield f"    {say('form.wording', lang, wording=advice.wording)}"


def in_one_sentence(verdict: Verdict, lang: str) -> str:
    """Return what is wrong with a text and what to do first, without any word of it."""
    key = "form.refused" if verdict.flagged else "form.doubted"
    advices = [advice_for(finding, lang) for finding in verdict.findings]
    what = ", ".join(dict.fromkeys(advice.what for advice in advices))
    return say(key, lang, what=what, do=" ".join(dict.fromkeys(advice.do for advice in advices)))
