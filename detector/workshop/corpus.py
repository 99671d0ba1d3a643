"""The corpus: invented comments with their labels, one JSON object a line.

The record format is that of docs/annotation-guide.md, with the voice and, for neutral
comments that only look sensitive, `trap`. A voice belongs to one split wholly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detector.errors import UsageError
from detector.finding import QUALIFIERS, Attributes, Span
from detector.resources import corpus_folder
from detector.taxonomy import Category, Subject

SPLITS = ("train", "dev", "test")
PARTS = (*SPLITS, "fresh", "field_dev", "field_test", "checks", "clean")
"""All labelled parts: balanced splits, comments of readers new to art9, fields as they are,
functional checks, clean comments."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A labelled stretch of a comment."""

    span: Span
    category: Category
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Labelled:
    """A comment of the corpus."""

    id: str
    text: str
    categories: frozenset[Category]
    evidence: tuple[Evidence, ...] = ()
    ambiguous: bool = False
    voice: str = ""
    trap: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def flagged(self) -> bool:
        """Whether some category is more than a warning."""
        return any(category.sensitive for category in self.categories)


def read_split(split: str, folder: Path | None = None) -> list[Labelled]:
    """Return the comments of `split`, file by file in the order of names.

    Raises UsageError where there is no corpus: an installed art9 has none.
    """
    root = (folder or corpus_folder()) / split
    if not root.is_dir():
        raise UsageError("usage.no_corpus")
    return [row for path in sorted(root.glob("*.jsonl")) for row in read_labelled(path)]


def read_labelled(path: Path) -> Iterator[Labelled]:
    """Yield the comments of one file of labelled JSON lines."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield from_record(json.loads(line))


_KNOWN = {"id", "text", "categories", "spans", "ambiguous", "voice", "trap"}


def from_record(record: dict[str, Any]) -> Labelled:
    """Return the comment that a JSON object stands for."""
    return Labelled(
        id=str(record["id"]),
        text=record["text"],
        categories=frozenset(Category(name) for name in record["categories"]),
        evidence=tuple(_evidence(span) for span in record.get("spans", ())),
        ambiguous=record.get("ambiguous", False),
        voice=record.get("voice", ""),
        trap=record.get("trap", False),
        extra={key: value for key, value in record.items() if key not in _KNOWN},
    )


def _evidence(span: dict[str, Any]) -> Evidence:
    qualifiers = {name: bool(span.get(name, False)) for name in QUALIFIERS}
    subject = Subject(span.get("subject", "patient"))
    place = Span(span["start"], span["end"])
    return Evidence(place, Category(span["category"]), Attributes(subject, **qualifiers))
