"""A service in this process, quick to ask; and loopback for those that start a real one."""

import json
import socket

import pytest

from detector.settings import ServiceSettings, Settings
from tests.needs import module

SECRET = "chuchotement"
"""A word that stands for a comment's text: no answer but a verdict, no log, no file may hold it."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Refuse every address but those of this machine."""
    connect = socket.socket.connect

    def local_only(self, address):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1"):
            raise AssertionError("a test reached for the network")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture
def audit_log(tmp_path):
    path = tmp_path / "audit.jsonl"

    def lines():
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    lines.path = path
    return lines


@pytest.fixture
def service(detector, audit_log):
    """Makes a client of a service with the given settings."""
    client = module("fastapi.testclient").TestClient

    def make(*, token=None, detector=detector, lang="fr", **values):
        from detector.service.app import make_app

        settings = Settings(
            lang=lang, service=ServiceSettings(**({"audit": str(audit_log.path)} | values))
        )
        app = make_app(settings, detector, token=token)
        return client(app, base_url="http://127.0.0.1:8909", client=("127.0.0.1", 50000))

    return make
