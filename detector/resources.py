"""Where packs and models lie: beside the code when installed, at the root in a checkout."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


on_compiling: list[Callable[[], None]] = []
"""Who is told before packs and weights are compiled: that takes many seconds, once."""


def _folder(name: str) -> Path:
    """Return the data folder `name` of the installed package, or else of the checkout."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def patterns_folder() -> Path:
    """Return the folder of the rule packs."""
    return _folder("patterns")


def models_folder() -> Path:
    """Return the folder of the classifier's weights and manifest."""
    return _folder("models")


def corpus_folder() -> Path:
    """Return the folder of the corpus, which stands in a checkout only."""
    return _folder("corpus")


def code_folder() -> Path:
    """Return the folder of the package itself."""
    return _PACKAGE


def cache_folder() -> Path:
    """Return the folder for what can be made again: ART9_CACHE, or `art9` in the user's cache."""
    if chosen := os.environ.get("ART9_CACHE"):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "art9"
