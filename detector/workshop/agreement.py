"""How far two readers who label the same comments agree.

`corpus/readers` holds what two readers say of corpus test, the second of whom saw the texts alone.
Where they differ a third has decided: corpus test itself holds what stands since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.resources import corpus_folder
from detector.taxonomy import Category
from detector.workshop.metrics import Rate

Labels = frozenset[Category] | None
"""The categories that a reader gives; None where a comment is ambiguous to them."""


@dataclass(frozen=True)
class Agreement:
    """Two readers' labels of the same comments, in one order."""

    pairs: tuple[tuple[Labels, Labels], ...]

    @property
    def decided(self) -> list[tuple[frozenset[Category], frozenset[Category]]]:
        """The pairs that neither reader calls ambiguous."""
        return [(one, two) for one, two in self.pairs if one is not None and two is not None]

    @property
    def flagged(self) -> Rate:
        """How often both or neither find something sensitive."""
        verdicts = self._verdicts()
        return Rate(sum(one is two for one, two in verdicts), len(verdicts))

    @property
    def kappa(self) -> float:
        """Cohen's kappa (1960) of finding something sensitive.

        >>> health = frozenset({Category.HEALTH})
        >>> pairs = [(health, health), (frozenset(), frozenset()), (health, frozenset())]
        >>> round(Agreement(tuple(pairs)).kappa, 2)
        0.4
        """
        verdicts = self._verdicts()
        first = sum(one for one, _ in verdicts) / len(verdicts)
        second = sum(two for _, two in verdicts) / len(verdicts)
        chance = first * second + (1 - first) * (1 - second)
        return (self.flagged.value - chance) / (1 - chance)

    def f1(self, category: Category) -> float:
        """Return the F1 of the second reader for a category, the first taken as right."""
        both = sum(category in one and category in two for one, two in self.decided)
        given = sum((category in one) + (category in two) for one, two in self.decided)
        return 2 * both / given if given else 1.0

    @property
    def macro_f1(self) -> float:
        """The mean F1 over all categories."""
        return sum(map(self.f1, Category)) / len(Category)

    def _verdicts(self) -> list[tuple[bool, bool]]:
        return [(_sensitive(one), _sensitive(two)) for one, two in self.decided]


def agreement_on_test() -> Agreement:
    """Return the agreement on corpus test."""
    return agreement(labels_of("first"), labels_of("second"))


def agreement(first: Mapping[str, Labels], second: Mapping[str, Labels]) -> Agreement:
    """Return the agreement of two readers' labels, given by the ids of comments."""
    return Agreement(tuple((labels, second[name]) for name, labels in first.items()))


def labels_of(reader: str) -> dict[str, Labels]:
    """Return what a reader says of the comments of corpus test, by their ids."""
    path = corpus_folder() / "readers" / f"{reader}.jsonl"
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {record["id"]: _labels(record) for record in records}


def _labels(record: dict[str, Sequence[str]]) -> Labels:
    return None if record.get("ambiguous") else frozenset(map(Category, record["categories"]))


def _sensitive(categories: frozenset[Category]) -> bool:
    return any(category.sensitive for category in categories)
