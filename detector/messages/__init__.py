"""The words that people read, in French and English, kept apart from the code."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]
"""What packs speak, and messages unless another is asked for."""
_FOLDER = Path(__file__).parent


@lru_cache
def catalogue(lang: str) -> dict[str, str]:
    """Return all messages of `lang` by dotted key, as in `scan.summary`.

    They stand in `fr.yaml`, and in one file more for each part that brings its own.
    """
    import yaml  # here: a form without a finding needs no word of ours, and must not wait for it

    safe_loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows: list[tuple[str, str]] = []
    for path in (_FOLDER / f"{lang}.yaml", *sorted(_FOLDER.glob(f"*.{lang}.yaml"))):
        with path.open(encoding="utf-8") as file:
            rows += _flatten(safe_loader(file).get_single_data(), "")
    return dict(rows)


def say(key: str, lang: str, **values: object) -> str:
    """Return the message `key` in `lang`, its `{placeholders}` filled from `values`.

    >>> say("tier.art9", "en")
    'GDPR Art. 9'
    """
    return catalogue(lang)[key].format(**values)


def _flatten(tree: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            rows += _flatten(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", str(value)))
    return rows
