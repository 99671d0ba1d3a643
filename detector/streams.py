"""Standard output and error, which may be in an encoding that does not hold all that is said."""

from __future__ import annotations

import codecs
import io
import json
import sys
from typing import TextIO

_ERRORS = "art9.plain"
_PLAIN = {"█": "#", "·": ".", "…": "...", "—": "-", "→": "->", "’": "'", "“": '"', "”": '"'}
_PLAIN |= {"œ": "oe", "\u00a0": " ", "\u202f": " "}


def speak_plainly() -> None:
    """Let both streams write what their encoding lacks in plain characters, or as its code."""
    codecs.register_error(_ERRORS, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def json_text(values: object, out: TextIO, *, indent: int | None = None) -> str:
    """Return `values` as JSON to be written to `out`: all in ASCII unless that is in UTF-8."""
    encoding = codecs.lookup(getattr(out, "encoding", None) or "utf-8").name
    return json.dumps(values, ensure_ascii=encoding != "utf-8", indent=indent)


def print_json(values: object) -> None:
    """Print `values` as JSON that people can read too."""
    print(json_text(values, sys.stdout, indent=2))


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for the signs that cannot be written.

    >>> _plain(UnicodeEncodeError("cp1252", "█ ń", 0, 3, ""))
    ('# \\\\u0144', 3)
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    plain = (
        _PLAIN.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in signs
    )
    return "".join(plain), error.end
