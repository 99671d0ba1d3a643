"""CDS Hooks 2.0: discovery, cards, feedback.

Of the hooks of the library, `appointment-book` fits best: it is called when somebody at the
front desk books, and hands over the appointments with their comments before they are saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from detector.finding import Status
from detector.messages import say
from detector.service.fhir import (
    ADMINISTRATIVE,
    FreeText,
    administrative,
    free_texts,
    names_of,
)
from detector.service.models import FieldAnswer, FindingAnswer, Reason

SERVICE_ID = "art9-comment"
HOOK = "appointment-book"
_LONGEST_SUMMARY = 139
_REASONS = "urn:art9:override-reason"

Uuid = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
]


class HookRequest(BaseModel):
    """A call of the hook; of `context` and `prefetch`, only front-desk resources are read."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "hook": HOOK,
                    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
                    "context": {
                        "userId": "Practitioner/123",
                        "patientId": "1288992",
                        "appointments": {
                            "resourceType": "Bundle",
                            "type": "collection",
                            "entry": [
                                {
                                    "resource": {
                                        "resourceType": "Appointment",
                                        "status": "proposed",
                                        "comment": "porteuse sida !!! !!!!",
                                    }
                                }
                            ],
                        },
                    },
                }
            ]
        },
    )

    hook: Annotated[str, StringConstraints(max_length=100)]
    hookInstance: Annotated[str, StringConstraints(max_length=100)]  # noqa: N815  the standard's name
    context: dict[str, Any]
    prefetch: dict[str, Any] | None = None


class Coding(BaseModel):
    """A code of a system; what else a client sends with it is not read."""

    code: Annotated[str, StringConstraints(max_length=100)]
    system: Annotated[str, StringConstraints(max_length=200)] | None = None
    display: str | None = None


class Source(BaseModel):
    """Who says so."""

    label: str
    topic: Coding | None = None


class Suggestion(BaseModel):
    """A neutral wording that could stand instead."""

    label: str
    uuid: str


class Card(BaseModel):
    """What a person is shown."""

    uuid: str
    summary: Annotated[str, Field(max_length=_LONGEST_SUMMARY)]
    detail: str
    indicator: Literal["info", "warning", "critical"]
    source: Source
    suggestions: list[Suggestion] = []
    selectionBehavior: Literal["any"] | None = None  # noqa: N815
    overrideReasons: list[Coding]  # noqa: N815


class Cards(BaseModel):
    """The answer to a hook; nothing found is an empty list."""

    cards: list[Card]


class OverrideReason(BaseModel):
    """Why a card was not followed; `userComment` is free text and is not read."""

    reason: Coding | None = None


class Feedback(BaseModel):
    """What became of one card."""

    card: Uuid
    outcome: Literal["accepted", "overridden"]
    overrideReason: OverrideReason | None = None  # noqa: N815

    @property
    def reason(self) -> str | None:
        """The code of our own list, `other` for any that is not in it, None if none was given."""
        given = self.overrideReason.reason if self.overrideReason else None
        if given is None:
            return None
        known = [reason.value for reason in Reason]
        return given.code if given.code in known else Reason.OTHER.value


class FeedbackRequest(BaseModel):
    """Feedback on cards shown before."""

    feedback: Annotated[list[Feedback], Field(max_length=100)]


def discovery(lang: str) -> dict[str, Any]:
    """Return what a client is told of our service."""
    service = {
        "hook": HOOK,
        "id": SERVICE_ID,
        "title": say("service.cds.title", lang),
        "description": say("service.cds.description", lang),
        "prefetch": {"patient": "Patient/{{context.patientId}}"},
    }
    return {"services": [service]}


def texts_of(request: HookRequest) -> tuple[list[FreeText], tuple[str, ...]]:
    """Return the free texts of a call and the names of the person it is about.

    The patient that was fetched beforehand brings the names; its own texts lie stored already,
    and are not what somebody is writing.
    """
    offered = list(administrative(request.context))
    fetched = administrative(request.prefetch or {})
    texts = [
        text
        for resource, path in offered
        for text in free_texts(resource, path, only=ADMINISTRATIVE)
    ]
    patients = [one for one, _ in (*offered, *fetched) if one["resourceType"] == "Patient"]
    return texts, tuple(name for one in patients for name in names_of(one))[:20]


def card(uuid: str, expression: str, answer: FieldAnswer, lang: str) -> Card:
    """Return the card on one text: one for all its findings, so that nobody tires of them."""
    wordings = dict.fromkeys(one.wording for one in answer.findings if one.wording)
    suggestions = [
        Suggestion(label=say("service.cds.replace", lang, wording=wording), uuid=f"{uuid}-{number}")
        for number, wording in enumerate(wordings, start=1)
    ]
    return Card(
        uuid=uuid,
        summary=_summary(expression, answer, lang),
        detail="\n\n".join(_detail(finding, lang) for finding in answer.findings),
        indicator="warning" if answer.status is Status.BLOCK else "info",
        source=Source(label="art9"),
        suggestions=suggestions,
        selectionBehavior="any" if suggestions else None,
        overrideReasons=override_reasons(lang),
    )


def override_reasons(lang: str) -> list[Coding]:
    """Return the reasons for which a person may keep what was found."""
    return [
        Coding(code=reason.value, system=_REASONS, display=say(f"service.reason.{reason}", lang))
        for reason in Reason
    ]


def _summary(expression: str, answer: FieldAnswer, lang: str) -> str:
    names = ", ".join(category.named(lang) for category in answer.categories)
    key = f"service.cds.summary_{answer.status}"
    summary = say(key, lang, names=names, place=expression)
    if len(summary) > _LONGEST_SUMMARY:
        short = say(key, lang, names=len(answer.categories), place=expression.rpartition(".")[2])
        return short[:_LONGEST_SUMMARY]
    return summary


def _detail(finding: FindingAnswer, lang: str) -> str:
    values: Mapping[str, object] = {
        "name": finding.name,
        "start": finding.start + 1,
        "end": finding.end,
        "why": finding.why,
        "do": finding.do,
        "law": finding.law,
    }
    return say("service.cds.detail", lang, **values)
