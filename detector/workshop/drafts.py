"""Reads corpus drafts: comments with their labels written into them (detector.rules.markup).

A header `# voice: … | theme: …` opens a voice. A line may begin with `~ ` (neutral, but
a trap) or `? ` (ambiguous by the annotation guide). `\\n` stands for a line break.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from detector.errors import Place, UsageError
from detector.rules.markup import Example, MarkupError, parse
from detector.workshop.corpus import Evidence, Labelled

_TRAP, _AMBIGUOUS, _HEADER = "~ ", "? ", "# voice:"


def read_drafts(path: Path) -> Iterator[Labelled]:
    """Yield the comments of a draft file; raise UsageError with the line that is wrong."""
    voice = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(_HEADER):
            voice = line.removeprefix(_HEADER).split("|")[0].strip()
        elif line.strip():
            yield _labelled(line, f"{path.stem}-{number:04d}", voice, Place(str(path), number))


def _labelled(line: str, comment_id: str, voice: str, place: Place) -> Labelled:
    trap, ambiguous = line.startswith(_TRAP), line.startswith(_AMBIGUOUS)
    written = line[len(_TRAP) :] if trap or ambiguous else line
    try:
        example = parse(written.replace("\\n", "\n"))
    except MarkupError as error:
        raise UsageError("drafts.markup", place, problem=str(error)) from None
    evidence = _evidence(example)
    return Labelled(
        id=comment_id,
        text=example.text,
        categories=frozenset(item.category for item in evidence),
        evidence=evidence,
        ambiguous=ambiguous,
        voice=voice,
        trap=trap,
    )


def _evidence(example: Example) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(mark.span, category, mark.attributes)
        for mark in example.marks
        for category in mark.categories
    )
