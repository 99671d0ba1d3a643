"""Keyed fingerprints: name a comment without repeating it.

Notes are short and their vocabulary is public, so a plain hash would be undone in a
second; a key that stays on this machine prevents that.
"""

from __future__ import annotations

import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from detector.errors import Place, UsageError
from detector.taxonomy import Category, ids_of
from detector.text import fold

_KEY_BYTES = 32
_LEAST_BYTES = 16
_SHOWN = 32


def key_file() -> Path:
    """Return where the local key lies: `$ART9_KEY_FILE`, or the user's configuration folder."""
    named = os.environ.get("ART9_KEY_FILE")
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(named) if named else Path(home) / "art9" / "key"


def local_key(path: Path | None = None, *, lasting: bool = False) -> bytes:
    """Return this machine's key, made at the first call and readable by its owner only.

    Where no key can be stored, a key for this run alone is returned, unless it must be `lasting`.
    Raises UsageError where there is no such key, where there is one that cannot be read, or is so
    short that it protects nothing.
    """
    place = path or key_file()
    if not os.path.lexists(place):
        key = secrets.token_bytes(_KEY_BYTES)
        try:
            _store(key, place)
        except OSError as error:
            if not lasting:
                return key
            problem = error.strerror or type(error).__name__
            raise UsageError("key.not_kept", Place(str(place)), problem=problem) from None
    return _read(place)


def _read(place: Path) -> bytes:
    try:
        key = place.read_bytes()
    except OSError as error:
        raise UsageError("key.unreadable", Place(str(place)), problem=error.strerror) from None
    if len(key) < _LEAST_BYTES:
        raise UsageError("key.short", Place(str(place)), size=len(key), least=_LEAST_BYTES)
    return key


def _store(key: bytes, place: Path) -> None:
    """Give `key` its place, whole or not at all; one that another process put there stays."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        _name_once(part, place)
    finally:
        part.unlink(missing_ok=True)


def _name_once(part: Path, place: Path) -> None:
    """Let `place` be the file `part`, unless there is one already."""
    try:
        os.link(part, place)
    except FileExistsError:
        return
    except OSError:
        part.replace(place)  # a file system without links


def fingerprint(key: bytes, text: str, categories: Iterable[Category]) -> str:
    """Return the HMAC-SHA-256 of the folded text and its categories, 32 hex digits of it.

    >>> fingerprint(b"k", "SIDA", [Category.HEALTH]) == fingerprint(b"k", "sida", [Category.HEALTH])
    True
    """
    names = ",".join(ids_of(categories))
    message = f"{names}\0{fold(text).folded}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, "sha256").hexdigest()[:_SHOWN]
