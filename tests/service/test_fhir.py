"""Free texts in FHIR resources, and answers as OperationOutcome."""

import pytest

from detector.service.fhir import free_texts, names_of

URL = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-comment"
RESOURCES = {
    "Appointment.comment": {"resourceType": "Appointment", "comment": "sida"},
    "Appointment.patientInstruction": {"resourceType": "Appointment", "patientInstruction": "sida"},
    "Appointment.cancelationReason.text": {
        "resourceType": "Appointment",
        "cancelationReason": {"text": "sida"},
    },
    "Appointment.reasonCode[0].text": {
        "resourceType": "Appointment",
        "reasonCode": [{"text": "sida"}],
    },
    "Communication.payload[1].contentString": {
        "resourceType": "Communication",
        "payload": [{"contentString": ""}, {"contentString": "sida"}],
    },
    "Task.description": {"resourceType": "Task", "description": "sida"},
    "Flag.code.text": {"resourceType": "Flag", "code": {"text": "sida"}},
    "Slot.comment": {"resourceType": "Slot", "comment": "sida"},
    "ServiceRequest.note[0].text": {"resourceType": "ServiceRequest", "note": [{"text": "sida"}]},
    "Patient.contact[0].extension[0].valueString": {
        "resourceType": "Patient",
        "contact": [{"extension": [{"url": URL, "valueString": "sida"}]}],
    },
    "Bundle.entry[0].resource.comment": {
        "resourceType": "Bundle",
        "entry": [{"resource": {"resourceType": "Appointment", "comment": "sida"}}],
    },
}


@pytest.mark.parametrize(("expression", "resource"), RESOURCES.items(), ids=RESOURCES.keys())
def test_a_free_text_is_found_and_named_by_its_path(service, expression, resource):
    assert [found.expression for found in free_texts(resource)] == [expression]
    answer = service().post("/v1/fhir/$check", json=resource)
    assert answer.headers["content-type"] == "application/fhir+json"
    (issue,) = answer.json()["issue"]
    assert issue["severity"] == "error"
    assert issue["code"] == "business-rule"
    assert issue["expression"] == [expression]
    assert issue["details"]["coding"][0]["code"] == "health"
    assert "sida" not in answer.text


def test_names_addresses_and_references_are_not_free_text():
    patient = {
        "resourceType": "Patient",
        "name": [{"text": "Martine GAY", "family": "GAY"}],
        "address": [{"text": "1 rue du Temple", "city": "Juif"}],
        "generalPractitioner": [{"display": "Dr Sida"}],
        "text": {"status": "generated", "div": "<div>sida</div>"},
    }
    assert list(free_texts(patient)) == []
    assert set(names_of(patient)) == {"Martine GAY", "GAY", "1 rue du Temple", "Juif"}


def test_a_patients_own_name_is_no_finding(service):
    patient = {
        "resourceType": "Patient",
        "name": [{"family": "GAY", "given": ["Martine"]}],
        "extension": [{"url": URL, "valueString": "gay martine à rappeler"}],
    }
    (issue,) = service().post("/v1/fhir/$check", json=patient).json()["issue"]
    assert (issue["severity"], issue["code"]) == ("information", "informational")


def test_parameters_carry_resources(service):
    resource = {"resourceType": "Appointment", "comment": "sida"}
    body = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": resource}]}
    (issue,) = service().post("/v1/fhir/$check", json=body).json()["issue"]
    assert issue["expression"] == ["Appointment.comment"]


def test_a_resource_nested_without_end_is_read_to_a_depth():
    resource: dict = {"resourceType": "Basic"}
    inner = resource
    for _ in range(200):
        inner["extension"] = {}
        inner = inner["extension"]
    inner["valueString"] = "sida"
    assert list(free_texts(resource)) == []


def test_a_warning_is_a_warning(service):
    body = {"resourceType": "Appointment", "comment": "pénible"}
    (issue,) = service().post("/v1/fhir/$check", json=body).json()["issue"]
    assert issue["severity"] == "warning"
