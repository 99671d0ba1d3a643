import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.text import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("SÉROPOSITIF", "seropositif"),
        ("d’après sa mère", "d'apres sa mere"),
        ("sœur Œdème", "sœur œdeme"),
        ("a\u00a0b\tc", "a b c"),
        ("ligne\nsuivante", "ligne;suivante"),
        ("séropo – 2019", "seropo - 2019"),
    ],
)
def test_folding_lowers_strips_accents_and_unifies_marks(written, folded):
    assert fold(written).folded == folded


@pytest.mark.parametrize("written", ["sÃ©ropositive", "dâ€™origine", "cafe\u0301 noir", "dÃ¨s"])
def test_offsets_lead_back_to_the_original_where_folding_shortens(written):
    text = fold(written)
    assert text.words(0, len(text.folded)) == written
    assert len(text.folded) < len(written)


@given(st.text())
def test_every_folded_character_has_its_place_in_the_original(written):
    text = fold(written)
    assert text.words(0, len(text.folded)) == written
    places = [text.span(i, i + 1) for i in range(len(text.folded))]
    assert "".join(written[p.start : p.end] for p in places) == written


@given(st.text())
def test_folding_twice_changes_nothing(written):
    once = fold(written).folded
    assert fold(once).folded == once


@pytest.mark.parametrize(
    ("written", "shouting"),
    [("MERE VOILEE", True), ("Mère voilée", False), ("mère", False), ("VIH + depuis 98", False)],
)
def test_shouting_is_nearly_all_capitals(written, shouting):
    assert fold(written).shouting is shouting
