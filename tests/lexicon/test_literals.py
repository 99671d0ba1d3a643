import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.lexicon.anchors import candidates, words_in
from detector.lexicon.indexing import index_wordings, term_need
from detector.lexicon.literals import parser, pattern_need
from detector.rules.terms import boundaries, pattern_source

PATTERNS = [
    "(?:ma|leur) voisine",
    "codes?[a-z ]{0,9}porte",
    "(?:pas|plus) (?:de )?vih ?[+-]",
    "l'ami(?:e)? ?de.{0,4}coeur",
    "[0-9]{2} ?ans de prison|^fo$",
    "s(?:oe|œ)urs? (?:a|b[a-z]*)",
]


def test_the_syntax_trees_of_re_which_are_not_public_are_what_literals_reads():
    """Where this fails a release of Python has changed them: `detector.lexicon.literals` must follow."""
    assert repr(parser.parse("^(?:a[b-c9]|de){1,2}(f).(?!g)").data) == (
        "[(AT, AT_BEGINNING), "
        "(MAX_REPEAT, (1, 2, [(BRANCH, (None, ["
        "[(LITERAL, 97), (IN, [(RANGE, (98, 99)), (LITERAL, 57)])], "
        "[(LITERAL, 100), (LITERAL, 101)]]))])), "
        "(SUBPATTERN, (1, 0, 0, [(LITERAL, 102)])), (ANY, None), "
        "(ASSERT_NOT, (1, [(LITERAL, 103)]))]"
    )


def may_hold(source, text):
    index = index_wordings([pattern_need(source)], {})
    return bool(index.unanchored or candidates([index.filled_by(word) for word in words_in(text)]))


@pytest.mark.parametrize("pattern", PATTERNS)
@given(data=st.data())
def test_a_pattern_stands_only_where_its_places_are_filled(pattern, data):
    source = pattern_source(pattern)
    text = data.draw(st.from_regex(boundaries(source).encode().decode(), fullmatch=False))
    text = "".join(c for c in text.lower() if c.isprintable())
    if re.search(boundaries(source), text):
        assert may_hold(source, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?:ma|leur) voisine", "la voisin"),
        ("prison", "raison"),
        ("codes?[a-z ]{0,9}porte", "code"),
    ],
)
def test_other_words_fill_no_place(pattern, text):
    assert not may_hold(pattern_source(pattern), text)


def test_a_joint_may_be_missing():
    index = index_wordings([term_need("d'origine")], {})
    for words in (["d", "origine"], ["dorigine"]):
        assert candidates([index.filled_by(word) for word in words]) == [0]
    assert not candidates([index.filled_by("origine")])


def test_a_number_with_doubled_digits_is_found():
    index = index_wordings([term_need("3977")], {})
    assert candidates([index.filled_by("3977")]) == [0]
    assert not candidates([index.filled_by("397")])
