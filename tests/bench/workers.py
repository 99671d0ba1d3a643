"""One worker against two, and distinct comments against repeated ones; whole processes.

`python -m tests.bench.workers [ROWS]` (default 500,000).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.exports import stress_rows, write_export
from tests.bench.measure import run, scan
from tests.bench.page import Ratio, Section, publish, scaled

REPEATED = 0.6


def main(rows: int = 0, rounds: int = 3) -> None:
    """Measure and publish."""
    rows = rows or scaled(500_000)
    with tempfile.TemporaryDirectory() as folder:
        distinct, repeated = Path(folder) / "distinct.csv", Path(folder) / "repeated.csv"
        write_export(distinct, stress_rows(rows))
        write_export(repeated, stress_rows(rows, REPEATED))
        cases = {
            "all distinct, 1 worker": scan(distinct, "--workers", "1"),
            "all distinct, 2 workers": scan(distinct, "--workers", "2"),
            f"{REPEATED:.0%} repeated, 1 worker": scan(repeated, "--workers", "1"),
            f"{REPEATED:.0%} repeated, 2 workers": scan(repeated, "--workers", "2"),
        }
        taken = {
            name: [run(command, cores=2, memory=True) for _ in range(rounds)]
            for name, command in cases.items()
        }
    median = {name: statistics.median(one.seconds for one in runs) for name, runs in taken.items()}
    alone, together, again, both = median.values()
    table = [
        [
            name,
            f"{median[name]:.1f}",
            f"{rows / median[name]:,.0f}",
            f"{max(r.peak_mb for r in runs):,.0f}",
        ]
        for name, runs in taken.items()
    ]
    how = f"`art9 scan` on stress files of {rows:,} rows, on two cores, in turn, medians of {rounds}; memory of all processes together."
    ratios = [
        Ratio("two workers against one, comments/s", alone / together, least=1.7),
        Ratio(
            f"{REPEATED:.0%} repeated against all distinct, one worker, comments/s",
            alone / again,
            least=2,
        ),
        Ratio(
            f"{REPEATED:.0%} repeated against all distinct, two workers, comments/s",
            together / both,
        ),
    ]
    headers = ["file", "seconds", "comments/s", "peak memory, MB"]
    publish("workers", Section("Workers and repeated comments", how, headers, table, ratios=ratios))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
