"""Speed of `art9 scan` against spaCy's PhraseMatcher on a blank French pipeline, one core each.

`python -m tests.bench.against_phrasematcher [ROWS]`. The matcher is given the literal terms of our
packs, and finds them as they stand: no inflection, no guard, no context.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.bench.measure import Rival, race
from tests.bench.page import scaled
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


def main(rows: int = 0, rounds: int = 1) -> None:
    """Measure and publish."""
    rows = rows or scaled(150_000)
    with tempfile.TemporaryDirectory() as folder:
        terms = Path(folder) / "terms.json"
        terms.write_text(json.dumps(literal_terms()), encoding="utf-8")
        rival = Rival(
            "PhraseMatcher",
            lambda path: [sys.executable, "-c", _MATCHER, str(path), str(terms)],
            rows,
        )
        how = (
            f"the matcher, given the {len(literal_terms()):,} literal terms of our packs, on the same file. It does nothing else: no inflection, "
            "no homonyms, no context, no classifier."
        )
        race(
            "against_phrasematcher",
            "Against spaCy's PhraseMatcher",
            how,
            rival,
            rows=rows,
            rounds=rounds,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
