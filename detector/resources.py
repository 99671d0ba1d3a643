"""Where packs and models lie: beside the code when installed, at the root in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


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
