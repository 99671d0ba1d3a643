import numpy as np

from detector.model.classifier import OUTPUTS, read_manifest
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
    found = [
        Judgement(named, tuple(row), row.tolist())
        for named, row in zip(wanted[:, 0], values, strict=True)
    ]
    joint, bars = choose(found, wanted)
    scores = values[:, 0] * joint.stretch[0] + joint.shift[0]
    harmless = scores[~wanted[:, 0]]
    assert 0 < (harmless >= bars.flagged).mean() <= FALSE_ALARMS + 0.01
    assert (scores[wanted[:, 0]] >= bars.flagged).mean() > 0.5


def test_the_stored_bars_were_chosen_by_this_program():
    manifest = read_manifest(models_folder() / "manifest.json")
    stored = manifest["bars"]
    assert manifest["false_alarms_on_dev"] == FALSE_ALARMS
    assert (stored["glance"], stored["category"], stored["warning"]) == FIXED
