"""How many persons (records) hold a finding, of each category and in all.

Only records with a finding are remembered, as 8 bytes of a keyed hash and a bit for each
category: 10 to 25 bytes a record. Beyond LIMIT of them nothing more is remembered, records are
told apart from the one before only, and the counts are upper bounds, which `exact` says.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable

from detector.taxonomy import Category

LIMIT = 8_000_000
"""How many records with a finding are told apart for certain."""

_ORDER = tuple(Category)
_BIT = {category: 1 << place for place, category in enumerate(_ORDER)}


class Persons:
    """The records with findings, by category.

    >>> persons = Persons()
    >>> persons.add("a.csv", "12", [Category.HEALTH])
    >>> persons.add("a.csv", "12", [Category.HEALTH, Category.RELIGION])
    >>> len(persons), persons.of(Category.RELIGION)
    (1, 1)
    """

    def __init__(self, key: bytes = b"") -> None:
        self._key = hashlib.sha256(key).digest()
        self._names = array("Q", bytes(8 << 10))  # open addressing; 0 is a free slot
        self._marks = array("I", bytes(4 << 10))
        self._kept = self._count = 0
        self._by_category: Counter[Category] = Counter()
        self._last: tuple[int, int] = (0, 0)

    def __len__(self) -> int:
        return self._count

    def of(self, category: Category) -> int:
        """Return how many records hold a finding of `category`."""
        return self._by_category[category]

    @property
    def exact(self) -> bool:
        """Whether no record was counted twice."""
        return self._count == self._kept

    def add(self, source: str, record: str, categories: Iterable[Category]) -> None:
        """Take note that `record` of `source` holds findings of `categories`."""
        name = self._hash(f"{source}\0{record}")
        mark = 0
        for category in categories:
            mark |= _BIT[category]
        slot = self._slot(name)
        if self._names[slot] == name:
            before = self._marks[slot]
            self._marks[slot] = before | mark
        else:
            before = self._new(slot, name, mark)
        self._count_new(mark & ~before)

    def dump(self) -> tuple[dict[str, object], bytes, bytes]:
        """Return all that is known, for `load`."""
        taken = [slot for slot, name in enumerate(self._names) if name]
        names = array("Q", (self._names[slot] for slot in taken))
        marks = array("I", (self._marks[slot] for slot in taken))
        counts = {category.value: count for category, count in self._by_category.items()}
        values = {"count": self._count, "last": list(self._last), "by_category": counts}
        return values, names.tobytes(), marks.tobytes()

    def load(self, values: dict[str, object], names: bytes, marks: bytes) -> None:
        """Take over what `dump` gave; the key must be the same."""
        for name, mark in zip(array("Q", names), array("I", marks), strict=True):
            self._keep(self._slot(name), name, mark)
        count, last, counts = values["count"], values["last"], values["by_category"]
        if not (isinstance(count, int) and isinstance(last, list) and isinstance(counts, dict)):
            raise TypeError
        self._count, self._last = count, (last[0], last[1])
        self._by_category = Counter({Category(name): many for name, many in counts.items()})

    def _hash(self, name: str) -> int:
        data = name.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(data, digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "little") or 1

    def _slot(self, name: int) -> int:
        """Return where `name` stands, or the free slot where it would."""
        names = self._names
        last = len(names) - 1
        slot = name & last
        while names[slot] not in (0, name):
            slot = (slot + 1) & last
        return slot

    def _new(self, slot: int, name: int, mark: int) -> int:
        """Count and keep a record not seen before; return the marks it already had."""
        if self._kept < LIMIT:
            self._count += 1
            self._keep(slot, name, mark)
            return 0
        before = self._last[1] if self._last[0] == name else 0
        self._count += self._last[0] != name
        self._last = (name, before | mark)
        return before

    def _keep(self, slot: int, name: int, mark: int) -> None:
        self._names[slot], self._marks[slot] = name, mark
        self._kept += 1
        if self._kept * 3 > len(self._names) * 2:
            self._grow()

    def _grow(self) -> None:
        names, marks = self._names, self._marks
        self._names = array("Q", bytes(16 * len(names)))
        self._marks = array("I", bytes(8 * len(marks)))
        for name, mark in zip(names, marks, strict=True):
            if name:
                slot = self._slot(name)
                self._names[slot], self._marks[slot] = name, mark

    def _count_new(self, mark: int) -> None:
        if mark:
            self._by_category.update(category for category, bit in _BIT.items() if mark & bit)
