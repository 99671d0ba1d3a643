import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.finding import Span
from detector.judging.parts import load_parts
from detector.lexicon.alternation import matches
from detector.lexicon.anchors import words_in
from detector.model.tally import Tally
from detector.model.weights import load_weights
from detector.nearness import Apart, Row, Words
from detector.policy import load_policy
from detector.resources import models_folder
from detector.workshop.corpus import read_split
from detector.workshop.noise import NOISES


@pytest.fixture(scope="module")
def parts():
    return load_parts(load_policy())


@pytest.fixture(scope="module")
def comments():
    dice = random.Random(5)
    rows = dice.sample(read_split("train"), 700)
    noisy = [dice.choice(list(NOISES.values()))(row.text, dice) for row in rows]
    return ["", " ", "12", "s i d a", "→ ♀ ?", "rdv ٣٤ demain", *noisy]


def test_a_block_is_cleared_of_what_each_comment_alone_is_cleared_of(parts, comments):
    cases = parts.blocks.cases(comments)
    alone = {spot: case for spot, text in enumerate(comments) if (case := parts.gate.case(text))}
    assert cases.keys() == alone.keys()
    for spot, case in cases.items():
        assert case.text == alone[spot].text
        assert case.scores == parts.classifier.scores(case.text)
        assert case.cues == alone[spot].cues


def test_scores_of_many_are_those_of_each(parts, comments):
    tally, texts = Tally(load_weights(models_folder())), map(parts.spelling.read, comments)
    texts = list(texts)
    for some in (texts[:50], texts):
        found = tally.scores([words_in(text.folded) for text in some]).tolist()
        assert [tuple(row) for row in found] == [parts.classifier.scores(text) for text in some]


SOURCES = st.lists(st.from_regex("[ab]{1,3}|a?b[ab]", fullmatch=True), min_size=1, max_size=4)


@given(SOURCES, st.text(alphabet="abc", max_size=20))
def test_alternatives_apart_match_as_one_expression_does(sources, text):
    expected = [Span(*match.span()) for match in re.finditer("|".join(sources), text)]
    assert list(matches(list(map(re.compile, sources)), text)) == expected


@given(st.text(alphabet="ab1 .", max_size=30), st.data())
def test_words_between_two_places_are_counted_as_if_read(text, data):
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    assert Words(text).between(start, end) == len(re.findall("[ab1]+", text[start:end]))


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda pair: Span(pair[0], sum(pair))),
    max_size=30,
)


@given(SPANS, SPANS)
def test_no_thing_that_touches_a_stretch_is_missed(spans, stretches):
    row = Row(spans, spans)
    for stretch in stretches:
        assert {span for span in spans if span.overlaps(stretch)} <= set(row.within(stretch))


@given(SPANS)
def test_spans_taken_in_overlap_none(spans):
    apart, kept = Apart(), []
    for span in spans:
        free = not any(span.overlaps(other) for other in kept)
        assert apart.takes(span) is free
        kept += [span] * free


def test_a_long_comment_full_of_cues_is_judged_whole(parts):
    from detector.detector import Detector

    verdict = Detector().check("sida, " * 4_000)
    assert len(verdict.findings) >= 4_000
