"""The check of files before they are committed, and the record of what a person accepts."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from detector.advice import advice_for, named
from detector.baseline import Accepting, Baseline, Entry, PolicyChecker, new_baseline, read_baseline
from detector.detector import Detector
from detector.errors import BaselineError, DetectorError, InputError, Place, UsageError
from detector.finding import Finding
from detector.messages import DEFAULT_LANGUAGE, say
from detector.policy import Policy
from detector.scanning.reports.base import left_out, reason
from detector.scanning.scan import Judged, Summary, scan
from detector.settings import BASELINE
from detector.sources import OPENERS, find_inputs, open_source
from detector.sources.base import Options, Unreadable
from detector.sources.folders import LeftOut

_NOTHING_IN_IT = frozenset({"input.empty", "input.no_text", "input.header_only"})
_ATTRIBUTES = ".gitattributes"
_NO_REPOSITORY = b"not a git repository (or any"


@dataclass(frozen=True)
class HookJob:
    """What is to be checked: files (none: all of the repository that git tracks), and how."""

    paths: tuple[str, ...]
    policy: Policy
    baseline: Path
    lang: str = DEFAULT_LANGUAGE
    out: Callable[[str], None] = print


def run_hook(job: HookJob) -> int:
    """Check the files of `job`, print each finding with its place and what to do; return the code.

    0 clear, 1 something blocks, 3 something could not be read.
    """
    detector = Detector(job.policy)
    accepted = read_baseline(job.baseline) if job.baseline.exists() else None
    run = _Run(job, Accepting(detector, accepted) if accepted else detector)
    for item in run.items():
        if isinstance(item, Unreadable):
            place = Place(item.source, item.line)
            job.out(f"{place}: {say('hook.unread', job.lang)} — {reason(item, job.lang)}")
        else:
            _print_comment(job, item)
            run.advised.update(_advice(job, item))
    _print_end(job, run)
    return 3 if run.faults or run.summary.unreadable else int(run.summary.blocked > 0)


def record_baseline(job: HookJob, *, reason: str | None, prune: bool) -> int:
    """Accept what the files of `job` hold; return 0, or 3 if something could not be read."""
    detector = Detector(job.policy)
    words = _reason(reason or say("baseline.reason", job.lang), detector)
    before = read_baseline(job.baseline) if job.baseline.exists() else new_baseline()
    run = _Run(job, detector)
    found = [
        (item.comment.text, finding)
        for item in run.items()
        if isinstance(item, Judged)
        for finding in item.verdict.findings
    ]
    after = before.with_findings(found, words)
    whole = not run.faults and not run.summary.unreadable
    stale = _stale(before, found)
    if prune and whole:
        after = after.keeping(set(after.entries) - stale)
    _write(job.baseline, after)
    counts = {"new": len(set(after.entries) - set(before.entries)), "path": job.baseline}
    job.out(say("baseline.written", job.lang, all=len(after.entries), **counts))
    if stale and (prune or not job.paths):
        key = "baseline.pruned" if prune and whole else "baseline.stale"
        job.out(say(key, job.lang, count=len(stale)))
    if _merge_by_union(job.baseline):
        job.out(say("baseline.attributes", job.lang, name=job.baseline.name))
    _print_unread(job, run)
    return 0 if whole else 3


@dataclass
class _Run:
    """One run over the files of a job: what was read, counted, and could not be opened."""

    job: HookJob
    checker: PolicyChecker
    summary: Summary = field(default_factory=Summary)
    faults: list[DetectorError] = field(default_factory=list)
    advised: dict[str, str] = field(default_factory=dict)

    def items(self) -> Iterator[Judged | Unreadable]:
        """Yield what is not clear and what could not be read, file by file."""
        for path in _paths(self.job, self.faults, self.summary.left):
            try:
                yield from self._read(path)
            except DetectorError as fault:
                self.faults.append(fault)

    def _read(self, path: Path) -> Iterator[Judged | Unreadable]:
        try:
            source = open_source(path, Options(thorough=True))
        except InputError as fault:
            if fault.key not in _NOTHING_IN_IT:
                raise
            return
        with closing(source):
            yield from scan([source], self.checker, self.summary)


def _paths(job: HookJob, faults: list[DetectorError], left: LeftOut) -> Iterator[Path]:
    given: Sequence[str | Path] = job.paths or _tracked()
    for path in given:
        try:
            yield from (found for found in find_inputs([path], left) if found.name != BASELINE)
        except DetectorError as fault:
            faults.append(fault)


def _tracked() -> list[Path]:
    """Return the files of the repository that git tracks and art9 reads, else this folder."""
    git = shutil.which("git")
    if git is None:
        return [Path()]
    listed = subprocess.run(  # noqa: S603  no word of ours or of a stranger is in the call
        [git, "ls-files", "-z", ":/"],
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if listed.returncode and _NO_REPOSITORY in listed.stderr:
        return [Path()]
    if listed.returncode:
        problem = os.fsdecode(listed.stderr).strip().partition("\n")[0]
        raise UsageError("hook.git", problem=problem)
    names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return [path for path in map(Path, names) if path.suffix.lower() in OPENERS and path.exists()]


def _print_comment(job: HookJob, item: Judged) -> None:
    place = item.comment.location
    where = say("hook.where", job.lang, record=place.record, field=place.field)
    status = say(f"status.{item.verdict.status}", job.lang)
    found = dict.fromkeys(named(finding, job.lang) for finding in item.verdict.findings)
    job.out(f"{place.source}:{place.line}: {where}: {', '.join(found)} — {status}")


def _advice(job: HookJob, item: Judged) -> Iterator[tuple[str, str]]:
    """Yield what to do with the category it is about, for the list at the end."""
    for finding in item.verdict.findings:
        advice = advice_for(finding, job.lang)
        wording = say("hook.wording", job.lang, wording=advice.wording) if advice.wording else ""
        yield f"{advice.do}{wording}", finding.category.named(job.lang)


def _print_end(job: HookJob, run: _Run) -> None:
    _print_unread(job, run)
    for do, category in run.advised.items():
        job.out(say("hook.advice", job.lang, category=category, do=do))
    counts = {"comments": run.summary.comments, "accepted": run.summary.accepted}
    job.out(say("hook.summary", job.lang, files=len(run.summary.sources), **counts))
    if run.advised:
        job.out(say("hook.accept", job.lang))
    if run.faults or run.summary.unreadable:
        job.out(say("hook.unread_advice", job.lang))


def _print_unread(job: HookJob, run: _Run) -> None:
    for fault in run.faults:
        job.out(fault.render(job.lang))
    if counts := run.summary.left.counts:
        job.out(left_out(counts, job.lang))


def _reason(words: str, detector: Detector) -> str:
    """Return a reason on one line; raise UsageError if it says itself what must not be said."""
    if detector.check(words).findings:
        raise UsageError("baseline.reason")
    return " ".join(words.split())


def _stale(baseline: Baseline, found: Iterable[tuple[str, Finding]]) -> set[Entry]:
    """Return the entries of `baseline` that accept nothing that was found."""
    used = {baseline.entry(text, finding.category) for text, finding in found}
    return set(baseline.entries) - used


def _write(path: Path, baseline: Baseline) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(baseline.text(), encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BaselineError(
            "baseline.cannot_write", Place(str(path)), problem=error.strerror
        ) from None


def _merge_by_union(path: Path) -> bool:
    """Tell git to join both sides' lines of the baseline; return whether that was news to it."""
    folder = path.resolve().parent
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return False
    attributes = folder / _ATTRIBUTES
    said = attributes.read_text(encoding="utf-8") if attributes.exists() else ""
    if any(line.split()[:1] == [path.name] and "merge=union" in line for line in said.splitlines()):
        return False
    before = said if not said or said.endswith("\n") else f"{said}\n"
    attributes.write_text(f"{before}{path.name} merge=union\n", encoding="utf-8")
    return True
