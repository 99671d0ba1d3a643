"""What to tell a person about a finding: what, why, by which law, what to do, how to rewrite.

The texts stand in messages/advice.*.yaml under selectors, as in a policy: a category, or the
beginning of a rule id; the longest that fits a finding speaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detector.finding import QUALIFIERS, Finding
from detector.messages import DEFAULT_LANGUAGE, catalogue, say
from detector.taxonomy import Category, Subject

_UNNAMED = "classifier."
_PROTECTS = ("violence.", "social_hardship.child_protection.")
_STILL_SAID = ("negated", "historical", "uncertain")


@dataclass(frozen=True, slots=True)
class Advice:
    """Words for a person who is to decide about a finding; `wording` is a neutral rewriting."""

    what: str
    why: str
    law: str
    do: str
    wording: str | None


def advice_for(
    finding: Finding, lang: str = DEFAULT_LANGUAGE, *, show_text: bool = False
) -> Advice:
    """Return the advice on one finding; it quotes the comment only with `show_text`.

    >>> advice_for(Finding(Category.RELIGION, 5, 14, "religion.islam.muslim", 1.0)).what
    'Religion et convictions'
    >>> advice_for(Finding(Category.HEALTH, 0, 4, "health.chronic.heart", 1.0)).wording
    "consignes d'accueil particulières : voir dossier médical"
    """
    return Advice(
        what=named(finding, lang),
        why=_why(finding, lang, show_text=show_text),
        law=finding.category.law(lang),
        do=_what_to_do(finding, lang),
        wording=None if _is_hearsay(finding) else wording(finding.category, finding.rule, lang),
    )


def advised(finding: Finding, lang: str = "fr", *, show_text: bool = False) -> dict[str, Any]:
    """Return a finding JSON-ready with the advice on it; `why` is in the language of the reader.

    >>> advised(Finding(Category.HEALTH, 9, 13, "health.infectious.hiv", 1.0))["name"]
    'Santé'
    """
    advice = advice_for(finding, lang, show_text=show_text)
    told = {
        "tier": finding.category.tier.value,
        "name": advice.what,
        "why": advice.why,
        "law": advice.law,
        "do": advice.do,
        "wording": advice.wording,
    }
    return finding.as_dict(show_text=show_text) | told


def named(finding: Finding, lang: str) -> str:
    """Return the category of a finding with what is said of it, as « Santé (un proche, nié) »."""
    more = about(finding, lang)
    name = finding.category.named(lang)
    return f"{name} ({more})" if more else name


def about(finding: Finding, lang: str) -> str:
    """Return the subject and qualifiers of a finding in words, as « un proche, nié »."""
    subject = (
        [] if finding.subject is Subject.PATIENT else [say(f"subject.{finding.subject}", lang)]
    )
    said = [say(f"qualifier.{name}", lang) for name in QUALIFIERS if getattr(finding, name)]
    return ", ".join(subject + said)


def what_to_do(category: Category, rule: str, lang: str = DEFAULT_LANGUAGE) -> str:
    """Return what is advised where `rule` finds `category`, whoever it is about.

    >>> what_to_do(Category.VIOLENCE, "violence").startswith("N'effacez pas")
    True
    """
    return _chosen("advice.do", category, rule, lang) or ""


def wording(category: Category, rule: str, lang: str = DEFAULT_LANGUAGE) -> str | None:
    """Return a neutral wording to put in place of what `rule` found, or None where none exists."""
    return _chosen("advice.wording", category, rule, lang)


def _chosen(part: str, category: Category, rule: str, lang: str) -> str | None:
    """Return the text of the longest selector that fits.

    A rule speaks for its own theme only, but one of violence for whatever it finds: a bruise is
    health data too, and must not be deleted for that.
    """
    texts = catalogue(lang)
    own = rule.startswith((f"{category.value}.", *_PROTECTS))
    words = rule.split(".") if own else [category.value]
    selectors = (".".join(words[:count]) for count in range(len(words), 0, -1))
    return next((texts[key] for s in selectors if (key := f"{part}.{s}") in texts), None)


def _why(finding: Finding, lang: str, *, show_text: bool) -> str:
    """Return the reason; packs speak French alone, so in English the category's reason stands."""
    still = [say(f"advice.still.{n}", lang) for n in _STILL_SAID if getattr(finding, n)]
    if finding.rule.startswith(_UNNAMED):
        reason = _weighed(finding, lang, show_text=show_text)
    elif lang == DEFAULT_LANGUAGE and finding.why:
        reason = finding.why
    else:
        reason = say(f"advice.reason.{finding.category.value}", lang)
    return " ".join([reason, *still])


def _weighed(finding: Finding, lang: str, *, show_text: bool) -> str:
    if show_text and finding.words:
        return say("advice.weighed", lang, words=finding.words)
    return say("advice.weighed_at", lang, start=finding.start + 1, end=finding.end)


def _what_to_do(finding: Finding, lang: str) -> str:
    if _is_hearsay(finding):
        return say("advice.hearsay", lang)
    also = []
    if finding.reported:
        also.append(say("advice.also.reported", lang))
    if finding.subject is not Subject.PATIENT:
        also.append(say("advice.also.relative", lang))
    return " ".join([what_to_do(finding.category, finding.rule, lang), *also])


def _is_hearsay(finding: Finding) -> bool:
    """Whether somebody else is spoken of by hearsay; violence may protect, and is never that."""
    about_another = finding.subject is not Subject.PATIENT
    return finding.reported and about_another and not protects(finding)


def protects(finding: Finding) -> bool:
    """Whether deleting a finding could leave somebody without protection."""
    return finding.category is Category.VIOLENCE or finding.rule.startswith(_PROTECTS)
