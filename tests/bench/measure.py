"""Whole processes measured: wall time, processor time, and the peak memory of all together."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.exports import stress_rows, write_export
from tests.bench.page import Ratio, Section, publish

_EVERY = 0.1
_FOUND = 1
"""The exit code of art9 when it found something."""


@dataclass(frozen=True)
class Run:
    """What a command took; memory counts shared pages once (PSS)."""

    seconds: float
    cpu: float
    peak_mb: float


def run(command: Sequence[str], *, cores: int | None = None, memory: bool = False) -> Run:
    """Return what `command` took, on so many cores if asked; exit if it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=(lambda: _bind(cores)) if cores else None,
    )
    peak = _Peak(process.pid) if memory else None
    _, errors = process.communicate()
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = "detector" in command and process.returncode == _FOUND
    if process.returncode != 0 and not found:
        raise SystemExit(errors.decode(errors="replace"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, peak.stop() if peak else 0.0)


def scan(path: Path, *words: str) -> list[str]:
    """Return the command that scans `path` into a CSV report beside it."""
    report = str(path.with_suffix(".report"))
    return [sys.executable, "-m", "detector", "scan", str(path), "--format", "csv", "--output", report, *words]  # fmt: skip


@dataclass(frozen=True)
class Rival:
    """A program to run against ours: its name, and how many comments its command gets through."""

    name: str
    command: Callable[[Path], Sequence[str]]
    comments: int


def race(
    name: str,
    title: str,
    how: str,
    rival: Rival,
    *,
    rows: int,
    rounds: int,
    least: float | None = None,
) -> None:
    """Let `art9 scan` and a rival run in turn on one core, and publish how much faster ours is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stress.csv"
        write_export(path, stress_rows(rows))
        ours, theirs = scan(path, "--workers", "1"), rival.command(path)
        pairs = [
            (rows / run(ours, cores=1).seconds, rival.comments / run(theirs, cores=1).seconds)
            for _ in range(rounds)
        ]
    table = [
        [str(number), f"{art9:,.0f}", f"{other:,.0f}", f"{art9 / other:.2f}"]
        for number, (art9, other) in enumerate(pairs, start=1)
    ]
    median = statistics.median(art9 / other for art9, other in pairs)
    ratio = Ratio(f"comments/s against {rival.name}, median", median, least=least)
    whole = f"Whole processes on one core, in turn: `art9 scan --workers 1` on a stress file of {rows:,} rows; {how}"
    headers = ["round", "art9, comments/s", f"{rival.name}, comments/s", "ratio"]
    publish(name, Section(title, whole, headers, table, ratios=[ratio]))


def best(function: Callable[[], float], rounds: int = 3) -> float:
    """Return the least of some measurements: noise only ever adds."""
    return min(function() for _ in range(rounds))


def _bind(cores: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


class _Peak:
    """Looks at a process and its children ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak = pid, 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Return the most memory seen, in MB."""
        self._stopped.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._stopped.wait(_EVERY):
            total = sum(map(_pss, _family(self._pid)))
            self._peak = max(self._peak, total / 1024)


def _family(pid: int) -> list[int]:
    """Return `pid` and all that descend from it."""
    family = [pid]
    for parent in family:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                family += map(int, task.read_text().split())
            except OSError:
                continue
    return family


def _pss(pid: int) -> int:
    """Return the proportional memory of a process in kB, 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
