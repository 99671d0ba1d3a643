"""From nothing to the first answer: whole processes, one at a time.

`python -m tests.bench.cold_start [ROUNDS]` (default 5).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import run
from tests.bench.page import Section, publish


def main(rounds: int = 5) -> None:
    """Measure and publish."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("id;commentaire\n1;RAS\n2;porteuse sida\n", encoding="utf-8")
        art9 = [sys.executable, "-m", "detector"]
        cases = {
            "`python -c pass`": [sys.executable, "-c", "pass"],
            "`art9 --version`": [*art9, "--version"],
            "`art9 check`, a clear comment": [*art9, "check", "RAS"],
            "`art9 check`, a comment that is reported": [*art9, "check", "porteuse sida"],
            "`art9 scan`, two rows": [*art9, "scan", str(path)],
        }
        taken = {
            name: [run(words, memory=True) for _ in range(rounds)] for name, words in cases.items()
        }
    table = [
        [
            name,
            f"{statistics.median(one.seconds for one in runs) * 1000:,.0f}",
            f"{max(one.peak_mb for one in runs):,.0f}",
        ]
        for name, runs in taken.items()
    ]
    how = f"Whole processes, files warm in the system's cache, medians of {rounds}."
    publish("cold_start", Section("Cold start", how, ["command", "ms", "peak memory, MB"], table))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
