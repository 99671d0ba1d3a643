"""What every report does: take items one by one, and close with the summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from detector.finding import Verdict
from detector.messages import say
from detector.scanning.scan import Judged, Summary
from detector.sources.base import Column, Location, Unreadable


@dataclass(frozen=True, slots=True)
class Style:
    """How a report speaks: its language, whether it shows texts, and the key of fingerprints."""

    lang: str
    show_text: bool
    key: bytes


class Report(Protocol):
    """A report in the making.

    A scan can be gone on with (`--checkpoint`) if its report either writes each item as it
    comes, or is `Remembering`.
    """

    def columns(self, source: str, columns: tuple[Column, ...]) -> None:
        """Take note of the columns of a source."""
        ...

    def judged(self, item: Judged) -> None:
        """Add a comment that is not clear."""
        ...

    def unreadable(self, item: Unreadable) -> None:
        """Add a piece that could not be read, or a whole input (then its line is 0)."""
        ...

    def close(self, summary: Summary) -> None:
        """Write what remains, and the summary."""
        ...


@runtime_checkable
class Remembering(Protocol):
    """A report that keeps items till its end, and can be made anew from what it kept."""

    def memory(self) -> Any:
        """Return what is kept, JSON-ready; texts only where the report shows them."""
        ...

    def recall(self, values: Any) -> None:
        """Take over what `memory` gave, in place of the items it was made of."""
        ...


def reason(item: Unreadable, lang: str) -> str:
    """Return why a piece could not be read, in words."""
    return say(item.reason, lang, **item.values)


def interrupted(place: Location, lang: str) -> str:
    """Return how far a scan came that was interrupted, in words."""
    return say("scan.interrupted", lang, line=place.line, source=place.source)


def left_out(counts: Mapping[str, int], lang: str) -> str:
    """Return how many files of each kind folders hold that were not read."""
    kinds = [
        f"{count} {kind if kind.startswith('.') else say(f'scan.left_{kind}', lang)}"
        for kind, count in counts.items()
    ]
    return say("scan.left", lang, count=sum(counts.values()), kinds=", ".join(kinds))


def masked(text: str, verdict: Verdict) -> str:
    """Return the shape of a comment without its words: `█` where something was found, else `·`.

    >>> from detector.finding import Finding, Status
    >>> from detector.taxonomy import Category
    >>> sida = Finding(Category.HEALTH, 9, 13, "health.x", 1.0)
    >>> masked("porteuse sida !!!", Verdict(Status.BLOCK, (sida,)))
    '········ ████ !!!'
    """
    marks = {place for f in verdict.findings for place in range(f.start, f.end)}
    return "".join(
        ("█" if place in marks else "·") if character.isalnum() else character
        for place, character in enumerate(text)
    )
