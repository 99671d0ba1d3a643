"""Speed of `art9 scan` against EDS-NLP with a term list and its qualifiers, one core each.

`python -m tests.bench.against_edsnlp [ROWS] [SAMPLE]`. EDS-NLP is no dependency of art9: the first run
makes a virtual environment for it in .bench/edsnlp and does `pip install edsnlp` there, which
needs a package index. To use one that exists: ART9_EDSNLP_PYTHON=/path/to/python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests.bench.measure import Rival, race
from tests.bench.page import scaled
from tests.bench.terms import literal_terms

_TERMS = 300
_EDSNLP = """
import csv, json, sys, edsnlp, edsnlp.pipes as eds
nlp = edsnlp.blank("eds")
nlp.add_pipe(eds.sentences())
nlp.add_pipe(eds.normalizer())
nlp.add_pipe(eds.matcher(terms={"sensitive": json.load(open(sys.argv[2], encoding="utf-8"))}, attr="NORM"))
for pipe in (eds.negation(), eds.family(), eds.hypothesis(), eds.reported_speech(), eds.history()):
    nlp.add_pipe(pipe)
with open(sys.argv[1], encoding="cp1252", newline="") as file:
    rows = csv.DictReader(file, delimiter=";")
    texts = [row["commentaire"] for row, _ in zip(rows, range(int(sys.argv[3])))]
print(sum(bool(doc.ents) for doc in nlp.pipe(texts)))
"""


def main(rows: int = 0, sample: int = 0, rounds: int = 1) -> None:
    """Measure and publish."""
    rows, sample, python = rows or scaled(150_000), sample or scaled(20_000), _python()
    with tempfile.TemporaryDirectory() as folder:
        terms = Path(folder) / "terms.json"
        terms.write_text(json.dumps(literal_terms(_TERMS)), encoding="utf-8")
        rival = Rival(
            "EDS-NLP",
            lambda path: [python, "-c", _EDSNLP, str(path), str(terms), str(sample)],
            sample,
        )
        how = (
            f"EDS-NLP with {_TERMS} terms of our packs, normaliser, sentences, negation, family, hypothesis, reported speech and history on the "
            f"first {sample:,} of the same comments."
        )
        race("against_edsnlp", "Against EDS-NLP", how, rival, rows=rows, rounds=rounds)


def _python() -> str:
    """Return a Python that has EDS-NLP, made at the first call."""
    if given := os.environ.get("ART9_EDSNLP_PYTHON"):
        return given
    home = Path(__file__).parents[2] / ".bench" / "edsnlp"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "edsnlp"], check=True)
    return str(python)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
