"""TOML read whole; apart from YAML, for settings must be at hand in milliseconds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from detector.errors import DetectorError, Place

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_toml(path: Path, kind: type[DetectorError]) -> dict[str, Any]:
    """Return the TOML file at `path`; raise `kind` where it is missing or broken."""
    try:
        tree: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return tree
    except tomllib.TOMLDecodeError as error:
        raise kind("toml.broken", Place(str(path)), problem=str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise kind("toml.unreadable", Place(str(path)), problem=type(error).__name__) from None
