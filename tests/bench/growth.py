"""Time and memory of `art9 scan` as a breach-shaped file grows fourfold, and fourfold again.

`python -m tests.bench.growth [ROWS…]` (default 1,000,000 4,000,000 16,000,000; the whole breach: 19000000).
Draws docs/growth.svg.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.exports import breach_rows, write_export
from tests.bench.measure import Run, run, scan
from tests.bench.page import DOCS, Section, publish, scaled
from tests.bench.plot import Series, line_plot


def main(*sizes: int) -> None:
    """Measure and publish."""
    sizes = sizes or tuple(map(scaled, (1_000_000, 4_000_000, 16_000_000)))
    runs = {rows: _scanned(rows) for rows in sizes}
    table = []
    before: tuple[int, Run] | None = None
    for rows, one in runs.items():
        growth = (
            f"{rows / before[0]:.1f} × rows, {one.seconds / before[1].seconds:.2f} × time"
            if before
            else ""
        )
        table.append(
            [
                f"{rows:,}",
                f"{one.seconds:.1f}",
                f"{rows / one.seconds:,.0f}",
                f"{one.peak_mb:,.0f}",
                growth,
            ]
        )
        before = (rows, one)
    _draw(runs)
    how = "`art9 scan --format csv` on breach files, all cores, one run each; peak memory of all processes together."
    headers = ["rows", "seconds", "rows/s", "peak memory, MB", "against the line above"]
    publish("growth", Section("Growth", how, headers, table))


def _scanned(rows: int) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "breach.csv"
        write_export(path, breach_rows(rows))
        return run(scan(path), memory=True)


def _draw(runs: dict[int, Run]) -> None:
    millions = [rows / 1e6 for rows in runs]
    time = Series("seconds", millions, [one.seconds for one in runs.values()])
    memory = Series("peak memory, MB", millions, [one.peak_mb for one in runs.values()])
    (DOCS / "growth.svg").write_text(line_plot("million rows", time, memory), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
