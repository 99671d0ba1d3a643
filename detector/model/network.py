"""A small neural network over words and cues: it reads words in their company.

The classifier sums what words say one by one; the network also sees what stands around a cue, so
that the cat's insulin, a hospital's saint or a role in a play weigh less than the words alone.
Each word is the sum of four vectors: its own, those of its character n-grams, that of the French
model, and those of the categories for which a rule's cue covers it. Windows of one, three and five
words look for what tells. One layer makes of their answers what each word says; two more make of
the strongest and the mean answers what the whole comment says beside its loudest word. Trained by
`detector.workshop.network` with thinc, run here without it.
"""

from __future__ import annotations

import threading
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detector.finding import Span
from detector.lexicon.lexicon import Cue
from detector.model.classifier import PASSAGE, masked, tokens
from detector.taxonomy import Category
from detector.text import Text

Floats = npt.NDArray[np.float32]

WINDOWS = (1, 3, 5)
"""How many words each kind of filter looks at."""

CUES = 2 * len(Category)
"""How many kinds of cue there are: of each category weak and strong ones."""

_OVERLAP = 20
"""How many words of a long comment are read both with those before and with those behind."""

_GRAMS = (3, 6)
_MOST_GRAMS = 24
_NUMBERS = {category: number for number, category in enumerate(Category)}
_NEIGHBOUR = 1.0
"""How much less a neighbour of evidence may say, where no word is sure, to be part of it."""

_REMEMBERED = 32_768
_TINY = 1e-8


class Reading(NamedTuple):
    """What the network makes of a comment, in natural-log odds.

    `scores` holds one value for each of OUTPUTS, `told` words x outputs: what each word says.
    """

    scores: list[float]
    told: Floats


@dataclass(frozen=True)
class Layers:
    """The weights of a network, as arrays.

    `words`, `grams`, `french`, `cues` hold one vector in a row; the first row of `words` and of
    `french` is that of words that are not among them. `filters` holds for each of WINDOWS the
    weights and biases of its filters, `telling` those of what each word says.
    """

    words: Floats
    grams: Floats
    french: Floats
    cues: Floats
    scale: Floats
    shift: Floats
    filters: tuple[tuple[Floats, Floats], ...]
    telling: tuple[Floats, Floats]
    hidden: tuple[Floats, Floats]
    output: tuple[Floats, Floats]


def kinds_of(cue: Cue) -> list[int]:
    """Return the kinds of a cue, one for each of its categories."""
    return [2 * _NUMBERS[category] + cue.strong for category in cue.rule.categories]


