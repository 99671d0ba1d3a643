"""What tests share: one detector, a key that is not the user's, and no network."""

import socket

import pytest

from detector import Detector

collect_ignore_glob = ["integrations/clinic/*"]  # Django's to import, once its settings are known


@pytest.fixture(scope="session")
def detector():
    return Detector()


@pytest.fixture(autouse=True)
def own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("ART9_KEY_FILE", str(tmp_path / "key"))


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a test reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
