"""Free text in FHIR resources, and answers in FHIR's form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.finding import Status
from detector.messages import say
from detector.service.models import FieldAnswer

ADMINISTRATIVE = frozenset(
    [
        "Account",
        "Appointment",
        "AppointmentResponse",
        "Bundle",
        "Communication",
        "CommunicationRequest",
        "Coverage",
        "Encounter",
        "EpisodeOfCare",
        "Flag",
        "Group",
        "HealthcareService",
        "Patient",
        "Person",
        "RelatedPerson",
        "Schedule",
        "Slot",
        "Task",
    ]
)
"""Resources that the front desk writes; what lies in a Condition or Observation belongs there."""

# Plain strings that people write freely, by the name of their element.
_FREE = frozenset(
    [
        "comment",
        "description",
        "patientInstruction",
        "contentString",
        "valueString",
        "valueMarkdown",
        "availabilityExceptions",
        "statusReasonString",
    ]
)
# Elements of a coded type whose `text` people write freely, as in Appointment.reasonCode.
_CODED = frozenset(
    [
        "note",
        "reason",
        "reasonCode",
        "cancelationReason",
        "cancellationReason",
        "statusReason",
        "code",
        "specialCourtesy",
        "dietPreference",
        "valueAnnotation",
        "valueCodeableConcept",
    ]
)
_NAMED = frozenset(("name", "contact", "address"))
_NAME_PARTS = frozenset(("family", "given", "text", "city"))
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class FreeText:
    """A text and where it stands, as a FHIRPath expression."""

    expression: str
    text: str


def free_texts(resource: Mapping[str, Any]) -> Iterator[FreeText]:
    """Yield the free texts of a resource, or of those in a bundle.

    >>> resource = {"resourceType": "Appointment", "comment": "rappeler", "note": [{"text": "RAS"}]}
    >>> [found.expression for found in free_texts(resource)]
    ['Appointment.comment', 'Appointment.note[0].text']
    """
    yield from _walk(resource, str(resource.get("resourceType", "Resource")), "", 0)


def _walk(value: object, path: str, element: str, depth: int) -> Iterator[FreeText]:
    """Yield the texts below `value`, which stands at `path` in the element named `element`."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _walk(one, f"{path}[{number}]", element, depth + 1)
    elif isinstance(value, dict):
        for key, below in value.items():
            free = key in _FREE or (key == "text" and element in _CODED)
            if isinstance(below, str) and free and below.strip():
                yield FreeText(f"{path}.{key}", below)
            elif isinstance(below, (dict, list)):
                yield from _walk(below, f"{path}.{key}", key, depth + 1)


def names_of(resource: object) -> tuple[str, ...]:
    """Return the names and towns of persons in a resource; they only rule out homonyms.

    >>> names_of({"name": [{"family": "GAY", "given": ["Martine"]}], "address": [{"city": "Juif"}]})
    ('GAY', 'Martine', 'Juif')
    """
    return tuple(_names(resource, inside=False, depth=0))


def _names(value: object, *, inside: bool, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _names(one, inside=inside, depth=depth + 1)
    elif isinstance(value, dict):
        for key, below in value.items():
            if inside and key in _NAME_PARTS:
                yield from _strings(below)
            else:
                yield from _names(below, inside=inside or key in _NAMED, depth=depth + 1)


def _strings(value: object) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    yield from (one[:100] for one in values if isinstance(one, str))


def resources_in(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the resource itself, or those that a Parameters resource carries."""
    if body.get("resourceType") != "Parameters":
        return [dict(body)]
    parameters = body.get("parameter")
    if not isinstance(parameters, list):
        return []
    carried = [one.get("resource") for one in parameters if isinstance(one, dict)]
    return [one for one in carried if isinstance(one, dict)]


def operation_outcome(answers: Mapping[str, FieldAnswer], lang: str) -> dict[str, Any]:
    """Return the answers by expression as an OperationOutcome, without any text."""
    issues = [
        _issue(expression, answer, number, lang)
        for expression, answer in answers.items()
        for number in range(len(answer.findings))
    ]
    return {"resourceType": "OperationOutcome", "issue": issues or [_all_well(lang)]}


def _issue(expression: str, answer: FieldAnswer, number: int, lang: str) -> dict[str, Any]:
    finding = answer.findings[number]
    coding = {
        "system": "urn:art9:category",
        "code": finding.category.value,
        "display": finding.category.named(lang),
    }
    return {
        "severity": "error" if finding.status is Status.BLOCK else "warning",
        "code": "business-rule",
        "details": {"coding": [coding], "text": f"{finding.why} {finding.do}"},
        "diagnostics": f"{finding.rule} [{finding.start}:{finding.end}]",
        "expression": [expression],
    }


def _all_well(lang: str) -> dict[str, Any]:
    text = say("service.message.clear", lang)
    return {"severity": "information", "code": "informational", "details": {"text": text}}


def administrative(values: Sequence[object]) -> list[dict[str, Any]]:
    """Return those of `values` that are resources of the front desk."""
    return [
        value
        for value in values
        if isinstance(value, dict) and value.get("resourceType") in ADMINISTRATIVE
    ]
