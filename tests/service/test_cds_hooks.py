"""CDS Hooks 2.0: what a client discovers, is shown, and answers."""

import uuid

import pytest

from tests.service.conftest import SECRET

BASE = "/cds-services/art9-comment"


def call(comment, patient=None, **appointment):
    resource = {"resourceType": "Appointment", "status": "proposed", "comment": comment}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource | appointment}]}
    body = {
        "hook": "appointment-book",
        "hookInstance": str(uuid.uuid4()),
        "fhirServer": "http://hapi.example/fhir",
        "context": {"userId": "Practitioner/1", "patientId": "2", "appointments": bundle},
    }
    return body | ({"prefetch": {"patient": patient}} if patient else {})


def cards(client, *words, **more):
    answer = client.post(BASE, json=call(*words, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()["cards"]


def test_discovery_names_the_hook_and_what_to_fetch(service):
    (found,) = service().get("/cds-services").json()["services"]
    assert (found["id"], found["hook"]) == ("art9-comment", "appointment-book")
    assert found["description"]
    assert found["prefetch"] == {"patient": "Patient/{{context.patientId}}"}


def test_a_comment_with_findings_gets_one_card(service):
    (card,) = cards(service(), f"mère musulmane voilée, porteuse sida {SECRET}")
    assert uuid.UUID(card["uuid"])
    assert 0 < len(card["summary"]) < 140
    assert card["indicator"] == "warning"
    assert card["source"]["label"] == "art9"
    assert card["detail"].count("RGPD") == 3
    assert [reason["code"] for reason in card["overrideReasons"]] == [
        "safety",
        "access",
        "request",
        "mistake",
        "other",
    ]
    assert all(reason["system"] and reason["display"] for reason in card["overrideReasons"])


def test_a_card_repeats_no_word_of_the_comment(service):
    answer = service().post(BASE, json=call(f"porteuse sida {SECRET}")).text
    assert SECRET not in answer
    assert "sida" not in answer


def test_a_warning_is_information(service):
    (card,) = cards(service(), "pénible")
    assert card["indicator"] == "info"


def test_a_harmless_comment_gets_no_card(service):
    assert cards(service(), "préfère le matin") == []


def test_every_summary_is_short_enough_whatever_was_found(service):
    everything = (
        "musulmane, homosexuelle, sida, syndiquée CGT, sort de prison, militante PCF, "
        "frappée par son mari, chômage, pénible, d'origine marocaine"
    )
    (card,) = cards(service(), everything)
    assert len(card["summary"]) < 140


def test_the_patients_name_rules_out_homonyms(service):
    patient = {"resourceType": "Patient", "name": [{"family": "GAY", "given": ["Martine"]}]}
    assert cards(service(), "gay martine à rappeler", patient=patient) == []


def test_what_is_stored_already_and_what_is_clinical_is_not_read(service):
    body = call("RAS", patient={"resourceType": "Patient", "note": [{"text": "sida"}]})
    body["context"]["condition"] = {"resourceType": "Condition", "note": [{"text": "sida"}]}
    assert service().post(BASE, json=body).json()["cards"] == []


def test_what_is_clinical_is_not_read_inside_a_bundle_either(service):
    clinical = {"resourceType": "Condition", "note": [{"text": "sida"}]}
    body = call("mère voilée", contained=[clinical])
    body["context"]["appointments"]["entry"].append({"resource": clinical})
    (card,) = service().post(BASE, json=body).json()["cards"]
    assert "Bundle.entry[0].resource.comment" in card["summary"]


def test_appointments_in_a_list_are_read_and_told_apart(service):
    body = call("RAS")
    resources = [entry["resource"] for entry in call("sida")["context"]["appointments"]["entry"]]
    body["context"]["appointments"] = resources * 2
    first, second = service().post(BASE, json=body).json()["cards"]
    assert "appointments[0].comment" in first["summary"]
    assert "appointments[1].comment" in second["summary"]


def test_a_call_nested_too_deeply_is_refused(service):
    note = {"text": "sida"}
    for _ in range(100):
        note = {"extension": [note]}
    assert service().post(BASE, json=call("RAS", note=[note])).status_code == 422


def test_every_free_text_of_an_appointment_is_read(service):
    found = cards(service(), "RAS", note=[{"text": "sida"}], patientInstruction="voir diabète")
    assert len(found) == 2


def test_feedback_goes_into_the_audit_log_without_the_users_words(service, audit_log):
    client = service()
    (card,) = cards(client, "porteuse sida")
    reason = {"reason": {"code": "safety", "system": "x"}, "userComment": SECRET}
    item = {"card": card["uuid"], "outcome": "overridden", "overrideReason": reason}
    assert client.post(f"{BASE}/feedback", json={"feedback": [item]}).status_code == 200
    shown, answered = audit_log()
    assert (shown["event"], shown["outcome"], shown["card"]) == ("card", "block", card["uuid"])
    assert (answered["event"], answered["outcome"]) == ("feedback", "overridden")
    assert (answered["reason"], answered["card"]) == ("safety", card["uuid"])
    assert SECRET not in audit_log.path.read_text()


def test_a_reason_of_the_clients_own_is_kept_as_another(service, audit_log):
    item = {"card": str(uuid.uuid4()), "outcome": "overridden"}
    item["overrideReason"] = {"reason": {"code": SECRET, "system": "x"}}
    service().post(f"{BASE}/feedback", json={"feedback": [item]})
    assert audit_log()[0]["reason"] == "other"


@pytest.mark.parametrize(
    "body", [{"feedback": [{"card": SECRET, "outcome": "overridden"}]}, {"feedback": SECRET}]
)
def test_feedback_that_is_none_is_refused_without_repeating_it(service, body):
    answer = service().post(f"{BASE}/feedback", json=body)
    assert answer.status_code == 422
    assert SECRET not in answer.text
