"""A comment on its way to a judgement, with what is known of it already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detector.lexicon.lexicon import Cue
from detector.model.classifier import Scores
from detector.text import Text


@dataclass(frozen=True, slots=True)
class Case:
    """A comment that is not proved clear: its text mended, and what the gate found out.

    `cues` are all that stand in it, before guards are asked, `scores` those of all outputs; None
    where nobody asked yet.
    """

    text: Text
    cues: Sequence[Cue] | None = None
    scores: Scores | None = None
