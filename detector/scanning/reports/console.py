"""Where tables and coloured words are printed."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console


def console(out: TextIO | None = None, width: int | None = None) -> Console:
    """Return a console on `out` (default: standard output) that marks nothing up by itself."""
    return _Console(file=out, width=width, highlight=False)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Raise the error; Rich would end with 1, which is a verdict."""
        raise BrokenPipeError
