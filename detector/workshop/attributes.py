"""Measures the context packs alone: attributes judged on labelled evidence.

`python -m detector.workshop.attributes [SPLIT] [ATTRIBUTE]` prints how often each attribute is
right on the labelled spans of a split (default dev), and lists where ATTRIBUTE is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from detector.finding import Span
from detector.lexicon.context import Context
from detector.text import Text, fold
from detector.workshop.corpus import Evidence, Labelled, read_split
from detector.workshop.metrics import ATTRIBUTES, Rate


def judged(rows: Sequence[Labelled]) -> Iterator[tuple[Labelled, Evidence, dict[str, object]]]:
    """Yield each labelled stretch with the attributes that the context packs give it."""
    context = Context()
    for row in rows:
        text = fold(row.text)
        for evidence in row.evidence:
            given = context.attributes(text, _folded(text, evidence.span))
            yield row, evidence, {name: getattr(given, name) for name in ATTRIBUTES}


def _folded(text: Text, span: Span) -> Span:
    """Return the folded span of an original one."""
    if text.offsets is None:
        return span
    return Span(text.offsets.index(span.start), text.offsets.index(span.end))


def main(words: Sequence[str]) -> None:
    """Print the accuracy of each attribute, and the comments where one of them is wrong."""
    split = words[0] if words else "dev"
    shown = words[1] if len(words) > 1 else ""
    cases = list(judged([row for row in read_split(split) if not row.ambiguous]))
    for name in ATTRIBUTES:
        right = sum(given[name] == getattr(e.attributes, name) for _, e, given in cases)
        print(f"{name:12} {Rate(right, len(cases)).value:.3f}  ({len(cases)} spans)")
    for row, evidence, given in cases:
        wanted = getattr(evidence.attributes, shown, None)
        if shown and given[shown] != wanted:
            words_shown = row.text[evidence.span.start : evidence.span.end]
            print(f"want {wanted!s:8} got {given[shown]!s:8} [{words_shown}] {row.text!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
