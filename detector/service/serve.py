"""Start the service: where it listens, and on which conditions."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import socket
import sys
from dataclasses import dataclass, replace

from detector.detector import Detector
from detector.errors import UsageError
from detector.messages import say
from detector.settings import ServiceSettings, Settings

_SHORTEST_TOKEN = 16
_GOODBYE_SECONDS = 5
_WAITING = 512
_EXTRA = ("fastapi", "uvicorn", "starlette", "pydantic")


@dataclass(frozen=True)
class Listening:
    """Where to listen, as asked on the command line; None leaves it to the settings."""

    address: str | None = None
    port: int | None = None
    audit: str | None = None
    token: str | None = None


def serve(settings: Settings, asked: Listening) -> None:
    """Serve until interrupted; raise UsageError where that would not be safe or possible."""
    asked_for = {"address": asked.address, "port": asked.port, "audit": asked.audit}
    given = {name: value for name, value in asked_for.items() if value is not None}
    service = replace(settings.service, **given)  # type: ignore[arg-type]
    token = asked.token or None
    check_safety(service, token)
    try:
        from detector.service.app import make_app
        from detector.service.checker import warm_up
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] in _EXTRA:
            raise UsageError("service.extra") from None
        raise
    with _listen(service) as door:
        detector = Detector(settings.load_policy())
        warm_up(detector)
        app = make_app(replace(settings, service=service), detector, token=token)
        _tell(service, door, settings.lang)
        # What is loaded by now stays: it need not be looked through for garbage ever again.
        gc.collect()
        gc.freeze()
        _run(app, service, door)


def check_safety(service: ServiceSettings, token: str | None) -> None:
    """Raise UsageError unless only this machine, or only who holds the token, can ask."""
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise UsageError("service.short_token", least=_SHORTEST_TOKEN)
    if token is None and not is_loopback(service.address):
        raise UsageError("service.want_token", name=service.address)
    if (service.certificate is None) != (service.key is None):
        raise UsageError("service.want_both")


def is_loopback(address: str) -> bool:
    """Whether `address` is reached from this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _listen(service: ServiceSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in service.address else socket.AF_INET
    # With the protocol named, asyncio sends each answer at once; else the last packet of every
    # one waits 40 ms for an acknowledgement (socket.create_server does not name it).
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((service.address, service.port))
        door.listen(_WAITING)
    except (OSError, OverflowError) as error:
        door.close()
        problem = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(
            "service.cannot_listen", name=service.address, port=service.port, problem=problem
        ) from None
    return door


def _tell(service: ServiceSettings, door: socket.socket, lang: str) -> None:
    scheme = "https" if service.certificate else "http"
    host = f"[{service.address}]" if ":" in service.address else service.address
    url = f"{scheme}://{host}:{door.getsockname()[1]}"
    print(say("service.listening", lang, url=url), file=sys.stderr, flush=True)
    if not is_loopback(service.address) and not service.certificate:
        print(say("service.in_clear", lang), file=sys.stderr, flush=True)


class _NoTraces(logging.Filter):
    """Takes tracebacks out of log lines: the words of an exception may be those of a comment."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, without its traceback."""
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _run(app: object, service: ServiceSettings, door: socket.socket) -> None:
    import uvicorn

    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(_NoTraces())
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        # An access log names addresses and paths, and is nobody's need here.
        access_log=False,
        log_level="error",
        log_config=None,
        lifespan="off",
        server_header=False,
        ws="none",
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
        limit_concurrency=200,
        ssl_certfile=service.certificate,
        ssl_keyfile=service.key,
    )
    uvicorn.Server(config).run(sockets=[door])
