"""Signals to end, heard at a time when nothing is half-done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

ENDS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What asks a process to end: Ctrl-C, `kill` or a shutdown, a window that is closed."""


class Stopped(KeyboardInterrupt):
    """The process was asked to end; `code` is what it should end with."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


class Interrupts:
    """While it lasts, what asks to end raises Stopped, but waits where `held` says so."""

    def __init__(self) -> None:
        self._held = False
        self._pending: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in ENDS:
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let what is inside come to its end first."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._pending is not None:
            number, self._pending = self._pending, None
            raise Stopped(number)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        if not self._held:
            raise Stopped(number)
        self._pending = number
