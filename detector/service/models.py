"""What goes over the wire, typed; the OpenAPI document is written from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from detector.finding import Status
from detector.taxonomy import Category, StrEnum, Subject, Tier

Language = Literal["fr", "en"]
Name = Annotated[str, StringConstraints(max_length=100)]
Names = Annotated[list[Name], Field(max_length=20)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Purpose(StrEnum):
    """Why a form is checked: while somebody types, or to save it; only the latter is audited."""

    TYPING = "typing"
    SAVE = "save"


class Outcome(StrEnum):
    """What a person made of a finding."""

    KEPT = "kept"
    REWRITTEN = "rewritten"
    DELETED = "deleted"
    MOVED = "moved"


class Reason(StrEnum):
    """Why a person keeps what was found."""

    SAFETY = "safety"
    ACCESS = "access"
    REQUEST = "request"
    MISTAKE = "mistake"
    OTHER = "other"


class Act(StrEnum):
    """What a person can do about a finding, in the order in which it is offered."""

    MOVE = "move"
    REWRITE = "rewrite"
    DELETE = "delete"
    KEEP = "keep"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=1_000_000)


class CheckRequest(_Asked):
    """A form about to be saved, or being written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "fields": {"commentaire": "porteuse sida !!! !!!!"},
                    "names": ["DURAND", "Martine", "Limoges"],
                }
            ]
        },
    )

    fields: dict[Name, str] = Field(min_length=1, description="Texts by name of the field.")
    record: Name | None = Field(None, description="Your name for the record; given back, not kept.")
    names: Names = Field([], description="The record's own names and town: they rule out homonyms.")
    lang: Language | None = Field(None, description="Language of the answer.")
    purpose: Purpose = Purpose.SAVE


class CommentIn(_Asked):
    """One comment of a batch."""

    text: str
    id: Name | None = Field(None, description="Your name for it; given back, not kept.")
    field: Name = ""
    names: Names = []


class CommentsRequest(_Asked):
    """Many comments at once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "comments": [
                        {"id": "12", "text": "mère musulmane voilée"},
                        {"id": "13", "text": "préfère le matin"},
                    ]
                }
            ]
        },
    )

    comments: list[CommentIn]
    lang: Language | None = None
    purpose: Purpose = Purpose.SAVE


class FindingAnswer(BaseModel):
    """What was found at `[start, end)`, counted in Unicode code points, and what to do."""

    status: Status
    category: Category
    tier: Tier
    name: str
    start: int
    end: int
    rule: str
    score: float
    subject: Subject
    negated: bool
    reported: bool
    historical: bool
    uncertain: bool
    why: str
    law: str
    do: str
    wording: str | None
    actions: list[Act]


class FieldAnswer(BaseModel):
    """The verdict on one text; `fingerprint` (keyed) names it in the audit log."""

    status: Status
    categories: list[Category]
    fingerprint: str | None
    findings: list[FindingAnswer]


class CheckAnswer(BaseModel):
    """The verdict on a form: the gravest of its fields."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "block",
                    "message": "Des données sont à retirer avant d'enregistrer.",
                    "record": None,
                    "fields": {
                        "commentaire": {
                            "status": "block",
                            "categories": ["health"],
                            "fingerprint": "5d0c1f6a0e0f4b6f9a4e2d7c8b1a3f90",
                            "findings": [
                                {
                                    "status": "block",
                                    "category": "health",
                                    "tier": "art9",
                                    "name": "Santé",
                                    "start": 9,
                                    "end": 13,
                                    "rule": "health.infectious.hiv",
                                    "score": 1.0,
                                    "subject": "patient",
                                    "negated": False,
                                    "reported": False,
                                    "historical": False,
                                    "uncertain": False,
                                    "why": "Dit une infection par le VIH.",
                                    "law": "RGPD art. 9(1), données concernant la santé",
                                    "do": "Vérifiez que l'information figure au dossier médical.",
                                    "wording": "précautions d'accueil : voir dossier médical",
                                    "actions": ["move", "rewrite", "delete", "keep"],
                                }
                            ],
                        }
                    },
                }
            ]
        }
    )

    status: Status
    message: str
    record: str | None
    fields: dict[str, FieldAnswer]


class CommentAnswer(FieldAnswer):
    """The verdict on one comment of a batch."""

    id: str | None


class CommentsAnswer(BaseModel):
    """The verdicts on a batch, in its order."""

    counts: dict[Status, int]
    comments: list[CommentAnswer]


class Decision(_Asked):
    """What a person decided about the findings of one field; it goes into the audit log."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "field": "commentaire",
                    "categories": ["health"],
                    "outcome": "kept",
                    "reason": "safety",
                    "fingerprint": "5d0c1f6a0e0f4b6f9a4e2d7c8b1a3f90",
                }
            ]
        },
    )

    field: Name
    categories: Annotated[list[Category], Field(max_length=20)]
    outcome: Outcome
    reason: Reason | None = None
    fingerprint: Fingerprint | None = None


class RuleAnswer(BaseModel):
    """One rule, as `art9 rules` lists it."""

    id: str
    title: str
    categories: list[Category]
    strength: str
    why: str


class Health(BaseModel):
    """That the service is there, and which version."""

    status: Literal["ok"] = "ok"
    version: str


class ErrorDetail(BaseModel):
    """Why a request was not served; `where` names the place in it, never its text."""

    code: str
    message: str
    where: list[str] = []


class ErrorAnswer(BaseModel):
    """What every refused request gets."""

    error: ErrorDetail


class OperationOutcome(BaseModel):
    """FHIR's form of the answer."""

    model_config = ConfigDict(extra="allow")

    resourceType: Literal["OperationOutcome"]  # noqa: N815  FHIR's own name
    issue: list[dict[str, Any]]
