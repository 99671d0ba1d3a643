"""What the service answers instead of what was asked: a code, a sentence, never the text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from detector.messages import say

FHIR_JSON = "application/fhir+json"


# Not frozen: context managers set the traceback of what passes through them.
@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a fault of ours
    """A request that is not served: HTTP status, code of the message, values for it."""

    status: int
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    where: tuple[str, ...] = ()

    def body(self, lang: str) -> dict[str, Any]:
        """Return the answer as plain JSON values.

        >>> Refusal(401, "token").body("en")["error"]["code"]
        'token'
        """
        message = say(f"service.refusal.{self.code}", lang, **self.values)
        return {"error": {"code": self.code, "message": message, "where": list(self.where)}}

    def outcome(self, lang: str) -> dict[str, Any]:
        """Return the answer as a FHIR OperationOutcome."""
        issue = {
            "severity": "error",
            "code": _ISSUE_CODES.get(self.code, "invalid"),
            "details": {"text": say(f"service.refusal.{self.code}", lang, **self.values)},
        }
        return {"resourceType": "OperationOutcome", "issue": [issue]}

    def encoded(self, lang: str, *, fhir: bool = False) -> tuple[bytes, str]:
        """Return the body in bytes and its media type."""
        values = self.outcome(lang) if fhir else self.body(lang)
        kind = FHIR_JSON if fhir else "application/json"
        return json.dumps(values, ensure_ascii=False).encode(), kind


_ISSUE_CODES = {
    "token": "login",
    "host": "forbidden",
    "origin": "forbidden",
    "rate": "throttled",
    "body": "too-long",
    "characters": "too-long",
    "fields": "too-costly",
    "comments": "too-costly",
    "deep": "structure",
    "slow": "timeout",
    "failed": "exception",
    "audit": "no-store",
    "path": "not-found",
    "method": "not-supported",
}
