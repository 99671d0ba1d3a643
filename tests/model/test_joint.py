import math
import random

import pytest

from detector.finding import Span
from detector.lexicon.lexicon import Cue
from detector.model.bars import Bars, believed
from detector.model.classifier import OUTPUTS
from detector.model.joint import Joint, together
from detector.rules.packs import all_rules, read_packs
from detector.taxonomy import Category

LOW = -9.0


def scores(**values):
    return tuple(values.get(output, LOW) for output in OUTPUTS)


def test_joint_scores_lie_between_those_of_the_readers_nearer_to_the_network():
    joined = together(scores(health=2.0), scores(health=4.0))
    assert 3.0 < joined[OUTPUTS.index("health")] < 4.0


def test_a_sure_category_makes_a_comment_likelier_to_be_flagged():
    flagged = OUTPUTS.index("flagged")
    without = together(scores(flagged=0.0), scores(flagged=0.0))[flagged]
    assert together(scores(flagged=0.0, genetic=6.0), scores(flagged=0.0))[flagged] > without
    judged = together(scores(flagged=0.0, judgement=6.0), scores(flagged=0.0))[flagged]
    assert judged == pytest.approx(without)


def test_scores_are_stretched_and_shifted_output_by_output():
    joint = Joint(stretch=[2.0] * len(OUTPUTS), shift=[1.0] * len(OUTPUTS))
    assert joint.scores(scores())[1] == 2 * LOW + 1


def test_a_reported_comment_has_a_category_even_if_none_is_likely():
    bars = Bars(glance=1.0, flagged=0.0, category=0.0, warning=0.0, doubt=0.0, trust=3.0)
    found = scores(flagged=0.5, religion=-1.0)
    assert bars.likely(found, named=False) == {Category.RELIGION}
    assert bars.likely(found, named=True) == set()
    assert bars.likely(scores(flagged=-0.5, religion=3.0), named=False) == set()


@pytest.mark.parametrize(
    ("flagged", "warning", "silent"), [(0, -1, True), (2, -1, False), (0, 1, False)]
)
def test_what_the_classifier_passes_over_is_not_read_whole(flagged, warning, silent):
    bars = Bars(glance=1.0, flagged=0.0, category=0.0, warning=0.0, doubt=0.0, trust=3.0)
    assert bars.silent(flagged, [LOW, warning, LOW]) is silent


def test_extreme_scores_do_not_overflow():
    assert all(map(math.isfinite, together([1e3] * len(OUTPUTS), [-1e3] * len(OUTPUTS))))


def test_weak_cues_are_believed_in_the_company_of_another_rule_beside_them():
    dice, rules = random.Random(4), random.Random(5).sample(all_rules(read_packs()), 40)
    for _ in range(300):
        spans = [Span(start, start + dice.randint(1, 9)) for start in dice.choices(range(30), k=6)]
        cues = [Cue(dice.choice(rules), span, dice.random() < 0.2) for span in spans]
        seconded = [
            cue
            for cue in cues
            if cue.strong
            or any(
                cue.rule.id != other.rule.id
                and not cue.span.overlaps(other.span)
                and set(cue.rule.categories) & set(other.rule.categories)
                for other in cues
            )
        ]
        assert believed(cues) == seconded
