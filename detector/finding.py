"""What is reported: findings in a comment, and the verdict over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from detector.taxonomy import Category, StrEnum, Subject, ids_of


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch `[start, end)` of a text, counted in code points.

    That of a Finding lies in the text as it was given. Cues, guards and readers count in its
    folded view, where accents written apart or mended words shift places; `Text.span` leads back.
    """

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether both share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly within this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the words around a cue say of it; none of them ever removes a finding."""

    subject: Subject = Subject.PATIENT
    negated: bool = False
    reported: bool = False
    historical: bool = False
    uncertain: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the attributes by name.

        >>> Attributes(negated=True).as_dict()["negated"]
        True
        """
        return {name: getattr(self, name) for name in ("subject", *QUALIFIERS)}


STRONG, WEAK = 1.0, 0.7
"""The scores of what strong rules find, and weak ones that are believed."""

DOUBTED = 0.4
"""The score of what rules find, of sensitive categories, where the two readers do not believe."""

SURE = 0.5
"""From which score on a finding can block; below, it warns."""

QUALIFIERS = ("negated", "reported", "historical", "uncertain")


@dataclass(frozen=True, slots=True)
class Finding:
    """A judged cue: what was found, where, by which rule, about whom, and why.

    `start` and `end` are counted in code points of the text as it was given, `end` exclusive.
    `score` says how sure the finding is. Where a rule found it, it is one of three constants and
    no probability: 1.0 for a strong rule, 0.7 for a weak one (or an acronym among capitals) that
    something else supports, 0.4 where a rule stands alone against both readers (doubted; of
    sensitive categories only). Where no rule did (`classifier.CATEGORY`), it is the calibrated
    probability that the comment is sensitive, or, of a category that only warns, that it is of
    this category. Below 0.5 a finding warns and never blocks.
    `words` holds the evidence itself and is left out of `repr` and, unless asked for, of `as_dict`.
    """

    category: Category
    start: int
    end: int
    rule: str
    score: float
    subject: Subject = Subject.PATIENT
    negated: bool = False
    reported: bool = False
    historical: bool = False
    uncertain: bool = False
    why: str = ""
    words: str = field(default="", repr=False)

    @property
    def span(self) -> Span:
        """The evidence as a span."""
        return Span(self.start, self.end)

    def as_dict(self, *, show_text: bool = False) -> dict[str, Any]:
        """Return JSON-ready values; the words themselves only with `show_text`.

        >>> Finding(Category.HEALTH, 9, 13, "health.hiv", 1.0, words="sida").as_dict()["start"]
        9
        """
        values = {name: getattr(self, name) for name in _SHOWN if show_text or name != "words"}
        return values | {"category": self.category.value, "subject": self.subject.value}


_SHOWN = tuple(one.name for one in fields(Finding))


def from_dict(values: dict[str, Any], words: str) -> Finding:
    """Return the finding that `as_dict` gave `values` for, with its words put back."""
    category, subject = Category(values["category"]), Subject(values["subject"])
    return Finding(**{**values, "category": category, "subject": subject, "words": words})


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by position, then category."""
    return sorted(findings, key=lambda f: (f.start, f.end, f.category.value))


class Status(StrEnum):
    """What a policy makes of one comment, the gravest last."""

    CLEAR = "clear"
    WARN = "warn"
    BLOCK = "block"


def gravest(statuses: Iterable[Status]) -> Status:
    """Return the gravest of `statuses`, clear where there are none.

    >>> gravest([Status.WARN, Status.CLEAR]).value
    'warn'
    """
    return max(statuses, key=list(Status).index, default=Status.CLEAR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one comment: a status, and the findings that led to it.

    `accepted` are findings that count no more, for a person has accepted them.
    """

    status: Status
    findings: tuple[Finding, ...] = ()
    accepted: tuple[Finding, ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether the comment must not stand as it is."""
        return self.status is Status.BLOCK

    @property
    def silent(self) -> bool:
        """Whether there is nothing to tell: clear, and not because a finding was accepted."""
        return self.status is Status.CLEAR and not self.accepted

    @property
    def categories(self) -> frozenset[Category]:
        """The categories of all findings, warnings included."""
        return frozenset(finding.category for finding in self.findings)

    def as_dict(self, *, show_text: bool = False) -> dict[str, Any]:
        """Return JSON-ready values; words of the text only with `show_text`.

        >>> CLEAR.as_dict()
        {'status': 'clear', 'categories': [], 'findings': []}
        """
        return {
            "status": self.status.value,
            "categories": ids_of(self.categories),
            "findings": [finding.as_dict(show_text=show_text) for finding in self.findings],
        }


CLEAR = Verdict(Status.CLEAR)