def marked_words(text: Text, cues: Sequence[Cue]) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Return the words of `text`, and words x kinds: of which cues each is a part."""
    spans = tokens(text)
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    marks = np.zeros((len(spans), CUES), np.bool_)
    for cue in cues:
        covered = slice(bisect_right(ends, cue.span.start), bisect_left(starts, cue.span.end))
        for kind in kinds_of(cue):
            marks[covered, kind] = True
    return [masked(text.folded[span.start : span.end]) for span in spans], marks


def evidence(text: Text, told: Floats) -> Span:
    """Return the folded span of the words that say most, `told` being what each of them says.

    It begins with the one that says most and takes in neighbours that say it too.
    """
    spans = tokens(text)
    if not spans:
        return Span(0, len(text.folded))
    first = last = int(told.argmax())
    bar = min(0.0, float(told[first]) - _NEIGHBOUR)
    while last + 1 < len(spans) and told[last + 1] > bar:
        last += 1
    while first > 0 and told[first - 1] > bar:
        first -= 1
    return Span(spans[first].start, spans[last].end)


def grams_of(word: str, buckets: int) -> list[int]:
    """Return the buckets of the character n-grams of `word`, its ends marked.

    >>> len(grams_of("sida", 8192))
    9
    """
    ends = f"<{word}>"
    sizes = range(*_GRAMS)
    parts = [ends[i : i + size] for size in sizes for i in range(len(ends) - size + 1)]
    return [zlib.crc32(part.encode()) % buckets for part in parts[:_MOST_GRAMS] or [ends]]


class Network:
    """Scores comments; immutable but for its cache of words, safe to share between threads.

    `words` tells which row of `layers.words` a word has, `rows` which vector of the French model:
    that of row n stands in row n + 1 of `layers.french`. What the filters make of a word at each
    place of their windows is remembered, for each combination of cues that covered it, and need
    only be added up.
    """

    def __init__(self, layers: Layers, words: Mapping[str, int], rows: Mapping[str, int]) -> None:
        self.layers, self.words, self._rows = layers, words, rows
        self._width = len(layers.scale)
        self._places = np.hstack(
            [
                weights[place * self._width : (place + 1) * self._width]
                for size, (weights, _) in zip(WINDOWS, layers.filters, strict=True)
                for place in range(size)
            ]
        )
        self._lock = threading.Lock()
        self._numbers: dict[tuple[str, bytes], int] = {}
        self._known = np.zeros((_REMEMBERED, self._width + self._places.shape[1]), np.float32)

    def read(self, words: Sequence[str], marks: npt.NDArray[np.bool_]) -> Reading:
        """Return what is made of a comment; `words` and `marks` are what `marked_words` gives.

        A long one is read in passages that overlap; the highest score counts.
        """
        if not words:
            words, marks = [""], np.zeros((1, CUES), np.bool_)
        first, *others = (
            self._read_passage(words[start : start + PASSAGE], marks[start : start + PASSAGE])
            for start in range(0, max(len(words) - _OVERLAP, 1), PASSAGE - _OVERLAP)
        )
        if not others:
            return first
        scores: list[float] = np.max([one.scores for one in (first, *others)], axis=0).tolist()
        return Reading(scores, np.vstack([first.told, *(one.told[_OVERLAP:] for one in others)]))

    def _read_passage(self, words: Sequence[str], marks: npt.NDArray[np.bool_]) -> Reading:
        layers = self.layers
        with self._lock:
            read = self._known[self._numbered(words, marks)]
        seen, parts = read[:, : self._width], read[:, self._width :]
        found = np.hstack([*self._answers(parts), seen])
        told = _weighed(found, *layers.telling)
        inner = _answer(
            np.concatenate([found.max(axis=0), found.sum(axis=0) / len(words)]), *layers.hidden
        )
        scores: list[float] = (_weighed(inner, *layers.output) + told.max(axis=0)).tolist()
        return Reading(scores, told)

    def _answers(self, parts: Floats) -> Iterator[Floats]:
        """Yield for each of WINDOWS what its filters answer at each word."""
        start = 0
        for size, (weights, biases) in zip(WINDOWS, self.layers.filters, strict=True):
            width = weights.shape[1]
            places = [parts[:, start + n * width : start + (n + 1) * width] for n in range(size)]
            yield np.maximum(_added_up(places) + biases, 0)
            start += size * width

    def _numbered(self, words: Sequence[str], marks: npt.NDArray[np.bool_]) -> list[int]:
        """Return which rows of what is known belong to `words`; new words are read now."""
        if len(self._numbers) + len(words) > len(self._known):
            self._numbers.clear()
        found = []
        for word, mark in zip(words, marks, strict=True):
            key = word, mark.tobytes()
            if key not in self._numbers:
                vector = self._vector_of(word) + mark @ self.layers.cues
                self._known[len(self._numbers)] = self._read_as(vector)
                self._numbers[key] = len(self._numbers)
            found.append(self._numbers[key])
        return found

    def _read_as(self, vector: Floats) -> Floats:
        """Return a word's vector normalised, then what the filters make of it at each place."""
        seen = _normalised(vector) * self.layers.scale + self.layers.shift
        return np.concatenate([seen, seen @ self._places])

    def _vector_of(self, word: str) -> Floats:
        """Return the vector of a word that is part of no cue."""
        layers = self.layers
        grams = layers.grams[found := grams_of(word, len(layers.grams))].sum(axis=0) / len(found)
        own, french = self.words.get(word, 0), self._rows.get(word, -1) + 1
        vector: Floats = layers.words[own] + grams + layers.french[french]
        return vector


def _normalised(vector: Floats) -> Floats:
    """Return `vector` with mean 0 and variance 1."""
    centred = vector - vector.sum() / vector.size
    # `var` does the same, and takes three times as long for so few numbers.
    deviation = centred - centred.sum() / vector.size
    normalised: Floats = centred / np.sqrt((deviation * deviation).sum() / vector.size + _TINY)
    return normalised


def _added_up(places: Sequence[Floats]) -> Floats:
    """Return for each row the sum over a window around it, of its own places' values.

    >>> one, ten, hundred = (np.array([[n], [2 * n]]) for n in (1, 10, 100))
    >>> _added_up([one, ten, hundred]).tolist()
    [[210], [21]]
    """
    reach = len(places) // 2
    total: Floats = places[reach].copy()
    for away in range(1, reach + 1):
        total[away:] += places[reach - away][:-away]
        total[:-away] += places[reach + away][away:]
    return total


def _weighed(values: Floats, weights: Floats, biases: Floats) -> Floats:
    """Return what linear units answer to `values`."""
    answers: Floats = values @ weights + biases
    return answers


def _answer(values: Floats, weights: Floats, biases: Floats) -> Floats:
    """Return what rectified linear units answer to `values`."""
    return np.maximum(_weighed(values, weights, biases), 0)
