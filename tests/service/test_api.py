"""The service as programs meet it: the same findings, and never the text."""

import logging
import re

import pytest

from tests.service.conftest import SECRET


def check(client, text, **more):
    answer = client.post("/v1/check", json={"fields": {"commentaire": text}, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["fields"]["commentaire"]


def test_a_form_gets_a_verdict_for_each_field_and_the_gravest_for_all(service):
    fields = {"a": "porteuse sida !!! !!!!", "b": "RAS", "c": "pénible"}
    answer = service().post("/v1/check", json={"fields": fields, "record": "12"}).json()
    assert answer["status"] == "block"
    assert answer["record"] == "12"
    assert "retirer" in answer["message"]
    statuses = {name: field["status"] for name, field in answer["fields"].items()}
    assert statuses == {"a": "block", "b": "clear", "c": "warn"}


@pytest.mark.parametrize(
    "text",
    [
        "porteuse sida !!! !!!!",
        "😀😀 mère musulmane voilée",
        "serait homosexuelle d'après sa mère",
        "catholique non pratiquante car ses 2 frères sont suicidés",
        "rappeler lundi",
        "",
    ],
)
def test_the_findings_are_those_of_the_detector(service, detector, text):
    expected = [finding.as_dict() for finding in detector.check(text).findings]
    found = check(service(), text)["findings"]
    shared = [{key: one[key] for key in expected[0] if key != "why"} for one in found]
    assert shared == [{k: v for k, v in one.items() if k != "why"} for one in expected]


def test_a_finding_says_what_why_by_which_law_and_what_to_do(service):
    (finding,) = check(service(), "porteuse sida")["findings"]
    assert finding["name"] == "Santé"
    assert finding["why"]
    assert "RGPD" in finding["law"]
    assert "dossier médical" in finding["do"]
    assert "dossier médical" in finding["wording"]
    assert finding["actions"] == ["move", "rewrite", "delete", "keep"]
    assert finding["status"] == "block"


def test_a_text_that_blocks_can_hold_findings_that_only_warn(service):
    found = check(service(), "mère musulmane, pénible")["findings"]
    assert [one["status"] for one in found] == ["block", "warn"]


def test_what_may_protect_somebody_is_not_offered_for_deletion(service):
    found = check(service(), "frappée par son mari")["findings"]
    assert found
    for one in found:
        assert "delete" not in one["actions"]
        assert "move" in one["actions"]


def test_english_is_spoken_on_demand(service):
    (finding,) = check(service(), "porteuse sida", lang="en")["findings"]
    assert finding["name"] == "Health"
    assert "GDPR" in finding["law"]


def test_the_records_own_names_rule_out_homonyms(service):
    client = service()
    assert check(client, "gay martine à rappeler", names=["GAY", "Martine"])["status"] == "clear"


def test_a_fingerprint_names_a_text_without_its_case_and_a_clear_text_has_none(service):
    client = service()
    first, second = check(client, "porteuse SIDA"), check(client, "porteuse sida")
    assert first["fingerprint"] == second["fingerprint"]
    assert len(first["fingerprint"]) == 32
    assert check(client, "RAS")["fingerprint"] is None


def test_a_batch_is_answered_in_its_order(service):
    comments = [
        {"id": str(number), "text": text} for number, text in enumerate(["RAS", "sida", "RAS"])
    ]
    answer = service().post("/v1/comments", json={"comments": comments}).json()
    assert [one["id"] for one in answer["comments"]] == ["0", "1", "2"]
    assert [one["status"] for one in answer["comments"]] == ["clear", "block", "clear"]
    assert answer["counts"] == {"clear": 2, "warn": 0, "block": 1}


def test_rules_are_listed_by_category(service):
    rules = service().get("/v1/rules", params={"category": "religion"}).json()
    assert rules
    assert all("religion" in rule["categories"] for rule in rules)
    assert "religion.islam.muslim" in [rule["id"] for rule in rules]


def test_health_names_the_edition(service):
    answer = service().get("/v1/health").json()
    assert answer["status"] == "ok"
    assert answer["version"]


def test_a_fhir_client_gets_an_operation_outcome(service):
    answer = service().post(
        "/v1/check",
        json={"fields": {"note": "porteuse sida"}},
        headers={"accept": "application/fhir+json"},
    )
    assert answer.headers["content-type"] == "application/fhir+json"
    (issue,) = answer.json()["issue"]
    assert (issue["severity"], issue["expression"]) == ("error", ["note"])
    assert "sida" not in answer.text


WRONG = {
    "a number for a text": {"fields": {"a": 3, SECRET: 4}},
    "a text as an unknown key": {SECRET: 1, "fields": {}},
    "a text for a language": {"fields": {}, "lang": SECRET},
    "a text for a purpose": {"fields": {}, "purpose": SECRET},
    "a text for the form": {"fields": SECRET},
    "a list for the form": [SECRET],
    "a text that is too long": {"fields": {"a": SECRET * 1000}},
    "a name that is too long": {"fields": {"a": "RAS"}, "names": [SECRET * 20]},
    "a key that is too long": {"fields": {SECRET * 20: "RAS"}},
    "a lone surrogate": '{"fields": {"a": "' + SECRET + ' \\ud800"}}',
    "JSON cut short": '{"fields": {"a": "' + SECRET,
    "JSON nested too deeply": '{"fields": {"' + SECRET + '": ' + "[" * 90_000,
    "not JSON": SECRET,
    "not UTF-8": f'{{"fields": {{"{SECRET}": "'.encode() + b'\xff"}}',
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG.keys())
def test_no_error_repeats_the_text(service, body, caplog):
    caplog.set_level(logging.DEBUG)
    values = {"json": body} if isinstance(body, (dict, list)) else {"content": body}
    kind = {"content-type": "application/json"}
    answer = service().post("/v1/check", **values, headers=kind)
    assert answer.status_code in (400, 413, 422)
    assert answer.json()["error"]["message"]
    assert SECRET not in answer.text
    assert SECRET not in caplog.text.replace(repr(SECRET * 1000), "")


def test_an_error_names_the_place(service):
    answer = service().post("/v1/comments", json={"comments": [{"text": "RAS"}, {"text": 3}]})
    assert answer.json()["error"]["where"] == ["body.comments.1.text: string_type"]


def test_a_text_that_is_too_long_is_named_by_its_place(service):
    fields = {"a": "RAS", SECRET: "x" * 11}
    answer = service(characters=10).post("/v1/check", json={"fields": fields})
    assert answer.json()["error"]["where"] == ["body.fields.1: characters"]


def test_a_form_without_a_field_is_not_called_clear(service):
    answer = service().post("/v1/check", json={"fields": {}})
    assert answer.status_code == 422
    assert answer.json()["error"]["where"] == ["body.fields: too_short"]


def test_a_failure_inside_says_nothing_of_the_text(service, caplog):
    class Broken:
        def check(self, text, *, names=()):
            raise ValueError(text)

    answer = service(detector=Broken()).post("/v1/check", json={"fields": {"a": SECRET}})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "failed"
    assert SECRET not in answer.text + caplog.text
    assert re.search(r"ValueError at [a-z_.]*test_api:\d+", caplog.text)


@pytest.mark.parametrize(
    ("limit", "path", "body", "code"),
    [
        ({"characters": 10}, "/v1/check", {"fields": {"a": "x" * 11}}, "characters"),
        ({"fields": 2}, "/v1/check", {"fields": {"a": "", "b": "", "c": ""}}, "fields"),
        ({"comments": 1}, "/v1/comments", {"comments": [{"text": ""}] * 2}, "comments"),
        ({"body": 100}, "/v1/check", {"fields": {"a": "x" * 100}}, "body"),
    ],
)
def test_more_than_the_settings_allow_is_refused(service, limit, path, body, code):
    answer = service(**limit).post(path, json=body)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == code
    assert str(next(iter(limit.values()))) in answer.json()["error"]["message"]


def test_a_long_text_is_checked_like_a_short_one(service):
    text = "rappeler lundi, " * 100 + "porteuse sida"
    assert check(service(), text)["findings"][0]["start"] == len(text) - 4


def test_the_openapi_document_has_examples_that_work(service):
    client = service()
    document = client.get("/openapi.json").json()
    tried = 0
    for path, methods in document["paths"].items():
        schema = (
            methods.get("post", {})
            .get("requestBody", {})
            .get("content", {})
            .get("application/json", {})
            .get("schema", {})
        )
        name = schema.get("$ref", "").rpartition("/")[2]
        for example in document["components"]["schemas"].get(name, {}).get("examples", []):
            assert client.post(path, json=example).is_success, path
            tried += 1
    assert tried == 4


def test_unknown_paths_and_methods_are_refused_in_our_words(service):
    client = service()
    assert client.get("/v1/nothing").json()["error"]["code"] == "path"
    assert client.get("/v1/check").json()["error"]["code"] == "method"
