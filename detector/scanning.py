"""One whole scan as users ask for it: inputs, progress, report, exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from detector.baseline import Accepting, Baseline
from detector.detector import Detector
from detector.errors import DetectorError, InputError, Place, UsageError, nearest
from detector.fingerprint import local_key
from detector.messages import say
from detector.policy import Policy
from detector.reports import FORMATS
from detector.reports.base import Report, Style
from detector.reports.table import closing_lines
from detector.scan import Judged, Summary, scan
from detector.sources import find_inputs, open_source
from detector.sources.base import Column, Comment, Location, Options, Source, Unreadable

_INTERRUPTED = 130
_STEP = 1_000


@dataclass(frozen=True)
class ScanJob:
    """What a user asked for."""

    paths: tuple[str, ...]
    options: Options
    policy: Policy
    form: str = "table"
    output: Path | None = None
    show_text: bool = False
    baseline: Baseline | None = None
    lang: str = "fr"


def run_scan(job: ScanJob) -> int:
    """Run `job`, write its report, and return the exit code."""
    if job.form not in FORMATS:
        known = list(FORMATS)
        near = nearest(job.form, known)
        raise UsageError("usage.bad_value", name="--format", problem=f"{job.form} → {near}")
    summary = Summary()
    style = Style(job.lang, job.show_text, local_key())
    with _output(job.output) as out, _Watch(job.lang) as watch:
        report = FORMATS[job.form](out, style)
        faults = _run(job, report, summary, watch)
        watch.stop()
        report.close(summary)
    for fault in faults:
        print(f"art9: {fault.render(job.lang)}", file=sys.stderr)
    _tell(job, summary)
    if summary.interrupted_at:
        return _INTERRUPTED
    return 3 if faults else summary.exit_code


def _run(job: ScanJob, report: Report, summary: Summary, watch: _Watch) -> list[DetectorError]:
    """Scan into `report`; return the inputs that could not be opened, if others could."""
    faults: list[DetectorError] = []
    sources = _opened(job, watch, faults)
    detector = Detector(job.policy)
    checker = Accepting(detector, job.baseline) if job.baseline else detector
    try:
        for item in scan(sources, checker, summary, report.columns):
            if isinstance(item, Judged):
                report.judged(item)
            else:
                report.unreadable(item)
            watch.found = len(summary.persons)
    except KeyboardInterrupt:
        summary.interrupted_at = watch.place
    if len(faults) == 1 and not summary.comments and not summary.unreadable:
        raise faults[0]
    return faults


def _opened(job: ScanJob, watch: _Watch, faults: list[DetectorError]) -> Iterator[Source]:
    """Yield the sources of `job`, each watched; collect those that fail to open."""
    for path in find_inputs(job.paths):
        try:
            source = open_source(path, job.options)
        except DetectorError as fault:
            faults.append(fault)
            continue
        yield _Watched(source, watch)


class _Watched:
    """A source whose progress is shown."""

    def __init__(self, source: Source, watch: _Watch) -> None:
        self._source, self._watch = source, watch

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._source.columns

    @property
    def empty(self) -> int:
        return self._source.empty

    def __iter__(self) -> Iterator[Comment | Unreadable]:
        return self._watch.over(self._source)


class _Watch:
    """Shows progress on the error stream when that is a terminal; knows the place reached."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task(say("scan.reading", lang), total=None)
        self._rows = 0
        self.found = 0
        self.place: Location | None = None

    def over(self, items: Iterable[Comment | Unreadable]) -> Iterator[Comment | Unreadable]:
        """Yield `items`, counting them."""
        for item in items:
            self._rows += 1
            self.place = item.location if isinstance(item, Comment) else self.place
            if self._rows % _STEP == 0:
                words = say("scan.progress", self._lang, rows=self._rows, found=self.found)
                self._progress.update(self._task, description=words)
            yield item

    def stop(self) -> None:
        """Take the progress line away."""
        self._progress.stop()

    def __enter__(self) -> _Watch:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """Yield standard output, or a file that takes its name only when it is complete."""
    if path is None:
        yield sys.stdout
        return
    part = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError("output.cannot_write", Place(str(path)), problem=error.strerror) from None


def _tell(job: ScanJob, summary: Summary) -> None:
    """Print on the error stream what a report that is not a table does not say to people."""
    if job.form != "table" or job.output:
        for line in closing_lines(summary, job.lang):
            print(line, file=sys.stderr)
    if job.output:
        print(say("scan.written", job.lang, path=job.output), file=sys.stderr)
