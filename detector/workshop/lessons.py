"""What there is to learn from: corpus train, plain and noisy, and the examples of the packs."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from detector.rules.markup import Example, parse
from detector.rules.packs import all_rules, read_packs
from detector.rules.rules import Rule
from detector.spelling.spelling import Spelling
from detector.spelling.vocabulary import KnownWords
from detector.taxonomy import Category
from detector.text import Text
from detector.workshop.corpus import Labelled, read_split
from detector.workshop.features import SEED, VectorTable
from detector.workshop.network import Wanted, marked_by
from detector.workshop.noise import NOISES
from detector.workshop.vocabulary import word_costs


def with_noise(rows: Sequence[Labelled], seed: int = SEED) -> list[tuple[str, Labelled]]:
    """Return each comment as written and once more with one kind of noise."""
    dice = random.Random(seed)
    kinds = list(NOISES.values())
    pairs: list[tuple[str, Labelled]] = []
    for row in rows:
        pairs += [(row.text, row), (dice.choice(kinds)(row.text, dice), row)]
    return pairs


def pack_examples(rules: Sequence[Rule]) -> list[Labelled]:
    """Return the examples written into packs as comments: what flags, and near misses."""
    return [_labelled(rule, parse(line)) for rule in rules for line in (*rule.flag, *rule.passes)]


def _labelled(rule: Rule, example: Example) -> Labelled:
    marked = (category for mark in example.marks for category in mark.categories or rule.categories)
    return Labelled(id=rule.id, text=example.text, categories=frozenset(marked))


def targets(rows: Sequence[Labelled]) -> npt.NDArray[np.bool_]:
    """Return comments x outputs: flagged at all, then each category."""
    return np.array([[row.flagged, *(c in row.categories for c in Category)] for row in rows])


def wanted_of(rows: Sequence[Labelled], texts: Sequence[Text]) -> Wanted:
    """Return what the network is to learn of `rows`, whose mended texts are given."""
    return Wanted(
        targets(rows), [marked_by(row, text) for row, text in zip(rows, texts, strict=True)]
    )


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from: texts with their labels, the French words, the known ones.

    The first `comments` texts are those of corpus train, plain and noisy by turns; then come the
    examples of packs.
    """

    texts: tuple[str, ...]
    labels: tuple[Labelled, ...]
    comments: int
    table: VectorTable
    costs: Mapping[str, int]

    @cached_property
    def spelling(self) -> Spelling:
        """Mends texts by the known words."""
        return Spelling(KnownWords(self.costs))


def read_lessons() -> Lessons:
    """Return corpus train and the examples of packs as lessons."""
    rules, table = all_rules(read_packs()), VectorTable()
    learned = [row for row in read_split("train") if not row.ambiguous]
    pairs = with_noise(learned)
    examples = [(row.text, row) for row in pack_examples(rules)]
    texts, labels = zip(*pairs, *examples, strict=True)
    spellings = [spelling for spelling, _ in table.spellings]
    costs = word_costs(spellings, rules, (row.text for row in learned))
    return Lessons(texts, labels, len(pairs), table, costs)
