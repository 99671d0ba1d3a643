"""How far a scan has got, kept in a file, so that a scan that was killed can go on.

The file holds counts, keyed hashes and the length that the report had; no text of a comment,
unless the report itself shows texts and keeps them till its end. It belongs to one scan: the same
inputs, options, rules, model and key. Going on means reading the inputs again from their start
without judging what was judged: that is fast, and leaves no state of a reader to be saved.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detector.errors import CheckpointError, InputError, Place

INTERVAL = 10.0
"""How many seconds lie between two checkpoints at least."""

_MAGIC = b"art9 checkpoint 1\n"
_DIGEST = 32
_HEAD = 1 << 16
_SHARE = 0.02  # of all time may be spent on checkpoints
_TIGHT: dict[str, Any] = {"separators": (",", ":"), "sort_keys": True}


@dataclass
class State:
    """A scan as it was at some moment between two blocks."""

    events: int = 0
    length: int = 0
    finished: int | None = None
    """The exit code, once the report is complete."""
    values: dict[str, Any] = field(default_factory=dict)
    report: Any = None
    blobs: list[bytes] = field(default_factory=list)


class Checkpoint:
    """The file of a checkpoint; `signature` says what makes a scan the same."""

    def __init__(self, path: Path, signature: Mapping[str, str], key: bytes) -> None:
        self._path, self._signature, self._key = path, dict(signature), key
        self._due = time.monotonic() + INTERVAL

    @property
    def due(self) -> bool:
        """Whether it is time to save again."""
        return time.monotonic() >= self._due

    def load(self) -> State | None:
        """Return the state to go on from, or None if there is none.

        Raises CheckpointError if the file is damaged or belongs to another scan.
        """
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError("input.system", self._place, problem=error.strerror) from None
        try:
            head, blobs = self._parts(data)
            signature = head.pop("signature")
            state = State(**head, blobs=blobs)
        except (ValueError, KeyError, TypeError, IndexError):
            raise CheckpointError("checkpoint.broken", self._place) from None
        if not state.events and signature != self._signature:
            return None  # nothing was judged yet: it binds nobody
        self._compare({*signature, *self._signature}, signature)
        return state

    def save(self, state: State) -> None:
        """Write `state` in place of the one before; raise InputError if the disk is full."""
        begun = time.monotonic()
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            _write(part, self._packed(state))
            part.replace(self._path)
            _sync_folder(self._path.parent)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise InputError("output.cannot_write", self._place, problem=error.strerror) from None
        now = time.monotonic()
        self._due = now + max(INTERVAL, (now - begun) / _SHARE)

    def remove(self) -> None:
        """Take the file away: the scan is done."""
        self._path.unlink(missing_ok=True)

    @property
    def _place(self) -> Place:
        return Place(str(self._path))

    def _packed(self, state: State) -> bytes:
        head = {
            "events": state.events,
            "length": state.length,
            "finished": state.finished,
            "values": state.values,
            "report": state.report,
            "signature": self._signature,
            "sizes": [len(blob) for blob in state.blobs],
        }
        line = json.dumps(head, **_TIGHT).encode() + b"\n"
        body = b"".join([_MAGIC, line, *state.blobs])
        return body + self._digest(body)

    def _parts(self, data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        body, digest = data[:-_DIGEST], data[-_DIGEST:]
        if not body.startswith(_MAGIC):
            raise ValueError
        head = json.loads(body[len(_MAGIC) : body.index(b"\n", len(_MAGIC))])
        self._compare(["key"], head["signature"])  # another key would make it look damaged
        if not hmac.compare_digest(digest, self._digest(body)):
            raise ValueError
        blobs, end = [], len(body)
        for size in reversed(head.pop("sizes")):
            blobs.append(body[end - size : end])
            end -= size
        return head, blobs[::-1]

    def _digest(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, "sha256").digest()

    def _compare(self, names: Iterable[str], signature: Mapping[str, str]) -> None:
        """Raise CheckpointError if `signature` differs from that of this scan in any of `names`."""
        changed = {name for name in names if signature.get(name) != self._signature.get(name)}
        if changed:
            what = ", ".join(sorted(changed))
            raise CheckpointError("checkpoint.changed", self._place, what=what)


def file_signature(paths: Iterable[Path], key: bytes) -> dict[str, str]:
    """Return for each file what tells that it is still the same: size, time, first bytes."""
    return {str(path): _file_mark(path, key) for path in paths}


def mark(key: bytes, *values: object) -> str:
    """Return a keyed hash of JSON-ready `values`."""
    return hmac.new(key, json.dumps(values, **_TIGHT).encode(), "sha256").hexdigest()[:32]


def _file_mark(path: Path, key: bytes) -> str:
    try:
        with path.open("rb") as file:
            told = os.fstat(file.fileno())
            head = hashlib.sha256(file.read(_HEAD)).hexdigest()
    except OSError as error:
        return type(error).__name__  # what cannot be read must still be unreadable next time
    return mark(key, told.st_size, told.st_mtime_ns, head)


def _write(path: Path, data: bytes) -> None:
    """Write a file for its owner only, down to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring a new name down to the disk, where the system lets one."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
