"""Speed of `art9 scan` against spaCy's PhraseMatcher on a blank French pipeline, one core each.

`python -m tests.bench.against_phrasematcher [ROWS]`. The matcher is given the literal terms of our
packs, and finds them as they stand: no inflection, no guard, no context.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.exports import stress_rows, write_export
from tests.bench.measure import run, scan
from tests.bench.page import Section, publish, scaled
from tests.bench.terms import literal_terms

_MATCHER = """
import csv, json, sys, spacy
from spacy.matcher import PhraseMatcher
nlp = spacy.blank("fr")
matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
matcher.add("SENSITIVE", list(nlp.pipe(json.load(open(sys.argv[2], encoding="utf-8")))))
with open(sys.argv[1], encoding="cp1252", newline="") as file:
    texts = (row["commentaire"] for row in csv.DictReader(file, delimiter=";"))
    print(sum(bool(matcher(doc)) for doc in nlp.pipe(texts, batch_size=256)))
"""


def main(rows: int = 0, rounds: int = 3) -> None:
    """Measure and publish."""
    rows = rows or scaled(200_000)
    with tempfile.TemporaryDirectory() as folder:
        path, terms = Path(folder) / "stress.csv", Path(folder) / "terms.json"
        write_export(path, stress_rows(rows))
        terms.write_text(json.dumps(literal_terms()), encoding="utf-8")
        ours = scan(path, "--workers", "1")
        theirs = [sys.executable, "-c", _MATCHER, str(path), str(terms)]
        pairs = [
            (rows / run(ours, cores=1).seconds, rows / run(theirs, cores=1).seconds)
            for _ in range(rounds)
        ]
    ratio = statistics.median(art9 / matcher for art9, matcher in pairs)
    table = [
        [str(number), f"{art9:,.0f}", f"{matcher:,.0f}", f"{art9 / matcher:.2f}"]
        for number, (art9, matcher) in enumerate(pairs, start=1)
    ]
    how = (
        f"Whole processes on one core, in turn, on a stress file of {rows:,} rows. The matcher is given the {len(literal_terms()):,} literal "
        f"terms of our packs and does nothing else: no inflection, no homonyms, no context, no classifier."
    )
    headers = ["round", "art9, comments/s", "PhraseMatcher, comments/s", "ratio"]
    publish("against_phrasematcher", Section("Against spaCy's PhraseMatcher", how, headers, table, f"Median ratio: {ratio:.2f}."))  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
