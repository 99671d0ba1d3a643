"""How many different things there were, in little memory whatever their number.

Up to EXACT different hashes are kept and counted. Beyond that only a sketch remains
(HyperLogLog with 65,536 registers): the count is then an estimate, wrong by 0.4 % as a rule,
and says so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

EXACT = 1 << 20
"""How many different hashes are counted exactly."""

_BITS = 16
_REGISTERS = 1 << _BITS
_BUFFER = 1 << 16


class Distinct:
    """Counts the different hashes among all those added.

    >>> distinct = Distinct()
    >>> distinct.add(np.array([3, 5, 3], np.uint64))
    >>> distinct.count, distinct.exact
    (2, True)
    """

    def __init__(self) -> None:
        self._seen: Hashes = np.empty(0, np.uint64)
        self._new: list[Hashes] = []
        self._waiting = 0
        self._registers: NDArray[np.uint8] | None = None

    def add(self, hashes: Hashes) -> None:
        """Take note of `hashes`, which must be spread evenly over 64 bits."""
        if self._registers is not None:
            _raise(self._registers, hashes)
            return
        self._new.append(hashes)
        self._waiting += len(hashes)
        if self._waiting >= max(_BUFFER, len(self._seen) // 4):
            self._merge()

    @property
    def exact(self) -> bool:
        """Whether `count` is no estimate."""
        self._merge()
        return self._registers is None

    @property
    def count(self) -> int:
        """How many different hashes there were."""
        self._merge()
        return len(self._seen) if self._registers is None else _estimate(self._registers)

    def dump(self) -> bytes:
        """Return all that is known, for `load`."""
        self._merge()
        if self._registers is None:
            return b"e" + self._seen.astype("<u8").tobytes()
        return b"s" + self._registers.tobytes()

    @classmethod
    def load(cls, data: bytes) -> Distinct:
        """Return what `dump` gave `data` for."""
        distinct = cls()
        if data[:1] == b"e":
            distinct._seen = np.frombuffer(data, "<u8", offset=1).astype(np.uint64)
        else:
            distinct._registers = np.frombuffer(data, np.uint8, offset=1).copy()
        return distinct

    def _merge(self) -> None:
        if self._new:
            merged = np.concatenate([self._seen, *self._new])
            merged.sort()  # np.unique keeps a table of its own, five times as large
            first = np.ones(len(merged), bool)
            first[1:] = merged[1:] != merged[:-1]
            self._seen, self._new, self._waiting = merged[first], [], 0
        if len(self._seen) > EXACT:
            self._registers = np.zeros(_REGISTERS, np.uint8)
            _raise(self._registers, self._seen)
            self._seen = np.empty(0, np.uint64)


def _raise(registers: NDArray[np.uint8], hashes: Hashes) -> None:
    """Keep in each register the longest run of zeros that its hashes begin with."""
    spots = (hashes >> np.uint64(64 - _BITS)).astype(np.intp)
    rest = (hashes << np.uint64(_BITS)) >> np.uint64(_BITS)  # 48 bits, exact as a float
    length = np.frexp(rest.astype(np.float64))[1]
    np.maximum.at(registers, spots, (64 - _BITS + 1 - length).astype(np.uint8))


def _estimate(registers: NDArray[np.uint8]) -> int:
    """Return the estimate of Flajolet et al.; EXACT lies far above its range of small counts."""
    scale = 0.7213 / (1 + 1.079 / _REGISTERS)
    inverse = float(np.exp2(-registers.astype(np.float64)).sum())
    return round(scale * _REGISTERS**2 / inverse)
