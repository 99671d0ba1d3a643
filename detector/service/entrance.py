"""Who may ask, how often and how much: what stands before every request."""

from __future__ import annotations

import asyncio
import hmac
import logging
import math
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from detector.messages import DEFAULT_LANGUAGE
from detector.service.rates import Rates
from detector.service.refusal import FHIR_JSON, Refusal
from detector.settings import ServiceSettings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_READ_SECONDS = 10.0
_PREFLIGHT_SECONDS = "600"
_OPEN_PATHS = ("/v1/health", "/static/art9-field.js")
_ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_log = logging.getLogger("art9.service")


@dataclass(frozen=True)
class Call:
    """What the entrance looks at in a request."""

    method: str
    path: str
    client: str
    headers: dict[str, str]

    @property
    def fhir(self) -> bool:
        """Whether the answer is wanted in FHIR's form."""
        return FHIR_JSON in self.headers.get("accept", "") or self.path.startswith("/v1/fhir/")


class Entrance:
    """Stands before an ASGI application and lets through what the settings allow.

    Nothing a client sends is logged; of a failure only its type and place in our code.
    """

    def __init__(
        self,
        app: App,
        settings: ServiceSettings,
        *,
        token: str | None = None,
        lang: str = DEFAULT_LANGUAGE,
    ) -> None:
        self.app = app
        self._settings, self._token, self._lang = settings, token, lang
        self._rates = Rates(settings.rate)
        self._hosts = {*LOOPBACK, settings.address, *settings.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        call = read_call(scope)
        answer = _Answer(send, self._shared_with(call))
        try:
            await self._serve(call, scope, receive, answer)
        except Refusal as refusal:
            await answer.refuse(refusal, self._lang, call)
        except Exception as error:  # noqa: BLE001  the last net: a traceback could show a comment
            _log.error("art9: %s at %s", type(error).__name__, _place(error))
            if not answer.started:
                await answer.refuse(Refusal(500, "failed"), self._lang, call)

    async def _serve(self, call: Call, scope: Scope, receive: Receive, answer: _Answer) -> None:
        self._check_host(call)
        self._check_origin(call)
        if call.method == "OPTIONS":
            await answer.preflight()
            return
        self._check_rate(call)
        self._check_token(call)
        body = await self._body(call, receive)
        await self.app(scope, _replay(body, receive), answer.send)

    def _check_host(self, call: Call) -> None:
        """Refuse a foreign name for this machine, by which a web page could reach it.

        With a token that trick is of no use, and a name in front of the service is likely.
        """
        if self._token is None and _host_name(call.headers.get("host", "")) not in self._hosts:
            raise Refusal(421, "host")

    def _check_origin(self, call: Call) -> None:
        origin = call.headers.get("origin")
        if origin and not (_is_own(origin, call) or origin in self._settings.origins):
            raise Refusal(403, "origin")

    def _check_rate(self, call: Call) -> None:
        if wait := self._rates.wait(call.client):
            seconds = max(1, math.ceil(wait))
            headers = {"retry-after": str(seconds)}
            raise Refusal(429, "rate", {"seconds": seconds}, headers)

    def _check_token(self, call: Call) -> None:
        if self._token is None or call.path in _OPEN_PATHS:
            return
        given = call.headers.get("authorization", "").encode("latin-1")
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            raise Refusal(401, "token", headers={"www-authenticate": "Bearer"})

    async def _body(self, call: Call, receive: Receive) -> bytes:
        most = self._settings.body
        announced = call.headers.get("content-length", "0")
        if announced.isdigit() and int(announced) > most:
            raise Refusal(413, "body", {"most": most})
        try:
            return await asyncio.wait_for(_read_body(receive, most), _READ_SECONDS)
        except asyncio.TimeoutError:  # a class of its own in Python 3.10
            raise Refusal(408, "slow") from None

    def _shared_with(self, call: Call) -> list[tuple[bytes, bytes]]:
        """Return the headers by which a browser lets a page of another origin read the answer."""
        origin = call.headers.get("origin")
        if origin is None or origin not in self._settings.origins:
            return []
        return [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-headers", b"content-type, authorization"),
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-private-network", b"true"),
            (b"vary", b"origin"),
        ]


class _Answer:
    """Sends what the application answers, with the headers that every answer has."""

    def __init__(self, send: Send, more: list[tuple[bytes, bytes]]) -> None:
        self._send, self._more = send, [*_ALWAYS, *more]
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = [*message.get("headers", []), *self._more]
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await self._send(message)

    async def refuse(self, refusal: Refusal, lang: str, call: Call) -> None:
        body, kind = refusal.encoded(lang, fhir=call.fhir)
        own = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
        await self._whole(refusal.status, body, [(b"content-type", kind.encode()), *own])

    async def preflight(self) -> None:
        await self._whole(204, b"", [(b"access-control-max-age", _PREFLIGHT_SECONDS.encode())])

    async def _whole(self, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        size = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
        start = {"type": "http.response.start", "status": status, "headers": [*headers, *size]}
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})


def read_call(scope: Scope) -> Call:
    """Return what the entrance looks at in the request of `scope`."""
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    client = scope.get("client") or ("",)
    return Call(scope["method"], scope["path"], str(client[0]), headers)


def _host_name(host: str) -> str:
    """Return a Host header without its port.

    >>> _host_name("localhost:8909"), _host_name("[::1]:8909")
    ('localhost', '::1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _is_own(origin: str, call: Call) -> bool:
    """Whether `origin` is this service itself, as its own demo page is."""
    return origin.partition("://")[2] == call.headers.get("host")


async def _read_body(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise Refusal(413, "body", {"most": most})
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out the whole body once, then what else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _place(error: BaseException) -> str:
    """Return the file and line where an error arose, without any of its words."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
