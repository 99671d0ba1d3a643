"""A source read to its end, as the tests of sources look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detector.sources import open_source
from detector.sources.base import Comment, Options, Source, Unreadable


@dataclass
class Reading:
    """A source read to its end."""

    source: Source
    comments: list[Comment] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [comment.text for comment in self.comments]

    @property
    def lines(self) -> list[int]:
        return [comment.location.line for comment in self.comments]

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [
            (item.line, item.reason.removeprefix("sources.unreadable.")) for item in self.unreadable
        ]

    @property
    def taken(self) -> list[str]:
        return [column.name for column in self.source.columns if column.taken]

    @property
    def reasons(self) -> dict[str, str]:
        return {c.name: c.reason.removeprefix("sources.column.") for c in self.source.columns}


Read = Callable[..., Reading]


def read_path(path: Path | str, **options: Any) -> Reading:
    reading = Reading(open_source(path, Options(**options)))
    for item in reading.source:
        if isinstance(item, Comment):
            reading.comments.append(item)
        else:
            reading.unreadable.append(item)
    return reading
