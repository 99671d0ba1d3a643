import random

import pytest

from detector.scanning import persons
from detector.scanning.persons import Persons
from detector.taxonomy import Category

CATEGORIES = list(Category)


def additions(count, seed=3):
    dice = random.Random(seed)
    return [
        (
            dice.choice("ab"),
            str(dice.randrange(count // 2)),
            dice.sample(CATEGORIES, dice.randrange(1, 4)),
        )
        for _ in range(count)
    ]


def expected(added):
    return {
        category: len({(source, record) for source, record, own in added if category in own})
        for category in CATEGORIES
    }


def counts(people):
    return {category: people.of(category) for category in CATEGORIES}


def test_each_record_counts_once_in_all_and_once_in_each_category():
    added, people = additions(20_000), Persons(b"key")
    for one in added:
        people.add(*one)
    assert len(people) == len({(source, record) for source, record, _ in added})
    assert counts(people) == expected(added)
    assert people.exact


def test_what_was_dumped_goes_on_as_if_nothing_had_happened():
    added, first, second = additions(5_000), Persons(b"key"), Persons(b"key")
    for one in added[:2_000]:
        first.add(*one)
    second.load(*first.dump())
    for one in added[2_000:]:
        second.add(*one)
    assert counts(second) == expected(added)


def test_a_dump_holds_no_record_and_differs_with_the_key():
    one, other = Persons(b"one"), Persons(b"other")
    for people in (one, other):
        people.add("a.csv", "DURAND-1962", [Category.HEALTH])
    assert b"DURAND" not in b"".join(map(bytes, one.dump()[1:]))
    assert one.dump()[1] != other.dump()[1]


def test_beyond_the_limit_neighbouring_rows_are_still_one_person(monkeypatch):
    monkeypatch.setattr(persons, "LIMIT", 100)
    people = Persons()
    for record in range(500):
        people.add("a.csv", str(record), [Category.HEALTH])
        people.add("a.csv", str(record), [Category.HEALTH, Category.RELIGION])
    assert len(people) == 500
    assert people.of(Category.HEALTH) == people.of(Category.RELIGION) == 500
    assert not people.exact


@pytest.mark.parametrize("count", [1, 700, 50_000])
def test_memory_is_some_bytes_a_record(count):
    people = Persons()
    for record in range(count):
        people.add("a.csv", str(record), [Category.HEALTH])
    assert len(people._names) * 12 <= max(count * 36, 12 * 1024)
