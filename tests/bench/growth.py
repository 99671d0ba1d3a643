"""Time and memory of `art9 scan` as a breach-shaped file grows fourfold, and fourfold again.

`python -m tests.bench.growth [ROWS…]` (default 500,000 2,000,000 8,000,000; the whole breach: 19000000).
Draws docs/growth.svg.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from tests.bench.exports import breach_rows, write_export
from tests.bench.measure import Run, run, scan
from tests.bench.page import DOCS, Ratio, Section, publish, scaled
from tests.bench.plot import Series, line_plot


def main(*sizes: int) -> None:
    """Measure and publish."""
    sizes = sizes or tuple(map(scaled, (500_000, 2_000_000, 8_000_000)))
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
    ratios = [
        Ratio(
            f"time at {rows:,} rows against {fewer:,}",
            more.seconds / less.seconds,
            most=4.3 if rows == 4 * fewer else None,
        )
        for (fewer, less), (rows, more) in pairwise(runs.items())
    ]
    ratios.append(
        Ratio(
            "peak memory of all processes, MB",
            max(one.peak_mb for one in runs.values()),
            most=1_200,
        )
    )
    headers = ["rows", "seconds", "rows/s", "peak memory, MB", "against the line above"]
    publish("growth", Section("Growth", how, headers, table, ratios=ratios))


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
