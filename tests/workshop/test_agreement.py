from detector.taxonomy import Category
from detector.workshop.agreement import Agreement, agreement, agreement_on_test
from detector.workshop.corpus import from_record, read_split

HEALTH, RELIGION = frozenset({Category.HEALTH}), frozenset({Category.RELIGION})


def test_ambiguous_comments_count_for_no_figure():
    row = from_record({"id": "a", "text": "RDV kiné", "categories": [], "ambiguous": True})
    found = agreement([row], {"a": HEALTH})
    assert found.pairs == ((None, HEALTH),)
    assert found.decided == []


def test_other_categories_agree_that_something_is_there():
    found = Agreement(((HEALTH, RELIGION), (frozenset(), frozenset())))
    assert found.flagged.value == 1
    assert found.f1(Category.HEALTH) == 0


def test_the_second_reader_has_labelled_the_whole_of_test():
    assert len(agreement_on_test().pairs) == len(read_split("test"))
