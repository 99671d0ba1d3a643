"""Starting the service: where, on which conditions, and what it says meanwhile."""

import json
import socket
import urllib.request

import pytest

from detector.errors import UsageError
from detector.service.serve import Listening, check_safety, is_loopback, serve
from detector.settings import ServiceSettings, Settings, find_settings
from tests.needs import module
from tests.service.browser import running
from tests.service.conftest import SECRET

TOKEN = "a-token-of-good-length"


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.20", "::", "cabinet.local"])
def test_an_address_open_to_others_wants_a_token(address):
    with pytest.raises(UsageError, match="give a token"):
        check_safety(ServiceSettings(address=address), None)
    check_safety(ServiceSettings(address=address), TOKEN)


def test_a_short_token_is_refused():
    with pytest.raises(UsageError, match="at least 16"):
        check_safety(ServiceSettings(address="0.0.0.0"), "secret")


def test_a_certificate_wants_its_key():
    with pytest.raises(UsageError, match="go together"):
        check_safety(ServiceSettings(certificate="a.pem"), None)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_token(address):
    assert is_loopback(address)


def test_a_port_that_is_taken_is_named():
    module("fastapi")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}"):
            serve(Settings(), Listening(port=port))


def test_settings_are_read_from_the_table_service(tmp_path):
    (tmp_path / "art9.toml").write_text(
        '[service]\nport = 9000\norigins = ["https://soft.example"]\nrate = 20\naudit = "a.jsonl"\n'
    )
    found = find_settings(tmp_path).service
    assert (found.port, found.origins, found.rate) == (9000, ("https://soft.example",), 20)
    assert found.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("prot = 1", 'did you mean "port"'),
        ('port = "x"', '"port" wants a positive whole number'),
        ("rate = true", '"rate" wants a positive whole number'),
        ('origins = "x"', '"origins" wants a list'),
        ("audit = 3", '"audit" wants a text'),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, line, message):
    (tmp_path / "art9.toml").write_text(f"[service]\n{line}\n")
    with pytest.raises(UsageError, match=message):
        find_settings(tmp_path)


def ask(url, body, token=None):
    headers = {"content-type": "application/json"}
    headers |= {"authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(
        f"{url}/v1/check?q={SECRET}", json.dumps(body).encode(), headers
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_running_service_answers_and_never_writes_what_it_was_sent(tmp_path):
    module("fastapi")
    module("uvicorn")
    with running(env={"ART9_KEY_FILE": str(tmp_path / "key")}, folder=tmp_path) as service:
        assert ask(service.url, {"fields": {"a": f"sida {SECRET}"}})["status"] == "block"
        with pytest.raises(urllib.error.HTTPError, match="422"):
            ask(service.url, {"fields": {"a": [SECRET]}, SECRET: SECRET})
    assert SECRET not in service.said
    assert "Traceback" not in service.said
    assert service.process.returncode in (0, -15)
    assert {path.name for path in tmp_path.iterdir()} == {"key"}


def test_a_service_for_others_wants_the_token_and_warns_of_plain_http(tmp_path):
    module("fastapi")
    module("uvicorn")
    env = {"ART9_KEY_FILE": str(tmp_path / "key"), "ART9_TOKEN": TOKEN}
    with running("--address", "0.0.0.0", env=env, folder=tmp_path) as service:
        url = service.url.replace("0.0.0.0", "127.0.0.1")
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(url, {"fields": {}})
        assert ask(url, {"fields": {"a": "RAS"}}, TOKEN)["status"] == "clear"
    assert "certificat" in service.said
    assert TOKEN not in service.said
