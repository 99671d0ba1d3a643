"""Classifier and network, asked together: of a whole comment, and of parts of it.

What is said of one thing is not unsaid by what is said of the next, as in « séropositive, chaudière
en panne ». So a clause in which a sure cue stands is read alone, too, and so are the few words
around the cue: many comments have no punctuation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from detector.finding import Span
from detector.lexicon.lexicon import Cue
from detector.model.classifier import FLAGGED, OUTPUTS, Classifier, Scores
from detector.model.joint import together
from detector.model.network import Floats, Network, marked_words
from detector.nearness import words_of
from detector.text import Text

_END = re.compile(r"[,;!?:()/\n]+|\.\s|\s-\s")
"""What ends a clause."""

_AROUND = 3
"""How many words may stand between a sure cue and those that are read with it."""

_FLAGGED = OUTPUTS.index(FLAGGED)


class Heard(NamedTuple):
    """What both readers make of a comment: the means of their scores, and what each word says."""

    joined: list[float]
    told: Floats


@dataclass(frozen=True)
class Readers:
    """The classifier and the network."""

    classifier: Classifier
    network: Network

    def whole(self, text: Text, cues: Sequence[Cue], worded: Scores) -> Heard:
        """Return what they make of a comment with standing `cues`.

        `worded` are the classifier's scores for it.
        """
        reading = self.network.read(*marked_words(text, cues))
        return Heard(together(worded, reading.scores), reading.told)

    def with_parts(self, text: Text, cues: Sequence[Cue], joined: list[float]) -> list[float]:
        """Return `joined`, what they make of the whole, or its mean with what one part says.

        It is the part with a sure cue that says most for FLAGGED, if it says more than the whole.
        """
        apart = [self._alone(text, cues, part) for part in _telling(text, cues)]
        loudest = max(apart, key=lambda said: said[_FLAGGED], default=joined)
        if loudest[_FLAGGED] <= joined[_FLAGGED]:
            return joined
        return [(one + other) / 2 for one, other in zip(joined, loudest, strict=True)]

    def _alone(self, text: Text, cues: Sequence[Cue], part: Span) -> list[float]:
        own = text.part(part.start, part.end)
        inside = [
            replace(cue, span=Span(cue.span.start - part.start, cue.span.end - part.start))
            for cue in cues
            if part.contains(cue.span)
        ]
        return self.whole(own, inside, self.classifier.scores(own)).joined


def _telling(text: Text, cues: Sequence[Cue]) -> set[Span]:
    """Return the parts, excluding the whole text, that hold a sure cue of a sensitive category."""
    sure = [c.span for c in cues if c.strong and any(one.sensitive for one in c.rule.categories)]
    clauses = list(_clauses(text.folded)) if sure else []
    starts = [clause.start for clause in clauses]
    parts = {words_of(text.folded).around(span, _AROUND) for span in sure}
    for span in sure:
        last = bisect_right(starts, span.start) - 1
        parts |= {clause for clause in clauses[last : last + 1] if clause.contains(span)}
    return parts - {Span(0, len(text.folded))}


def _clauses(folded: str) -> Iterator[Span]:
    """Yield the clauses of a folded text.

    >>> [(one.start, one.end) for one in _clauses("seropositive, chaudiere (hs)")]
    [(0, 12), (13, 24), (25, 27)]
    """
    start = 0
    for end in _END.finditer(folded):
        if end.start() > start:
            yield Span(start, end.start())
        start = end.end()
    if start < len(folded):
        yield Span(start, len(folded))
