"""Classifier and network, asked together: of a whole comment, and of parts of it.

What is said of one thing is not unsaid by what is said of the next, as in « Chaudière en panne.
Séropositive. » So a sentence in which a sure cue stands is read alone, too, and counts as if it
were the comment. So are the clause and, as many comments have no punctuation, the few words around
the cue; but their sense may hang on the rest, and they count for half. A mere cue before a colon is
the heading of what follows, and says nothing alone.
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

_SENTENCE_END = re.compile(r"[;!?]+|\.(?:\s|$)")
_CLAUSE_END = re.compile(r"[,;!?:()/]+|\.\s|\s-\s")

_WORD = re.compile("[a-z]{3}")

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
        """Return `joined`, what they make of the whole, or what parts say if that is more.

        What counts is how much is said for FLAGGED: by a sentence with a sure cue alone, or by the
        whole and a smaller part with such a cue in the mean.
        """
        sentences, smaller = _telling(text, cues)
        said = {part: self._alone(text, cues, part) for part in sentences | smaller}
        means = [_mean(joined, said[part]) for part in smaller]
        return max([joined, *(said[part] for part in sentences), *means], key=_flagged)

    def _alone(self, text: Text, cues: Sequence[Cue], part: Span) -> list[float]:
        own = text.part(part.start, part.end)
        inside = [
            replace(cue, span=Span(cue.span.start - part.start, cue.span.end - part.start))
            for cue in cues
            if part.contains(cue.span)
        ]
        return self.whole(own, inside, self.classifier.scores(own)).joined


def _flagged(scores: Sequence[float]) -> float:
    return scores[_FLAGGED]


def _mean(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [(left + right) / 2 for left, right in zip(one, other, strict=True)]


def _telling(text: Text, cues: Sequence[Cue]) -> tuple[set[Span], set[Span]]:
    """Return sentences and smaller parts, excluding the whole, that hold a sure sensitive cue."""
    sure = [c.span for c in cues if c.strong and any(one.sensitive for one in c.rule.categories)]
    if not sure:
        return set(), set()
    sentences = _around(sure, list(_parts(text.folded, _SENTENCE_END)))
    clauses = _around(sure, list(_parts(text.folded, _CLAUSE_END)))
    nearest = {words_of(text.folded).around(span, _AROUND) for span in sure}
    mute = {clause for clause in clauses if _is_heading(text, clause, sure)}
    mute.add(Span(0, len(text.folded)))
    return sentences - mute, (clauses | nearest) - sentences - mute


def _is_heading(text: Text, clause: Span, sure: Sequence[Span]) -> bool:
    """Whether a clause is a mere cue with what is said of it behind, as « CSAPA : clé perdue »."""
    head, behind = text.folded[: clause.end], text.folded[clause.end :].lstrip()
    if clause.start > 0 or behind[:1] not in (":", "/", "-"):
        return False
    for span in sure:
        if clause.contains(span):
            head = head[: span.start] + " " * (span.end - span.start) + head[span.end :]
    return not _WORD.search(head)


def _around(spans: Sequence[Span], parts: Sequence[Span]) -> set[Span]:
    """Return those of `parts`, which stand in order, that contain one of `spans`."""
    starts = [part.start for part in parts]
    lasts = ((span, bisect_right(starts, span.start) - 1) for span in spans)
    return {parts[last] for span, last in lasts if last >= 0 and parts[last].contains(span)}


def _parts(folded: str, ends: re.Pattern[str]) -> Iterator[Span]:
    """Yield the parts of a folded text that `ends` end.

    >>> [(one.start, one.end) for one in _parts("seropositive, chaudiere (hs)", _CLAUSE_END)]
    [(0, 12), (13, 24), (25, 27)]
    """
    start = 0
    for end in ends.finditer(folded):
        if end.start() > start:
            yield Span(start, end.start())
        start = end.end()
    if start < len(folded):
        yield Span(start, len(folded))
