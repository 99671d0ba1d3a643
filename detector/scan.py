"""From sources to a report: every comment judged, every unreadable piece listed, all counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from detector.baseline import Checker
from detector.finding import Status, Verdict
from detector.sources.base import Column, Comment, Location, Source, Unreadable
from detector.taxonomy import Category

_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment with its verdict."""

    comment: Comment
    verdict: Verdict


@dataclass
class Summary:
    """What a run counted; a person is a record with at least one finding."""

    comments: int = 0
    distinct: int = 0
    unreadable: int = 0
    by_status: Counter[Status] = field(default_factory=Counter)
    by_category: Counter[Category] = field(default_factory=Counter)
    persons_by_category: dict[Category, set[tuple[str, str]]] = field(default_factory=dict)
    persons: set[tuple[str, str]] = field(default_factory=set)
    accepted: int = 0
    interrupted_at: Location | None = None
    sources: list[Source] = field(default_factory=list)

    def count(self, judged: Judged) -> None:
        """Add one comment."""
        location, verdict = judged.comment.location, judged.verdict
        self.comments += 1
        self.by_status[verdict.status] += 1
        self.accepted += len(verdict.accepted)
        if verdict.status is Status.CLEAR:
            return
        person = (location.source, location.record)
        self.persons.add(person)
        for category in verdict.categories:
            self.by_category[category] += 1
            self.persons_by_category.setdefault(category, set()).add(person)

    def persons_of(self, category: Category) -> int:
        """Return how many records hold a finding of `category`."""
        return len(self.persons_by_category.get(category, ()))

    @property
    def empty(self) -> int:
        """How many cells of the columns read were empty."""
        return sum(source.empty for source in self.sources)

    @property
    def blocked(self) -> int:
        """How many comments must not stand as they are."""
        return self.by_status[Status.BLOCK]

    @property
    def exit_code(self) -> int:
        """0 clear, 1 something blocks, 3 something could not be read or nothing was there."""
        if self.unreadable or not (self.comments or self.empty):
            return 3
        return 1 if self.blocked else 0


Item = Judged | Unreadable


def scan(
    sources: Iterable[Source],
    detector: Checker,
    summary: Summary,
    on_columns: Callable[[str, tuple[Column, ...]], None] = lambda name, columns: None,
) -> Iterator[Item]:
    """Yield what is not clear and what could not be read, counting everything into `summary`.

    Equal comments of equally named records are judged once, as far as memory allows.
    """
    distinct: set[int] = set()

    @lru_cache(maxsize=_REMEMBERED)
    def judge(text: str, names: tuple[str, ...]) -> Verdict:
        return detector.check(text, names=names)

    for source in sources:
        on_columns(source.name, source.columns)
        summary.sources.append(source)
        for item in source:
            if isinstance(item, Unreadable):
                summary.unreadable += 1
                yield item
            else:
                distinct.add(hash(item.text))
                judged = Judged(item, judge(item.text, item.names))
                summary.count(judged)
                summary.distinct = len(distinct)
                if judged.verdict.status is not Status.CLEAR:
                    yield judged
