"""Counts over the corpus, leaks between its splits, and the data card.

`python -m detector.workshop.statistics` writes corpus/README.md; a test holds it fresh.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from detector.finding import QUALIFIERS
from detector.resources import corpus_folder
from detector.taxonomy import Category, Subject
from detector.text import fold
from detector.workshop.agreement import agreement_on_test
from detector.workshop.corpus import PARTS, Labelled, read_split

_NEAR = 0.8
_LONG_ENOUGH = 25
_SHINGLE = 5

_INTRO = """# Corpus: data card

Written by `python -m detector.workshop.statistics`; not edited by hand.

Invented French administrative comments, labelled by docs/annotation-guide.md with spans and attributes. Nobody in them
exists; telephone numbers, identifiers and addresses are made up. Each comment was imagined on its own, in the voice of
somebody at a desk; a voice belongs to one split wholly, so that test holds voices never trained on. The texts were
written by language models in the role of those voices and labelled by the writer, then checked by program. A second reader,
who saw the texts alone, labelled test again (below); where the two differ a third, who saw both, decided or called the comment
ambiguous, and test holds what he decided. The four notes of the breach that public sources quote stand in tests, not here.

- `train`, `dev`, `test`: JSON lines, one comment a line; `trap` marks harmless comments meant to mislead, where the writer
  said so. Rules were written from domain knowledge and dev; test texts were not read for that.
- `fresh`: writers who had seen neither corpus nor detector, about 200 comments and a file each; measured before anybody read them, never
  trained on.
- `field_dev`, `field_test`: the same, as exports hold them: few sensitive comments among very many of every day.
- `checks`: cases by functionality, each with the case it contrasts with where there is one (after HateCheck, Röttger and
  others 2021); what each functionality tests stands in functionalities.yaml.
- `clean`: everyday comments that must raise nothing, many of them traps.
- `readers`: what the first and the second reader say of test.
- `demo`: what `make demo` scans; patients.csv is written by `python -m detector.workshop.demo`.
- Half of train, dev and test are sensitive: for learning and measuring, not a picture of any real file.

Licence: Apache-2.0, like the code.
"""


def leaks(known: Sequence[Labelled], unseen: Sequence[Labelled]) -> list[tuple[str, str]]:
    """Return pairs of ids whose texts share 80 % of their five-character shingles.

    Two such texts share one of their rarest shingles: only these are looked up (the prefix filter
    of Chaudhuri, Ganti and Kaushik, 2006).
    """
    shingles = [_shingles(row.text) for row in known]
    met = Counter(chain.from_iterable(shingles))
    index: dict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(shingles):
        for shingle in _rarest(found, met):
            index[shingle].append(place)
    pairs: list[tuple[str, str]] = []
    for row in unseen:
        own = _shingles(row.text)
        places = {place for shingle in _rarest(own, met) for place in index.get(shingle, ())}
        near = (p for p in sorted(places) if _likeness(own, shingles[p]) > _NEAR)
        pairs += [(known[place].id, row.id) for place in near]
    return pairs


def _likeness(one: set[str], other: set[str]) -> float:
    """Return Jaccard's index of two sets."""
    return len(one & other) / len(one | other)


def _rarest(shingles: set[str], met: Counter[str]) -> list[str]:
    """Return as many of the rarest shingles as a near copy cannot do without all of."""
    spare = len(shingles) - math.ceil(_NEAR * len(shingles)) + 1
    return sorted(shingles, key=lambda shingle: (met[shingle], shingle))[:spare]


def _shingles(text: str) -> set[str]:
    folded = fold(text).folded
    if len(folded) < _LONG_ENOUGH:
        return set()
    return {folded[start : start + _SHINGLE] for start in range(len(folded) - _SHINGLE + 1)}


def data_card() -> str:
    """Return the data card as Markdown."""
    rows = {part: read_split(part) for part in PARTS}
    parts = [_INTRO, *_table("Comments", _comments(rows)), *_table("Categories", _categories(rows))]
    return "\n".join([*parts, *_table("Evidence", _evidence(rows)), *_agreement()])


def _agreement() -> Iterator[str]:
    found = agreement_on_test()
    low, high = found.flagged.interval
    yield "## Agreement of two readers on test"
    yield ""
    yield (
        f"{len(found.pairs)} comments, {len(found.decided)} of them ambiguous to neither. Sensitive or not: agreed on "
        f"{found.flagged.value:.1%} ({low:.1%}-{high:.1%}), kappa {found.kappa:.3f}. Categories: mean F1 {found.macro_f1:.3f}."
    )
    yield ""
    yield "| category | F1 between readers |"
    yield "|---|---:|"
    for category in Category:
        yield f"| {category.value} | {found.f1(category):.2f} |"
    yield ""


def _table(title: str, rows: Iterator[list[object]]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield f"| | {' | '.join(PARTS)} |"
    yield "|---|" + "---:|" * len(PARTS)
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
    yield ""


def _comments(rows: dict[str, list[Labelled]]) -> Iterator[list[object]]:
    splits = list(rows.values())
    yield ["comments", *map(len, splits)]
    yield ["voices", *(len({row.voice for row in split}) for split in splits)]
    yield ["flagged", *(sum(row.flagged for row in split) for split in splits)]
    yield ["warning only", *(sum(_warns(row) for row in split) for split in splits)]
    yield ["harmless", *(sum(_harmless(row) for row in split) for split in splits)]
    yield ["of these marked as traps", *(sum(row.trap for row in split) for split in splits)]
    yield ["ambiguous", *(sum(row.ambiguous for row in split) for split in splits)]
    lengths = [statistics.quantiles([len(row.text) for row in split], n=10) for split in splits]
    for name, place in (("a tenth is shorter than", 0), ("half", 4), ("nine tenths", 8)):
        yield [f"characters: {name}", *(round(found[place]) for found in lengths)]


def _warns(row: Labelled) -> bool:
    return bool(row.categories) and not row.flagged


def _harmless(row: Labelled) -> bool:
    return not row.categories and not row.ambiguous


def _categories(rows: dict[str, list[Labelled]]) -> Iterator[list[object]]:
    for category in Category:
        counts = [sum(category in row.categories for row in split) for split in rows.values()]
        yield [category.value, *counts]


def _evidence(rows: dict[str, list[Labelled]]) -> Iterator[list[object]]:
    found = [[e.attributes for row in split for e in row.evidence] for split in rows.values()]
    yield ["spans", *map(len, found)]
    for subject in Subject:
        yield [f"subject {subject}", *(sum(a.subject is subject for a in one) for one in found)]
    for name in QUALIFIERS:
        yield [name, *(sum(getattr(a, name) for a in one) for one in found)]


if __name__ == "__main__":
    (corpus_folder() / "README.md").write_text(data_card(), encoding="utf-8")
