"""Which words a wording needs, as a tree, and by which of them it is looked up.

A need is an anchor (a word, with `*` where it may go on), or several needs of which all or any must
be met. To look a wording up, an index leads from its rarest words: one for each way in
which the tree can be met, with what must stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AllOf:
    """Met if all of its needs are; without any, always."""

    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Met if one of its needs is."""

    needs: tuple[Need, ...]


Need = str | AllOf | AnyOf

NOTHING = AllOf()
"""The need of what may stand in any text."""

Slot = tuple[str, ...]
"""Anchors one of which must stand in a text."""

Cost = Callable[[str], int]
"""How common the words of an anchor are."""

MOST_BESIDE = 3
"""How many slots at most must be filled beside the word that leads to a wording."""


def all_of(needs: Iterable[Need]) -> Need:
    """Return the need that `needs` are together.

    >>> all_of(["pas", NOTHING, "vih", "pas"])
    AllOf(needs=('pas', 'vih'))
    """
    flat: dict[Need, None] = {}
    for need in needs:
        flat.update(dict.fromkeys(need.needs if isinstance(need, AllOf) else (need,)))
    return next(iter(flat)) if len(flat) == 1 else AllOf(tuple(flat))


def any_of(needs: Iterable[Need]) -> Need:
    """Return the need that one of `needs` is enough for.

    >>> any_of(["ma", any_of(["leur", "ma"])])
    AnyOf(needs=('ma', 'leur'))
    """
    flat: dict[Need, None] = {}
    for need in needs:
        if need == NOTHING:
            return NOTHING
        flat.update(dict.fromkeys(need.needs if isinstance(need, AnyOf) else (need,)))
    return next(iter(flat)) if len(flat) == 1 else AnyOf(tuple(flat))


def anchors_of(need: Need) -> Iterator[str]:
    """Yield the anchors of a need."""
    if isinstance(need, str):
        yield need
        return
    for one in need.needs:
        yield from anchors_of(one)


def leads(need: Need, cost: Cost, common: int) -> dict[str, tuple[Slot, ...]] | None:
    """Return the anchors that lead to what has `need`, or None for NOTHING.

    Each comes with the rarest slots that must be filled beside it, without those that cost
    `common` or more: these tell nothing.

    >>> leads(AllOf(("pas", AnyOf(("vih", "sida")))), len, 99)
    {'pas': (('sida', 'vih'),)}
    """
    found = _leads(need, cost)
    if found is None:
        return None
    ways: dict[str, list[tuple[Slot, ...]]] = {}
    for anchor, beside in found.ways:
        ways.setdefault(anchor, []).append(_rarest(beside, cost, common))
    return {anchor: _merged(known) for anchor, known in ways.items()}


@dataclass(frozen=True, slots=True)
class _Leads:
    """The ways to a need: by an anchor, with what must stand beside it; and how common they are."""

    ways: dict[tuple[str, tuple[Slot, ...]], None]
    cost: int

    @property
    def slot(self) -> Slot:
        """All the anchors that lead there: one of them must stand in the text."""
        return tuple(sorted({anchor for anchor, _ in self.ways}))


def _leads(need: Need, cost: Cost) -> _Leads | None:
    if isinstance(need, str):
        return _Leads({(need, ()): None}, cost(need))
    found = [known for one in need.needs if (known := _leads(one, cost))]
    if isinstance(need, AnyOf):
        ways = dict.fromkeys(way for one in found for way in one.ways)
        return _Leads(ways, sum(map(cost, {anchor for anchor, _ in ways})))
    if not found:
        return None
    best = min(found, key=lambda one: one.cost)
    others = tuple(one.slot for one in found if one is not best)
    ways = {(anchor, beside + others): None for anchor, beside in best.ways}
    return _Leads(ways, best.cost)


def _rarest(slots: Iterable[Slot], cost: Cost, common: int) -> tuple[Slot, ...]:
    costs = sorted((sum(map(cost, slot)), slot) for slot in set(slots))
    return tuple(slot for price, slot in costs[:MOST_BESIDE] if price < common)


def _merged(ways: list[tuple[Slot, ...]]) -> tuple[Slot, ...]:
    """Return slots that are filled wherever those of one of the ways are.

    >>> _merged([(("a",), ("b",)), (("a",), ("c",))])
    (('a',), ('b', 'c'))
    """
    shared = [slot for slot in ways[0] if all(slot in way for way in ways)]
    own = [next((slot for slot in way if slot not in shared), None) for way in ways]
    if None in own:
        return tuple(shared)
    either = {anchor for slot in own if slot for anchor in slot}
    return (*shared, tuple(sorted(either)))
