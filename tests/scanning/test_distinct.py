import numpy as np
import pytest

from detector.scanning import distinct
from detector.scanning.distinct import Distinct


def hashes(count, seed=1):
    return np.random.default_rng(seed).integers(0, 2**64, count, dtype=np.uint64)


def test_a_small_number_is_counted_exactly_however_it_comes():
    all_of_them = hashes(200_000)
    counted = Distinct()
    for part in np.array_split(np.concatenate([all_of_them, all_of_them[::3]]), 97):
        counted.add(part)
    assert (counted.count, counted.exact) == (200_000, True)


def test_a_large_number_is_estimated_within_one_in_a_hundred_and_says_so():
    counted = Distinct()
    for part in np.array_split(hashes(5_000_000), 100):
        counted.add(part)
        counted.add(part[:100])
    assert not counted.exact
    assert counted.count == pytest.approx(5_000_000, rel=0.015)


def test_memory_stays_small_whatever_the_number():
    counted = Distinct()
    for part in range(40):
        counted.add(hashes(100_000, seed=part))
    assert len(counted.dump()) < 70_000


@pytest.mark.parametrize("limit", [1 << 20, 1_000])
def test_what_was_dumped_goes_on_as_if_nothing_had_happened(monkeypatch, limit):
    monkeypatch.setattr(distinct, "EXACT", limit)
    whole, first = Distinct(), Distinct()
    parts = np.array_split(hashes(5_000), 7)
    for part in parts:
        whole.add(part)
    for part in parts[:3]:
        first.add(part)
    second = Distinct.load(first.dump())
    for part in parts[3:]:
        second.add(part)
    assert (second.count, second.exact) == (whole.count, whole.exact)
