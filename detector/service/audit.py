"""The audit log: which decisions were made, when and why, and never on which words."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

from detector.errors import InputError, Place
from detector.service.refusal import Refusal


class Audit:
    """Appends one JSON object a line to a file that only its owner reads.

    The file is opened for each line, so that it can be moved away at any time (log rotation).
    Without a path nothing is kept. No record is named: a category beside a person's number
    would itself be special-category data.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        if path is not None:
            try:
                self._append(path, b"")
            except OSError as error:
                problem = error.strerror or type(error).__name__
                raise InputError("output.cannot_write", Place(str(path)), problem=problem) from None

    def write(
        self,
        event: str,
        *,
        outcome: str,
        field: str = "",
        categories: Iterable[str] = (),
        reason: str | None = None,
        fingerprint: str | None = None,
        card: str | None = None,
    ) -> None:
        """Keep one decision; raise Refusal if it cannot be kept."""
        if self._path is None:
            return
        values = {
            "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "event": event,
            "field": field,
            "categories": sorted(categories),
            "outcome": outcome,
            "reason": reason,
            "fingerprint": fingerprint,
        }
        line = json.dumps(values | ({"card": card} if card else {}), ensure_ascii=False) + "\n"
        try:
            self._append(self._path, line.encode())
        except OSError:
            raise Refusal(500, "audit") from None

    @staticmethod
    def _append(path: Path, line: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
