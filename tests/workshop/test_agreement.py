import pytest

from detector.taxonomy import Category
from detector.workshop.agreement import Agreement, agreement, labels_of
from detector.workshop.corpus import read_split

HEALTH, RELIGION = frozenset({Category.HEALTH}), frozenset({Category.RELIGION})


def test_ambiguous_comments_count_for_no_figure():
    found = agreement({"a": None}, {"a": HEALTH})
    assert found.pairs == ((None, HEALTH),)
    assert found.decided == []


def test_other_categories_agree_that_something_is_there():
    found = Agreement(((HEALTH, RELIGION), (frozenset(), frozenset())))
    assert found.flagged.value == 1
    assert found.f1(Category.HEALTH) == 0


@pytest.mark.parametrize("reader", ["first", "second"])
def test_both_readers_have_labelled_the_whole_of_test(reader):
    assert labels_of(reader).keys() == {row.id for row in read_split("test")}


def test_what_both_readers_say_stands():
    first, second = labels_of("first"), labels_of("second")
    agreed = {name for name, labels in first.items() if labels == second[name]}
    decided = {row.id for row in read_split("test") if _stands(row) != first[row.id]}
    assert decided - agreed
    assert not decided & agreed


def _stands(row):
    return None if row.ambiguous else row.categories
