"""From sources to a report: every comment judged, every unreadable piece listed, all counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from detector.errors import DetectorError
from detector.finding import Status, Verdict
from detector.paths import Discreet, is_id
from detector.policy import Policy
from detector.scanning.distinct import Distinct
from detector.scanning.persons import Persons
from detector.scanning.sift import Block, Event, Fault, Opened, Sieve, events
from detector.scanning.workers import Checker, judge_blocks
from detector.sources.base import Comment, Location, Source, Unreadable
from detector.sources.folders import LeftOut
from detector.taxonomy import Category


@dataclass(frozen=True, slots=True)
class Judged:
    """A comment with its verdict."""

    comment: Comment
    verdict: Verdict


@dataclass
class Summary:
    """What a run counted, and under what; a person is a record with at least one finding.

    `settings` is the file of settings that the run obeyed.
    """

    policy: Policy | None = None
    settings: Path | None = None
    comments: int = 0
    unreadable: int = 0
    by_status: Counter[Status] = field(default_factory=Counter)
    by_category: Counter[Category] = field(default_factory=Counter)
    persons: Persons = field(default_factory=Persons)
    texts: Distinct = field(default_factory=Distinct)
    empty_known: int | None = None
    accepted: int = 0
    interrupted_at: Location | None = None
    place: Location | None = None
    sources: list[Source] = field(default_factory=list)
    faults: list[DetectorError] = field(default_factory=list)
    left: LeftOut = field(default_factory=LeftOut)

    def count(self, judged: Judged) -> None:
        """Add one comment that is not clear, or would not be but for what was accepted."""
        location, verdict = judged.comment.location, judged.verdict
        self.by_status[verdict.status] += 1
        self.accepted += len(verdict.accepted)
        if verdict.status is not Status.CLEAR:
            self.by_category.update(verdict.categories)
            self.persons.add(location.source, location.record, verdict.categories)

    def persons_of(self, category: Category) -> int:
        """Return how many records hold a finding of `category`."""
        return self.persons.of(category)

    @property
    def distinct(self) -> int:
        """How many different texts there were; an estimate unless `texts.exact`."""
        return self.texts.count

    @property
    def empty(self) -> int:
        """How many cells of the columns read were empty."""
        if self.empty_known is not None:
            return self.empty_known
        return sum(source.empty for source in self.sources)

    @property
    def reported(self) -> int:
        """How many comments are not clear."""
        return self.blocked + self.by_status[Status.WARN]

    @property
    def blocked(self) -> int:
        """How many comments must not stand as they are."""
        return self.by_status[Status.BLOCK]

    @property
    def complete(self) -> bool:
        """Whether every input was read to its end."""
        return self.interrupted_at is None and not self.faults

    @property
    def exit_code(self) -> int:
        """0 clear, 1 something blocks, 3 something could not be read or nothing was there."""
        if self.unreadable or self.faults or not (self.comments or self.empty):
            return 3
        return 1 if self.blocked else 0

    def dump(self) -> tuple[dict[str, Any], list[bytes]]:
        """Return the counts, for `load`, without any text, `sources` or `left`."""
        persons, names, marks = self.persons.dump()
        values = {
            "comments": self.comments,
            "empty": self.empty,
            "unreadable": self.unreadable,
            "accepted": self.accepted,
            "by_status": {status.value: count for status, count in self.by_status.items()},
            "by_category": {one.value: count for one, count in self.by_category.items()},
            "persons": persons,
        }
        return values, [names, marks, self.texts.dump()]

    def load(self, values: dict[str, Any], blobs: list[bytes]) -> None:
        """Take over what `dump` gave."""
        names, marks, texts = blobs
        self.comments, self.unreadable = values["comments"], values["unreadable"]
        self.accepted = values["accepted"]
        by_status, by_category = values["by_status"].items(), values["by_category"].items()
        self.by_status = Counter({Status(name): count for name, count in by_status})
        self.by_category = Counter({Category(name): count for name, count in by_category})
        self.persons.load(values["persons"], names, marks)
        self.texts = Distinct.load(texts)


Item = Judged | Unreadable | Opened | Fault
"""What a report is told of."""


@dataclass(frozen=True, slots=True)
class Done:
    """A block that was judged, and is not yet counted."""

    block: Block
    verdicts: Sequence[Verdict]
    sieve: Sieve
    discreet: Discreet | None

    @property
    def events(self) -> int:
        """How many events it holds."""
        return len(self.block.events)

    def settle(self, summary: Summary) -> list[Item]:
        """Count the block; return what a report is to be told of it, in order."""
        self.sieve.learn(self.block, self.verdicts)
        outcome = self.block.outcome(self.verdicts)
        return _counted(self.block, outcome, summary, self.discreet)


def scan_blocks(
    stream: Iterator[Event],
    checker: Checker,
    summary: Summary,
    *,
    workers: int = 1,
    key: bytes = b"",
    discreet: Discreet | None = None,
) -> Iterator[Done]:
    """Yield block by block what was judged; each must be settled before the next is asked for.

    `discreet` says which names of fields and records are told; None: all.
    """
    sieve = Sieve(summary.texts, key)
    for block, verdicts in judge_blocks(sieve.blocks(stream), checker, workers):
        yield Done(block, verdicts, sieve, discreet)


def pass_over(
    stream: Iterator[Event], count: int, summary: Summary, discreet: Discreet | None = None
) -> Iterator[Opened]:
    """Read `count` events that an earlier run has judged and counted; yield the sources opened."""
    for event in islice(stream, count):
        _register(event, summary)
        if isinstance(event, Opened):
            yield _opened(event, discreet)


def discreet_with(checker: Checker) -> Discreet:
    """Return what hides the keys in which `checker` finds something."""
    return Discreet(lambda phrase: any(one.findings for one in checker.check_many([phrase])))


def scan(
    sources: Iterable[Source | DetectorError],
    checker: Checker,
    summary: Summary,
    *,
    workers: int = 1,
) -> Iterator[Judged | Unreadable]:
    """Yield what is not clear and what could not be read, counting everything into `summary`.

    Equal comments are judged once, as far as memory allows. Raises the error of a source that
    cannot be read to its end, once what was read of it has been told.
    """
    discreet = discreet_with(checker)
    for done in scan_blocks(events(sources), checker, summary, workers=workers, discreet=discreet):
        for item in done.settle(summary):
            if not isinstance(item, (Opened, Fault)):
                yield item
        if summary.faults:
            raise summary.faults[0]


def _counted(
    block: Block, outcome: dict[int, Verdict], summary: Summary, discreet: Discreet | None
) -> list[Item]:
    """Count `block` into `summary`; return what is to be told of it, in order."""
    summary.comments += block.comments
    if clear := block.comments - len(outcome):
        summary.by_status[Status.CLEAR] += clear
    items: list[Item] = []
    for spot, event in enumerate(block.events):
        if isinstance(event, Comment):
            if spot in outcome:
                summary.count(judged := Judged(event, outcome[spot]))
                if judged.verdict.status is not Status.CLEAR:
                    items.append(_judged(judged, summary.sources[-1], discreet))
            summary.place = event.location
            continue
        _register(event, summary)
        if isinstance(event, Unreadable):
            summary.unreadable += 1
        items.append(_opened(event, discreet) if isinstance(event, Opened) else event)
    return items


def _opened(event: Opened, discreet: Discreet | None) -> Opened:
    """Return `event` with the names of its columns as they may be told."""
    if discreet is None or event.source.headed:
        return event
    columns = (replace(one, name=discreet.path(one.name)) for one in event.columns)
    return replace(event, columns=tuple(columns))


def _judged(item: Judged, source: Source, discreet: Discreet | None) -> Judged:
    """Return `item` with its place as it may be told: what is no id gives way to the line."""
    if discreet is None:
        return item
    place = item.comment.location
    record = place.record if is_id(place.record) else str(place.line)
    path = place.field if source.headed else discreet.path(place.field)
    location = replace(place, record=record, field=path)
    return replace(item, comment=replace(item.comment, location=location))


def _register(event: Event, summary: Summary) -> None:
    """Keep what counts are taken from at the end, and what went wrong."""
    if isinstance(event, Opened):
        summary.sources.append(event.source)
    elif isinstance(event, Fault):
        summary.faults.append(event.error)
