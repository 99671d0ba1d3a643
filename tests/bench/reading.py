"""What a scan costs beyond merely reading: a breach-shaped file read barely, by our reader, scanned.

`python -m tests.bench.reading [ROWS]` (default 6,000,000).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.exports import breach_rows, write_export
from tests.bench.measure import run, scan
from tests.bench.page import Ratio, Section, publish, scaled

_BARE = """
import csv, sys
with open(sys.argv[1], encoding="cp1252", newline="") as file:
    print(sum(1 for _ in csv.reader(file, delimiter=";")))
"""
_SOURCE = """
import sys
from detector.sources import open_source
print(sum(1 for _ in open_source(sys.argv[1])))
"""


def main(rows: int = 0, rounds: int = 3) -> None:
    """Measure and publish."""
    rows = rows or scaled(6_000_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "breach.csv"
        write_export(path, breach_rows(rows))
        commands = {
            "bare `csv.reader`, nothing else": [sys.executable, "-c", _BARE, str(path)],
            "our reader, nothing else": [sys.executable, "-c", _SOURCE, str(path)],
            "`art9 scan`": scan(path),
        }
        taken = {
            name: [run(command).seconds for _ in range(rounds)]
            for name, command in commands.items()
        }
    median = {name: statistics.median(seconds) for name, seconds in taken.items()}
    least = median["our reader, nothing else"]
    table = [
        [name, f"{seconds:.1f}", f"{rows / seconds:,.0f}", f"{least / seconds:.0%}"]
        for name, seconds in median.items()
    ]
    how = f"Whole processes on all cores, in turn, medians of {rounds}, on a breach file of {rows:,} rows."
    share = least / median["`art9 scan`"]
    ratios = [Ratio("scan against reading with the same reader, rows/s", share, least=0.6)]
    headers = ["what", "seconds", "rows/s", "of our reader's speed"]
    publish("reading", Section("Reading and scanning a breach-shaped file", how, headers, table, ratios=ratios))  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
