"""One whole scan as users ask for it: inputs, progress, checkpoints, report, exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from detector.baseline import Accepting, Baseline
from detector.detector import Detector
from detector.errors import CheckpointError, DetectorError, Near, Place, UsageError, WorkerError
from detector.fingerprint import key_file, local_key
from detector.interrupts import Interrupts, Stopped
from detector.messages import DEFAULT_LANGUAGE, say
from detector.policy import Policy
from detector.provenance import provenance
from detector.scanning.checkpoint import Checkpoint, State, file_signature, mark
from detector.scanning.output import (
    Output,
    part_of,
    refuse_leftovers,
    refuse_overwriting,
    report_output,
)
from detector.scanning.persons import Persons
from detector.scanning.progress import Progress, total_size
from detector.scanning.reports import FORMATS, STREAMED
from detector.scanning.reports.base import Remembering, Report, Style
from detector.scanning.reports.table import closing_lines
from detector.scanning.scan import Done, Judged, Summary, discreet_with, pass_over, scan_blocks
from detector.scanning.sift import Fault, Opened, events
from detector.scanning.workers import collect_seldom
from detector.sources import find_inputs, open_source
from detector.sources.base import Location, Options, Source
from detector.sources.folders import LeftOut
from detector.sources.opening import STANDARD_INPUT


@dataclass(frozen=True)
class ScanJob:
    """What a user asked for; `command` is the call itself, to be shown where it helps.

    `settings` is the file of settings that holds for it, `reads` the other files that it reads
    besides `paths`: none may be written over.
    """

    paths: tuple[str, ...]
    options: Options
    policy: Policy
    form: str = "table"
    output: Path | None = None
    show_text: bool = False
    baseline: Baseline | None = None
    lang: str = DEFAULT_LANGUAGE
    workers: int | None = None
    checkpoint: Path | None = None
    settings: Path | None = None
    reads: tuple[Path, ...] = ()
    command: str = "art9 scan"


def run_scan(job: ScanJob) -> int:
    """Run `job`, write its report, and return the exit code."""
    _refuse_wrong(job)
    collect_seldom()
    key = local_key(lasting=job.checkpoint is not None)
    left = LeftOut()
    inputs = list(_inputs(job.paths, left))
    paths = [path for path in inputs if isinstance(path, Path)]
    _refuse_overwriting(job, paths)
    book = Checkpoint(job.checkpoint, _signature(job, paths, key), key) if job.checkpoint else None
    state = book.load() if book else None
    if book and state and state.finished is not None:
        return _publish_finished(job, book, state, left)
    _begin(job, book, state)
    with (
        Interrupts() as interrupts,
        report_output(job.output, keep=book is not None) as output,
        Progress(job.lang, total_size(paths)) as progress,
    ):
        run = _Run(job, inputs, key, output, book, state if state and state.events else None)
        run.summary.left = left
        run.scan(progress, interrupts)
        run.close()
    for fault in run.summary.faults:
        print(f"art9: {fault.render(job.lang)}", file=sys.stderr)
    _tell(job, run.summary)
    if run.cancelled:
        _tell_how_to_go_on(job)
    return run.cancelled or run.summary.exit_code


class _Run:
    """A scan on its way, from the start or from a checkpoint on."""

    def __init__(
        self,
        job: ScanJob,
        inputs: Sequence[Path | DetectorError],
        key: bytes,
        output: Output,
        book: Checkpoint | None,
        state: State | None,
    ) -> None:
        self._job, self._inputs, self._key = job, inputs, key
        self._output, self._book = output, book
        self._events = state.events if state else 0
        self.summary = Summary(policy=job.policy, settings=job.settings, persons=Persons(key))
        self.cancelled, self._stopped = 0, False
        self._broken: Fault | None = None
        self._report = self._new_report(state.length if state else 0)
        if state:
            self.summary.load(state.values, state.blobs)
            if isinstance(self._report, Remembering):
                self._report.recall(state.report)

    def scan(self, progress: Progress, interrupts: Interrupts) -> None:
        """Judge to the end, or until asked to stop (`cancelled`), telling the report."""
        progress.found = lambda: self.summary.reported
        try:
            with closing(self._sources(progress)) as sources:
                for done in self._blocks(sources, progress):
                    with interrupts.held():
                        self._take(done)
        except Stopped as stopped:
            self.cancelled, self._stopped = stopped.code, True
        except WorkerError as error:
            self._stopped, self._broken = True, Fault(error)
        progress.stop()

    def close(self) -> None:
        """Bring the report to its end; one of a scan that stopped says so."""
        summary, faults = self.summary, self.summary.faults
        if self._stopped:
            self._close_early()
            return
        if len(faults) == 1 and not summary.comments and not summary.unreadable:
            self._output.discard()
            if self._book:
                self._book.remove()
            raise faults[0]
        self._report.close(summary)
        if self._book and self._job.output:
            self._save(finished=summary.exit_code)
        self._output.publish()
        if self._book:
            self._book.remove()

    def _close_early(self) -> None:
        """Show what is known, and that it is not all; with a checkpoint the report can go on."""
        summary = self.summary
        if self._book:
            self._save()
        length = self._output.length()
        summary.interrupted_at = summary.place or Location(self._job.paths[0], 0, "", "")
        if self._broken:
            summary.faults.append(self._broken.error)
            self._report.unreadable(self._broken.unreadable)
        self._report.close(summary)
        if self._book:
            self._output.publish_copy()
            self._output.cut(length)
        else:
            self._output.publish()

    def _new_report(self, length: int) -> Report:
        """Return a report that goes on after the first `length` bytes of the one begun."""
        length = length if self._job.form in STREAMED else 0
        if self._output.length() < length:
            path = part_of(self._job.output or Path())
            raise CheckpointError(
                "checkpoint.no_report", Place(str(self._job.checkpoint)), path=path
            )
        style = Style(self._job.lang, self._job.show_text, self._key)
        self._output.cut(length)
        report = FORMATS[self._job.form](self._output.file, style)
        if length:
            self._output.cut(length)  # without the header just written once more
        return report

    def _blocks(
        self, sources: Iterable[Source | DetectorError], progress: Progress
    ) -> Iterator[Done]:
        stream = events(sources)
        if self._events:
            words = say("running.resumed", self._job.lang, comments=self.summary.comments)
            print(f"art9: {words}", file=sys.stderr)
        detector, baseline = Detector(self._job.policy), self._job.baseline
        checker = Accepting(detector, baseline) if baseline else detector
        discreet = None if self._job.show_text else discreet_with(checker)
        for opened in pass_over(stream, self._events, self.summary, discreet):
            if isinstance(self._report, Remembering):  # it is printed anew as a whole
                self._report.columns(opened.source.name, opened.columns)
        progress.begin_here()
        workers = self._job.workers or cores()
        return scan_blocks(
            stream, checker, self.summary, workers=workers, key=self._key, discreet=discreet
        )

    def _sources(self, progress: Progress) -> Generator[Source | DetectorError]:
        for given in self._inputs:
            if isinstance(given, DetectorError):
                yield given
                continue
            try:
                source = open_source(given, self._job.options, progress.meter)
            except DetectorError as fault:
                yield fault
                continue
            with closing(source):
                yield source

    def _take(self, done: Done) -> None:
        """Count a block, tell the report of it, and save where it is time to."""
        for item in done.settle(self.summary):
            if isinstance(item, Judged):
                self._report.judged(item)
            elif isinstance(item, Opened):
                self._report.columns(item.source.name, item.columns)
            else:
                self._report.unreadable(item.unreadable if isinstance(item, Fault) else item)
        self._events += done.events
        if self._book and self._book.due:
            self._save()

    def _save(self, *, finished: int | None = None) -> None:
        values, blobs = self.summary.dump()
        memory = self._report.memory() if isinstance(self._report, Remembering) else None
        length = self._output.length()
        if self._book:
            self._book.save(State(self._events, length, finished, values, memory, blobs))


def cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _inputs(given: Iterable[str], left: LeftOut) -> Iterator[Path | DetectorError]:
    """Yield the files to read, and what is wrong with a path of which there are none.

    `left` is told of what else the folders hold.
    """
    for path in given:
        try:
            yield from find_inputs([path], left)
        except DetectorError as fault:
            yield fault


def _refuse_wrong(job: ScanJob) -> None:
    """Raise UsageError for what cannot be asked."""
    if job.form not in FORMATS:
        raise UsageError("usage.unknown_form", name=job.form, near=Near(job.form, FORMATS))
    if job.workers is not None and job.workers < 1:
        raise UsageError("usage.no_count", name="--workers", call="art9 scan")
    if job.checkpoint is None:
        return
    if STANDARD_INPUT in job.paths:
        raise UsageError("checkpoint.stdin")
    if job.form in STREAMED and job.output is None:
        raise UsageError("checkpoint.needs_output", form=job.form)


def _refuse_overwriting(job: ScanJob, paths: Iterable[Path]) -> None:
    """Raise UsageError if a file to be written is none, or is read or written already."""
    inputs = (Path("/dev/stdin") if str(path) == STANDARD_INPUT else path for path in paths)
    named = {"--checkpoint": job.checkpoint, "--output": job.output}
    written = {option: path for option, path in named.items() if path is not None}
    others = [*job.reads, key_file(), *([job.settings] if job.settings else [])]
    refuse_overwriting([*inputs, *others], written)


def _begin(job: ScanJob, book: Checkpoint | None, state: State | None) -> None:
    """See that a new scan finds its place free; note in its checkpoint that it has been taken."""
    if state is None and job.output is not None:
        refuse_leftovers(job.output)
    if state is None and book is not None:
        book.save(State())


def _signature(job: ScanJob, paths: Sequence[Path], key: bytes) -> dict[str, str]:
    """Return what must be the same for a scan to be gone on with, each under its own name."""
    options = job.options
    chosen = {
        "--column": options.columns,
        "--record": options.record,
        "--encoding": options.encoding,
        "--delimiter": options.delimiter,
        "--format": job.form,
        "--output": str(job.output),
        "--show-text": job.show_text,
        "--lang": job.lang,
        "--policy": sorted(job.policy.actions.items()),
        "baseline": job.baseline.text() if job.baseline else None,
        "files": [str(path) for path in paths],
        "key": "",
    }
    marks = {name: mark(key, value) for name, value in chosen.items()}
    return marks | provenance() | file_signature(paths, key)


def _publish_finished(job: ScanJob, book: Checkpoint, state: State, left: LeftOut) -> int:
    """Give a report its name that was complete when the process was killed."""
    summary = Summary(policy=job.policy, settings=job.settings, left=left)
    summary.load(state.values, state.blobs)
    summary.empty_known = state.values["empty"]
    if job.output and part_of(job.output).exists():
        part_of(job.output).replace(job.output)
    book.remove()
    _tell(job, summary)
    return int(state.finished or 0)


def _tell(job: ScanJob, summary: Summary) -> None:
    """Print on the error stream what a report that is not a table does not say to people."""
    if job.form != "table" or job.output:
        for line in closing_lines(summary, job.lang):
            print(line, file=sys.stderr)
    if not os.path.lexists(key_file()):
        print(say("running.no_key", job.lang, place=key_file()), file=sys.stderr)
    if job.output:
        print(say("scan.written", job.lang, path=job.output), file=sys.stderr)


def _tell_how_to_go_on(job: ScanJob) -> None:
    if STANDARD_INPUT in job.paths:
        return
    key, command = "running.go_on", job.command
    if job.checkpoint is None:
        key, command = "running.go_on_next", f"{command} --checkpoint art9.checkpoint"
    print(say(key, job.lang, command=command), file=sys.stderr)
