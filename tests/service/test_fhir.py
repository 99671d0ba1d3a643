"""Free texts in FHIR resources, and answers as OperationOutcome."""

import json

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


def appointment(comment, **more):
    return {"resourceType": "Appointment", "comment": comment, **more}


def parameters(*values):
    return {"resourceType": "Parameters", "parameter": [{"name": "a", **one} for one in values]}


def expressions(answer):
    return [issue["expression"] for issue in answer.json()["issue"] if "expression" in issue]


def test_no_resource_of_parameters_hides_another(service):
    body = parameters(
        {"resource": appointment("sida")},
        {"valueString": "mère voilée"},
        {"resource": appointment("rappeler demain")},
        {"part": [{"name": "b", "resource": appointment("sida")}]},
    )
    assert expressions(service().post("/v1/fhir/$check", json=body)) == [
        ["Parameters.parameter[1].valueString"],
        ["Parameters.parameter[0].resource.comment"],
        ["Parameters.parameter[3].part[0].resource.comment"],
    ]


def test_names_in_one_resource_of_parameters_say_nothing_of_another(service):
    gay = {"contained": [{"resourceType": "Patient", "name": [{"family": "GAY"}]}]}
    calls = [
        {"resource": appointment("gay à rappeler", **gay)},
        {"resource": appointment("gay, ne pas le dire")},
    ]
    assert expressions(service().post("/v1/fhir/$check", json=parameters(*calls))) == [
        ["Parameters.parameter[1].resource.comment"]
    ]


def test_a_resource_nested_too_deeply_is_refused_not_called_clear(service):
    resource: dict = {"resourceType": "Basic"}
    inner = resource
    for _ in range(200):
        inner["extension"] = {}
        inner = inner["extension"]
    inner["valueString"] = "sida"
    for body in (resource, parameters({"resource": resource})):
        answer = service().post("/v1/fhir/$check", json=body)
        assert answer.status_code == 422
        (issue,) = answer.json()["issue"]
        assert (issue["severity"], issue["code"]) == ("error", "structure")


@pytest.mark.parametrize("body", [{"comment": "sida"}, {"resourceType": 7, "comment": "sida"}])
def test_what_is_no_resource_is_refused_not_called_clear(service, body):
    answer = service().post("/v1/fhir/$check", json=body)
    assert answer.status_code == 422
    (issue,) = answer.json()["issue"]
    assert (issue["severity"], issue["code"]) == ("error", "invalid")


def test_a_name_that_may_be_text_is_no_step_of_a_path(service, audit_log):
    body = {"resourceType": "sida \ud83d", "mère voilée": {"comment": "sida"}}
    headers = {"content-type": "application/json"}
    answer = service().post("/v1/fhir/$check", content=json.dumps(body), headers=headers)
    assert expressions(answer) == [["*.*.comment"]]
    assert "voilée" not in answer.text + audit_log.path.read_text(encoding="utf-8")


def test_a_warning_is_a_warning(service):
    body = {"resourceType": "Appointment", "comment": "pénible"}
    (issue,) = service().post("/v1/fhir/$check", json=body).json()["issue"]
    assert issue["severity"] == "warning"
