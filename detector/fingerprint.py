"""Keyed fingerprints: name a comment without repeating it.

Notes are short and their vocabulary is public, so a plain hash would be undone in a
second; a key that stays on this machine prevents that.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from detector.taxonomy import Category
from detector.text import fold

_KEY_BYTES = 32
_SHOWN = 32


def key_file() -> Path:
    """Return where the local key lies: `$ART9_KEY_FILE`, or the user's configuration folder."""
    named = os.environ.get("ART9_KEY_FILE")
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(named) if named else Path(home) / "art9" / "key"


def local_key(path: Path | None = None) -> bytes:
    """Return this machine's key, made at the first call and readable by its owner only.

    Where no key can be stored, a key for this run alone is returned.
    """
    place = path or key_file()
    try:
        return place.read_bytes()
    except OSError:
        key = secrets.token_bytes(_KEY_BYTES)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
    except FileExistsError:
        return place.read_bytes()
    except OSError:
        return key
    return key


def fingerprint(key: bytes, text: str, categories: Iterable[Category]) -> str:
    """Return the HMAC-SHA-256 of the folded text and its categories, 32 hex digits of it.

    >>> fingerprint(b"k", "SIDA", [Category.HEALTH]) == fingerprint(b"k", "sida", [Category.HEALTH])
    True
    """
    names = ",".join(sorted(category.value for category in categories))
    message = f"{names}\0{fold(text).folded}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, "sha256").hexdigest()[:_SHOWN]
