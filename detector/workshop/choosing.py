"""Chooses on labelled comments how two readers' scores are joined, and how high they must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from detector.judging.judge import LexiconJudge
from detector.lexicon.assembling import make_lexicon
from detector.lexicon.context import Context
from detector.lexicon.lexicon import Cue
from detector.model.bars import Bars, believed, score_of
from detector.model.classifier import FLAGGED, OUTPUTS, Classifier, Scores
from detector.model.joint import Joint
from detector.model.network_file import load_network
from detector.model.readers import Readers
from detector.model.weights import load_weights
from detector.policy import load_policy
from detector.recognizers import names_in
from detector.rules.packs import all_rules, read_packs
from detector.spelling.spelling import Spelling
from detector.taxonomy import WARNING_ONLY
from detector.text import Text
from detector.workshop.corpus import Labelled

FALSE_ALARMS = 0.0145
"""The share of harmless comments that may be reported.

A bar chosen on dev holds a little less well on other comments, of which 2 % are to be borne.
"""

FIXED = (0.5, 0.5, 0.0)
"""The bars that are not chosen by a rate: `glance`, `category` and `warning`."""

_FREE = 1e6
"""Strength of a regression that nothing holds back."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """What is known of a comment: whether a cue in it is believed, and the readers' scores."""

    named: bool
    worded: Scores
    together: Sequence[float]


def make_lexicon_judge() -> LexiconJudge:
    """Return the rules of the default policy, beside which the bars are chosen."""
    policy = load_policy()
    rules = [rule for rule in all_rules(read_packs()) if policy.looks_for(rule)]
    return LexiconJudge(make_lexicon(rules), Context())


def standing(rules: LexiconJudge, text: Text) -> list[Cue]:
    """Return the cues of `text` against which no guard speaks."""
    return rules.standing(text, entities=names_in)


def judgements(
    folder: Path, spelling: Spelling, rules: LexiconJudge, rows: Sequence[Labelled]
) -> list[Judgement]:
    """Return what rules and the readers stored in `folder` say of each comment."""
    weights = load_weights(folder)
    readers = Readers(Classifier(weights, {}), load_network(folder, weights.rows))
    found = []
    for text in (spelling.read(row.text) for row in rows):
        cues, worded = standing(rules, text), readers.classifier.scores(text)
        joined = readers.with_parts(text, cues, readers.whole(text, cues, worded).joined)
        found.append(Judgement(bool(believed(cues)), worded, joined))
    return found


def choose(found: Sequence[Judgement], wanted: npt.NDArray[np.bool_]) -> tuple[Joint, Bars]:
    """Return how to join scores so that they are log odds, and the bars that go with it.

    `wanted` is comments x outputs.
    """
    joint = _stretched(np.array([one.together for one in found]), wanted)
    glance, category, warning = FIXED
    bars = Bars(glance, math.inf, category, warning)
    flagged = OUTPUTS.index(FLAGGED)
    scores = [one.together[flagged] if _read(one, bars) else -math.inf for one in found]
    values = np.array(scores) * joint.stretch[flagged] + joint.shift[flagged]
    bar = lowest_bar(values[~wanted[:, flagged]], FALSE_ALARMS)
    return joint, Bars(glance, bar, category, warning)


def _read(one: Judgement, bars: Bars) -> bool:
    """Whether a comment is read whole."""
    warnings = [score_of(one.worded, category) for category in WARNING_ONLY]
    return one.named or not bars.silent(one.worded[OUTPUTS.index(FLAGGED)], warnings)


def _stretched(values: Numbers, wanted: npt.NDArray[np.bool_]) -> Joint:
    """Return Platt's scaling of each output."""
    pairs = [platt(values[:, column], wanted[:, column]) for column in range(values.shape[1])]
    stretch, shift = zip(*pairs, strict=True)
    return Joint([round(one, 4) for one in stretch], [round(one, 4) for one in shift])


def platt(scores: Numbers, wanted: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return how to stretch and to shift `scores` so that they are log odds (Platt, 1999)."""
    fit = LogisticRegression(C=_FREE).fit(scores[:, None], wanted)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def lowest_bar(harmless: Numbers, share: float) -> float:
    """Return the lowest bar, in hundredths, that at most `share` of `harmless` scores reach.

    >>> lowest_bar(np.array([0.0, 1.0, 2.0, 3.0]), 0.25)
    2.01
    """
    highest = np.sort(harmless)[::-1]
    return math.floor(float(highest[int(share * len(harmless))]) * 100 + 1) / 100
