"""The audit log keeps decisions, not words."""

import pytest

from detector.errors import InputError
from detector.service.audit import Audit
from tests.service.conftest import SECRET

FIELDS = {"commentaire": f"porteuse sida {SECRET}", "b": "RAS"}


def test_a_save_with_findings_is_kept_without_its_text(service, audit_log):
    service().post("/v1/check", json={"fields": FIELDS, "record": "12345"})
    (line,) = audit_log()
    assert line["time"].endswith("+00:00")
    assert {key: line[key] for key in ("event", "field", "categories", "outcome", "reason")} == {
        "event": "check",
        "field": "commentaire",
        "categories": ["health"],
        "outcome": "block",
        "reason": None,
    }
    assert len(line["fingerprint"]) == 32
    content = audit_log.path.read_text()
    assert SECRET not in content
    assert "sida" not in content
    assert "12345" not in content


def test_a_resource_with_findings_is_kept_as_a_form_is(service, audit_log):
    notes = [{"text": f"porteuse sida {SECRET}"}, {"text": "RAS"}]
    service().post("/v1/fhir/$check", json={"resourceType": "Appointment", "note": notes})
    (line,) = audit_log()
    assert (line["event"], line["outcome"]) == ("check", "block")
    assert line["field"] == "Appointment.note[0].text"
    assert SECRET not in audit_log.path.read_text()


def test_typing_leaves_no_trace(service, audit_log):
    service().post("/v1/check", json={"fields": FIELDS, "purpose": "typing"})
    assert audit_log() == []


def test_a_decision_is_kept_with_its_reason(service, audit_log):
    decision = {
        "field": "commentaire",
        "categories": ["health"],
        "outcome": "kept",
        "reason": "safety",
        "fingerprint": "0" * 32,
    }
    assert service().post("/v1/decisions", json=decision).status_code == 204
    (line,) = audit_log()
    assert (line["event"], line["outcome"], line["reason"]) == ("decision", "kept", "safety")


@pytest.mark.parametrize(
    "wrong", [{"reason": SECRET}, {"outcome": SECRET}, {"fingerprint": SECRET}, {"note": SECRET}]
)
def test_a_decision_has_no_room_for_free_text(service, audit_log, wrong):
    decision = {"field": "a", "categories": ["health"], "outcome": "kept"} | wrong
    answer = service().post("/v1/decisions", json=decision)
    assert answer.status_code == 422
    assert SECRET not in answer.text
    assert audit_log() == []


def test_a_batch_is_kept_line_by_line(service, audit_log):
    comments = [{"text": "sida", "field": "a"}, {"text": "RAS"}, {"text": "pénible", "field": "b"}]
    service().post("/v1/comments", json={"comments": comments})
    assert [(line["field"], line["outcome"]) for line in audit_log()] == [
        ("a", "block"),
        ("b", "warn"),
    ]


def test_the_log_is_for_its_owner_only_and_can_be_moved_away(service, audit_log, tmp_path):
    client = service()
    client.post("/v1/check", json={"fields": FIELDS})
    assert audit_log.path.stat().st_mode & 0o777 == 0o600
    audit_log.path.rename(tmp_path / "yesterday.jsonl")
    client.post("/v1/check", json={"fields": FIELDS})
    assert len(audit_log()) == 1


def test_a_log_that_cannot_be_written_stops_the_start(tmp_path):
    with pytest.raises(InputError, match="cannot be written|cannot write"):
        Audit(tmp_path / "missing" / "audit.jsonl")


def test_a_log_that_cannot_be_written_any_more_lets_no_finding_pass(service, audit_log):
    client = service()
    audit_log.path.unlink()
    audit_log.path.mkdir()
    assert client.post("/v1/check", json={"fields": {"a": "RAS"}}).status_code == 200
    answer = client.post("/v1/check", json={"fields": FIELDS})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "audit"


def test_without_a_path_nothing_is_written(service, audit_log):
    service(audit=None).post("/v1/check", json={"fields": FIELDS})
    assert not audit_log.path.exists()
