"""Chooses on labelled comments how the readers' scores are joined, and how high they must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from detector.judging.judge import LexiconJudge
from detector.lexicon.assembling import make_lexicon
from detector.lexicon.context import Context
from detector.lexicon.lexicon import Cue
from detector.model.bars import Bars, believed, score_of
from detector.model.classifier import FLAGGED, OUTPUTS, Classifier, Scores
from detector.model.joint import Joint, with_opinion
from detector.model.language_file import load_language
from detector.model.network_file import load_network
from detector.model.readers import Readers
from detector.model.weights import load_weights
from detector.policy import load_policy
from detector.recognizers import names_in
from detector.resources import models_folder
from detector.rules.packs import all_rules, read_packs
from detector.spelling.spelling import Spelling
from detector.taxonomy import WARNING_ONLY
from detector.text import Text
from detector.workshop.corpus import Labelled

FALSE_ALARMS = 0.022
"""The share of harmless comments of dev that may be reported.

They are near misses more than most: of the comments of fresh writers a third as many are reported,
of the clean ones a tenth, and 2 % are to be borne.
"""

FIXED = {"glance": 0.5, "category": 0.5, "warning": 0.0, "doubt": 0.5, "trust": 3.0}
"""The bars that are not chosen by a rate.

From `doubt` to `trust` is where the language reader's opinion changes most: one comment in nine of
dev, one in a hundred of the clean ones.
"""

_OPEN = Bars(flagged=math.inf, **FIXED)
"""The bars before the one for FLAGGED is chosen."""

_FLAGGED = OUTPUTS.index(FLAGGED)

_FREE = 1e6
"""Strength of a regression that nothing holds back."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """What the readers say of a comment; `opinion` is None where it is not read whole."""

    together: Sequence[float]
    opinion: Sequence[float] | None


class Chosen(NamedTuple):
    """How two readers' scores are joined, how a second opinion is joined to them, and the bars."""

    joint: Joint
    opinion: Joint
    bars: Bars


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
    """Return what rules and readers say of each comment.

    Classifier and network are those stored in `folder`, the language reader that of models/,
    which is trained before them.
    """
    weights = load_weights(folder)
    readers = Readers(Classifier(weights, {}), load_network(folder, weights.rows))
    language = load_language(models_folder())
    found = []
    for text in (spelling.read(row.text) for row in rows):
        cues, worded = standing(rules, text), readers.classifier.scores(text)
        joined = readers.with_parts(text, cues, readers.whole(text, cues, worded).joined)
        read = believed(cues) or not _silent(worded)
        found.append(Judgement(joined, language.scores(text) if read else None))
    return found


def choose(found: Sequence[Judgement], wanted: npt.NDArray[np.bool_]) -> Chosen:
    """Return how to join scores so that they are log odds, and the bars that go with it.

    `wanted` is comments x outputs. The second opinion is joined by all comments that are read
    whole: too few are in doubt.
    """
    joint = _stretched(np.array([one.together for one in found]), wanted)
    scores = [joint.scores(one.together) for one in found]
    read = [place for place, one in enumerate(found) if one.opinion is not None]
    opinions = {place: with_opinion(scores[place], found[place].opinion or ()) for place in read}
    opinion = _stretched(np.array(list(opinions.values())), wanted[read])
    flagged = np.full(len(found), -math.inf)
    for place, joined in opinions.items():
        final = opinion.scores(joined) if _OPEN.doubts(scores[place]) else scores[place]
        flagged[place] = final[_FLAGGED]
    bar = lowest_bar(flagged[~wanted[:, _FLAGGED]], FALSE_ALARMS)
    return Chosen(joint, opinion, Bars(flagged=bar, **FIXED))


def _silent(worded: Scores) -> bool:
    """Whether the classifier sees no reason to read a comment whole."""
    warnings = [score_of(worded, category) for category in WARNING_ONLY]
    return _OPEN.silent(worded[_FLAGGED], warnings)


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
