from dataclasses import replace

import numpy as np

from detector.model.classifier import OUTPUTS, read_manifest
from detector.model.joint import with_opinion
from detector.resources import models_folder
from detector.workshop.choosing import FALSE_ALARMS, FIXED, Judgement, choose, lowest_bar


def test_no_more_than_the_share_allowed_reaches_the_bar():
    harmless = np.random.RandomState(1).normal(size=1000)
    for share in (0.0, 0.01, 0.25):
        bar = lowest_bar(harmless, share)
        assert (harmless >= bar).mean() <= share
        assert (harmless >= bar - 0.05).mean() > share


def test_the_bar_holds_among_comments_that_are_read():
    dice = np.random.RandomState(2)
    wanted = np.zeros((2000, len(OUTPUTS)), bool)
    wanted[::2] = dice.rand(1000, len(OUTPUTS)) < 0.6
    wanted[::2, 0] = True
    values = dice.normal(size=wanted.shape) + 3 * wanted
    opinions = dice.normal(size=wanted.shape) + 3 * wanted
    read = wanted[:, 0] | (dice.rand(len(wanted)) < 0.5)
    found = [
        Judgement(own.tolist(), other.tolist() if is_read else None)
        for own, other, is_read in zip(values, opinions, read, strict=True)
    ]
    chosen = choose(found, wanted)
    reported = np.array([_reported(one, chosen) for one in found])
    assert 0 < reported[~wanted[:, 0]].mean() <= FALSE_ALARMS
    alone = chosen._replace(bars=replace(chosen.bars, doubt=chosen.bars.trust))
    without = np.array([_reported(one, alone) for one in found])
    assert reported[wanted[:, 0]].mean() > 0.5
    assert (reported == wanted[:, 0]).mean() > (without == wanted[:, 0]).mean()


def _reported(one, chosen):
    """What the judge makes of a comment."""
    if one.opinion is None:
        return False
    scores = chosen.joint.scores(one.together)
    if chosen.bars.doubts(scores):
        scores = chosen.opinion.scores(with_opinion(scores, one.opinion))
    return chosen.bars.reports(scores)


def test_the_stored_bars_were_chosen_by_this_program():
    manifest = read_manifest(models_folder() / "manifest.json")
    stored = manifest["bars"]
    assert manifest["false_alarms_on_dev"] == FALSE_ALARMS
    assert {name: stored[name] for name in FIXED} == FIXED
