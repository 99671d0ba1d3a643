"""How far a scan has got, for people: lines, pace, time left, findings."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import ProgressColumn, SpinnerColumn, Task
from rich.text import Text

from detector.messages import say
from detector.sources.opening import Meter

EVERY = 60.0
"""After how many seconds a line is printed where there is no terminal."""


class Progress:
    """Shows how far `meter` has got: on a terminal always, elsewhere a line now and then.

    It is asked from a thread of its own, so that it costs reading nothing.
    """

    def __init__(self, lang: str, total: int | None = None) -> None:
        self._lang, self._total = lang, total
        self.meter = Meter()
        self.found: Callable[[], int] = lambda: 0
        self._begun: tuple[float, int, int] = (time.monotonic(), 0, 0)
        self._stopped = threading.Event()
        self._bar: Bar | None = None

    def begin_here(self) -> None:
        """Measure the pace from now on: what was read before had been judged by an earlier run."""
        self._begun = (time.monotonic(), self.meter.lines, self.meter.bytes)

    def words(self) -> str:
        """Return how far the scan has got, in words."""
        begun, lines, read = self._begun
        seconds = max(time.monotonic() - begun, 1e-6)
        values = {
            "lines": _grouped(self.meter.lines),
            "rate": _grouped(round((self.meter.lines - lines) / seconds)),
            "found": _grouped(self.found()),
        }
        speed = (self.meter.bytes - read) / seconds
        if not self._total or speed <= 0:
            return say("running.progress", self._lang, **values)
        left = timedelta(seconds=round(max(self._total - self.meter.bytes, 0) / speed))
        share = min(self.meter.bytes * 100 // self._total, 100)
        return say("running.progress_left", self._lang, **values, share=share, left=left)

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            column = _Words(self.words)
            console = Console(stderr=True)
            self._bar = Bar(SpinnerColumn(), column, console=console, transient=True)
            self._bar.add_task("")
            self._bar.start()
        else:
            threading.Thread(target=self._print, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Show nothing more."""
        self._stopped.set()
        if self._bar:
            self._bar.stop()

    def _print(self) -> None:
        while not self._stopped.wait(EVERY):
            print(f"art9: {self.words()}", file=sys.stderr, flush=True)


class _Words(ProgressColumn):
    """Says what a function returns each time the terminal is refreshed."""

    def __init__(self, words: Callable[[], str]) -> None:
        super().__init__()
        self._words = words

    def render(self, task: Task) -> Text:
        return Text(self._words())


def total_size(paths: Iterable[Path]) -> int | None:
    """Return the bytes of all files, or None if one has no size that is known beforehand."""
    total = 0
    for path in paths:
        try:
            if not path.is_file():
                return None
            total += path.stat().st_size
        except OSError:
            return None
    return total


def _grouped(number: int) -> str:
    """Return a number with its thousands apart.

    >>> _grouped(15000000).split()
    ['15', '000', '000']
    """
    return f"{number:,}".replace(",", "\u202f")
