"""Who may ask: names of the machine, origins of pages, tokens, rates, sizes."""

import anyio
import pytest

from detector.service.rates import Rates

TOKEN = "a-token-of-good-length"
FORM = {"fields": {"a": "RAS"}}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8909", "127.0.0.1.evil.example", ""]
)
def test_a_foreign_name_for_this_machine_is_refused(service, host):
    answer = service().post("/v1/check", json=FORM, headers={"host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8909", "localhost", "[::1]:8909", "LOCALHOST:1"])
def test_this_machines_own_names_are_admitted(service, host):
    assert service().post("/v1/check", json=FORM, headers={"host": host}).status_code == 200


def test_a_name_in_the_settings_is_admitted(service):
    client = service(hosts=("art9.cabinet",))
    headers = {"host": "art9.cabinet"}
    assert client.post("/v1/check", json=FORM, headers=headers).status_code == 200


def test_a_page_of_another_origin_is_refused(service):
    answer = service().post("/v1/check", json=FORM, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_page_of_an_origin_in_the_settings_may_ask_and_read(service):
    client = service(origins=("https://soft.example",))
    origin = {"origin": "https://soft.example"}
    asked = client.options("/v1/check", headers=origin)
    assert asked.status_code == 204
    assert "authorization" in asked.headers["access-control-allow-headers"]
    answer = client.post("/v1/check", json=FORM, headers=origin)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://soft.example"


def test_a_refusal_can_be_read_by_an_admitted_page(service):
    client = service(origins=("https://soft.example",), rate=1)
    answers = [
        client.get("/v1/health", headers={"origin": "https://soft.example"}) for _ in range(3)
    ]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["access-control-allow-origin"] == "https://soft.example"


@pytest.mark.parametrize("given", [None, "Bearer wrong", TOKEN, f"bearer {TOKEN}", "Bearer é"])
def test_without_the_token_nothing_is_checked(service, given):
    headers = {} if given is None else {"authorization": given.encode()}
    answer = service(token=TOKEN).post("/v1/check", json=FORM, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_with_the_token_everything_is_served_under_any_name(service):
    headers = {"authorization": f"Bearer {TOKEN}", "host": "art9.cabinet"}
    assert service(token=TOKEN).post("/v1/check", json=FORM, headers=headers).status_code == 200


def test_behind_a_token_only_health_and_the_field_are_open(service):
    client = service(token=TOKEN)
    open_paths = [
        path
        for path in ("/", "/v1/health", "/v1/rules", "/openapi.json", "/cds-services")
        if client.get(path).status_code == 200
    ]
    assert open_paths == ["/v1/health"]
    assert client.get("/static/art9-field.js").status_code == 200


def test_too_many_requests_are_told_when_to_come_back(service):
    client = service(rate=2)
    answers = [client.get("/v1/health") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_a_client_that_waits_is_served_again():
    now = [0.0]
    rates = Rates(2, clock=lambda: now[0])
    assert [rates.wait("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    now[0] = 0.5
    assert [rates.wait("a") for _ in range(2)] == [0, 0.5]
    assert rates.wait("b") == 0


def test_a_body_that_grows_beyond_the_limit_is_refused_though_no_length_was_announced(service):
    def parts():
        yield from [b"x" * 60] * 3

    kind = {"content-type": "application/json"}
    answer = service(body=100).post("/v1/check", content=parts(), headers=kind)
    assert answer.status_code == 413


def test_a_body_that_never_ends_is_given_up(service, monkeypatch):
    monkeypatch.setattr("detector.service.entrance._READ_SECONDS", 0.05)
    entrance = service().app
    sent = []

    async def receive():
        await anyio.sleep(30)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/check",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
    }
    anyio.run(entrance, scope, receive, send)
    assert sent[0]["status"] == 408


def test_refusals_on_fhir_paths_are_operation_outcomes(service):
    answer = service(body=10).post("/v1/fhir/$check", json={"resourceType": "Patient"})
    assert answer.status_code == 413
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert answer.json()["issue"][0]["code"] == "too-long"


def test_answers_are_not_stored_and_not_guessed_at(service):
    headers = service().post("/v1/check", json=FORM).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_allows_nothing_from_elsewhere(service):
    answer = service().get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text


def test_the_page_is_written_in_both_languages(service):
    client = service()
    french, english = client.get("/"), client.get("/", params={"lang": "en"})
    assert 'lang="fr"' in french.text
    assert 'lang="en"' in english.text
    assert "{{" not in french.text + english.text
