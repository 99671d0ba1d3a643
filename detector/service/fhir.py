"""Free text in FHIR resources, and answers in FHIR's form."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detector.finding import Status
from detector.messages import say
from detector.service.models import FieldAnswer
from detector.service.refusal import Refusal

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


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a value stands: its path, its element and the one around it, and how deep."""

    path: str
    element: str = ""
    around: str = ""
    depth: int = 0

    @property
    def free(self) -> bool:
        """Whether a string that stands here is written freely."""
        return self.element in _FREE or (self.element == "text" and self.around in _CODED)

    def item(self, number: int) -> _Spot:
        """Return where an item of a list stands that stands here."""
        return _Spot(f"{self.path}[{number}]", self.element, self.around, self.depth + 1)

    def member(self, name: str) -> _Spot:
        """Return where a member of an object stands that stands here."""
        return _Spot(f"{self.path}.{_step(name)}", name, self.element, self.depth + 1)


def free_texts(
    resource: Mapping[str, Any], path: str = "", *, only: Container[str] | None = None
) -> Iterator[FreeText]:
    """Yield the free texts of a resource, which stands at `path`, and of those within it.

    Of those within, `only` names the types that are read; None: all. Raise Refusal if values
    are nested too deeply to be read to the end.

    >>> resource = {"resourceType": "Appointment", "comment": "rappeler", "note": [{"text": "RAS"}]}
    >>> [found.expression for found in free_texts(resource)]
    ['Appointment.comment', 'Appointment.note[0].text']
    """
    yield from _walk(resource, _Spot(path or _step(_kind(resource))), only)


def _walk(value: object, spot: _Spot, only: Container[str] | None) -> Iterator[FreeText]:
    if isinstance(value, str):
        if spot.free and value.strip():
            yield FreeText(spot.path, value)
        return
    for below, place in _members(value, spot):
        if only is None or not _is_resource(below) or _kind(below) in only:
            yield from _walk(below, place, only)


def _members(value: object, spot: _Spot) -> Iterator[tuple[Any, _Spot]]:
    """Yield what `value` holds, each with where it stands; raise Refusal below _DEEPEST."""
    if spot.depth > _DEEPEST and isinstance(value, (list, dict)):
        raise Refusal(422, "deep", {"most": _DEEPEST})
    if isinstance(value, list):
        yield from ((one, spot.item(number)) for number, one in enumerate(value))
    elif isinstance(value, dict):
        yield from ((one, spot.member(name)) for name, one in value.items())


def _is_resource(value: object) -> bool:
    return isinstance(value, dict) and "resourceType" in value


def _kind(resource: Mapping[str, Any]) -> str:
    kind = resource.get("resourceType")
    return kind if isinstance(kind, str) else "Resource"


def _step(name: str) -> str:
    """Return a name as a step of a path; what can be none, for it may be text, becomes `*`."""
    return name if name.isidentifier() else "*"


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


def resources_in(body: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], list[FreeText]]]:
    """Yield a resource with its free texts; of Parameters, each that they carry by itself.

    Each has names of its own; those of Parameters are the names of all. Raise Refusal if `body` is
    no resource.

    >>> carried = {"name": "a", "resource": {"resourceType": "Slot", "comment": "RAS"}}
    >>> body = {"resourceType": "Parameters", "parameter": [carried, {"valueString": "RAS"}]}
    >>> [text.expression for _, texts in resources_in(body) for text in texts]
    ['Parameters.parameter[1].valueString', 'Parameters.parameter[0].resource.comment']
    """
    if not isinstance(body.get("resourceType"), str):
        raise Refusal(422, "resource")
    if _kind(body) != "Parameters":
        yield body, list(free_texts(body))
        return
    yield body, list(free_texts(body, only=()))
    for resource, path in _carried(body, _Spot("Parameters")):
        yield resource, list(free_texts(resource, path))


def _carried(value: object, spot: _Spot) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the resources within `value`, each with its path."""
    for below, place in _members(value, spot):
        if _is_resource(below):
            yield below, place.path
        else:
            yield from _carried(below, place)


def operation_outcome(answers: Iterable[tuple[str, FieldAnswer]], lang: str) -> dict[str, Any]:
    """Return answers, each with its expression, as an OperationOutcome, without any text."""
    issues = [
        _issue(expression, answer, number, lang)
        for expression, answer in answers
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


def administrative(values: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the resources of the front desk that `values` hold, each with its path.

    One that stands in a list is named by its place there, others by their type.

    >>> call = {"userId": "1", "appointments": [{"resourceType": "Appointment"}]}
    >>> [path for _, path in administrative(call)]
    ['appointments[0]']
    """
    for name, value in values.items():
        several = isinstance(value, list)
        for number, one in enumerate(value if several else [value]):
            if _is_resource(one) and _kind(one) in ADMINISTRATIVE:
                yield one, f"{_step(name)}[{number}]" if several else _kind(one)
