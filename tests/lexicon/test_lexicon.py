import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.lexicon.anchors import canonical
from detector.lexicon.assembling import make_lexicon, wordings
from detector.lexicon.lexicon import _longest
from detector.rules.packs import all_rules, read_packs
from detector.text import fold
from detector.workshop.corpus import read_split
from detector.workshop.noise import NOISES

RULES = all_rules(read_packs())


@pytest.fixture(scope="module")
def lexicon():
    return make_lexicon(RULES)


def by_hand(rules, text):
    """Every wording of every rule searched for, without anchors."""
    return _longest(
        [cue for rule in rules for wording, _ in wordings(rule) for cue in wording.cues(text)]
    )


def places(cues):
    return {(cue.rule.id, cue.span, cue.strong) for cue in cues}


def test_anchors_lose_no_cue_on_noisy_comments(lexicon):
    dice = random.Random(9)
    tried = dice.sample(RULES, 40)
    for row in dice.sample(read_split("train"), 150):
        text = fold(dice.choice(list(NOISES.values()))(row.text, dice))
        found = [cue for cue in lexicon.cues(text) if cue.rule in tried]
        assert places(found) == places(by_hand(tried, text)), row.id


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_every_wording_is_found_wherever_it_stands(lexicon, data):
    rule = data.draw(st.sampled_from(RULES))
    term = data.draw(st.sampled_from(rule.terms or rule.acronyms or ("",)))
    before = data.draw(st.sampled_from(["", "M. X ", "(", "2", "... "]))
    text = fold(before + term.replace("*", "") + ", rappeler")
    if term:
        assert rule.id in {cue.rule.id for cue in lexicon.cues(text)} or rule.check


def test_acronyms_count_in_capitals_only_and_are_weak_among_capitals(lexicon):
    def of_acronyms(text):
        return [c for c in lexicon.cues(fold(text)) if c.rule.acronyms and not c.rule.terms]

    assert any(cue.strong for cue in of_acronyms("TDS place Carnot, midi"))
    shouted = of_acronyms("TDS PLACE CARNOT, MIDI")
    assert shouted
    assert not any(cue.strong for cue in shouted)
    assert not of_acronyms("tds place Carnot, midi")


@given(st.text(alphabet="abcdeœæ"))
def test_canonical_words_have_no_doubled_letters(word):
    plain = canonical(word)
    assert all(left != right for left, right in zip(plain, plain[1:], strict=False))
