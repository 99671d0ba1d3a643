"""Expressions whose alternatives are told by words match as the whole expressions do."""

import pytest

from detector.lexicon.alternation import Alternations, Alternative
from detector.rules.terms import boundaries

LISTED = [
    ["pas de", "jamais", "n'a pas"],
    ["père", "beau-père", "sa mère"],
    ["pas", "pas de la"],
    [],
]
TEXTS = [
    "n'a pas de chien",
    "beau pere jamais la",
    "sa  mere, pas de la famille",
    "jamaisss vu",
    "rien de tout cela",
    "",
]


def alternations():
    return Alternations([[Alternative(term) for term in terms] for terms in LISTED], boundaries)


def spans(found, folded):
    standing = found.standing(folded)
    return [list(standing.spans(number)) for number in range(len(LISTED))]


@pytest.fixture(scope="module")
def indexed():
    found = alternations()
    for number in range(100):  # few texts are searched without an index
        found.standing(f"texte {number}")
    return found


@pytest.mark.parametrize("folded", TEXTS)
def test_the_index_leaves_out_only_what_cannot_match(indexed, folded):
    assert spans(indexed, folded) == spans(alternations(), folded)


def test_the_first_alternative_that_matches_stands():
    found = spans(alternations(), "pas de la famille")
    assert [[("pas de la famille"[s.start : s.end]) for s in one] for one in found] == [
        ["pas de"],
        [],
        ["pas"],
        [],
    ]


def test_only_expressions_whose_words_stand_there_are_asked(indexed):
    assert indexed.standing("beau-pere").expressions == {1}
    assert indexed.standing("rien").expressions == frozenset()
