"""Proves most comments of a block clear, all at once.

Says of each comment what `detector.judging.gate` says of it alone, at a small part of the cost:
what is known of words is remembered, and put together in arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

from detector.judging.case import Case
from detector.judging.gate import GATE_OUTPUTS
from detector.lexicon.anchors import words_in
from detector.lexicon.lexicon import Lexicon
from detector.lexicon.lookup import Lookup
from detector.model.bars import Bars, believed
from detector.model.classifier import OUTPUTS
from detector.model.tally import Tally
from detector.spelling.spelling import Spelling
from detector.text import Text, fold

_ASKED = [OUTPUTS.index(output) for output in GATE_OUTPUTS]


class BlockGate:
    """Says which comments of a block may hold a finding; safe to share between threads."""

    def __init__(self, spelling: Spelling, lexicon: Lexicon, tally: Tally, bars: Bars) -> None:
        self._spelling, self._lexicon, self._tally, self._bars = spelling, lexicon, tally, bars
        digits = (None if wording is None else wording.digits for wording in lexicon.wordings)
        self._lookup = Lookup(lexicon.index, digits)

    def cases(self, comments: Sequence[str]) -> dict[int, Case]:
        """Return those of `comments` that are not proved clear, by their place."""
        read = [self._read(comment) for comment in comments]
        words = [own for _, own in read]
        possible = self._lookup.candidates(words)
        cues = [
            self._lexicon.cues(text, map(self._lexicon.wordings.__getitem__, numbers))
            for (text, _), numbers in zip(read, possible, strict=True)
        ]
        scores = self._tally.scores(words)
        return {
            spot: Case(read[spot][0], cues[spot], tuple(scores[spot].tolist()))
            for spot, (flagged, *warnings) in enumerate(scores[:, _ASKED].tolist())
            if comments[spot] and (believed(cues[spot]) or not self._bars.silent(flagged, warnings))
        }

    def _read(self, comment: str) -> tuple[Text, list[str]]:
        """Return the mended text of a comment, and its words."""
        text = fold(comment)
        words = words_in(text.folded)
        mended = self._spelling.mended(text, words)
        return (text, words) if mended is text else (mended, words_in(mended.folded))
