"""Trains `detector.model.network` with thinc, from words and the cues that cover them.

It learns two things at once: what the whole comment is, and which of its words annotators marked.
Some comments it meets with another behind them, which tells that what is said of one thing is not
unsaid by what is said of the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from thinc.api import Adam, Model, Ragged, fix_random_seed, warmup_linear

from detector.model.classifier import FLAGGED, OUTPUTS, tokens
from detector.model.network import CUES, Floats, Network, grams_of
from detector.text import Text
from detector.workshop.corpus import Labelled
from detector.workshop.features import VectorTable, length_weights
from detector.workshop.layers import BUCKETS, Coded, joined, layers_of, make_model

_FRENCH, _FRENCH_SCALE = 96, 0.2
_LEAST = 3
_ROUNDS, _BATCH = 6, 64
_RATE, _DECAY, _WARM = 2e-3, 0.1, 0.1
_JOINED, _LONGEST = 0.35, 60
"""How often another comment stands behind one, and how many words both have at most."""

_FLAGGED_WEIGHT, _WORDS_WEIGHT = 3.0, 0.5
_NONE = np.zeros((1, len(OUTPUTS)), np.bool_)
"""What is marked in a comment without words."""

Flags = npt.NDArray[np.bool_]
Marked = tuple[Sequence[str], Flags]
"""Words of a comment, and words x kinds: of which cues each is a part."""


class Wanted(NamedTuple):
    """What is to be learned: comments x outputs, and for each comment words x outputs."""

    comments: Flags
    words: Sequence[Flags]

    def of(self, place: int) -> tuple[Flags, Flags]:
        """Return what is wanted of one comment; one without words has one that says nothing."""
        words = self.words[place]
        return self.comments[place], words if len(words) else _NONE


_Lesson = tuple[Coded, Flags, Flags]
"""A comment, and what is wanted of it and of each of its words."""


class Coder:
    """Codes comments; `words` are those that have a vector of their own."""

    def __init__(self, comments: Sequence[Marked], table: VectorTable) -> None:
        met = Counter(word for words, _ in comments for word in dict.fromkeys(words))
        frequent = [word for word, count in met.most_common() if count >= _LEAST]
        self.words = {word: row for row, word in enumerate(frequent, 1)}
        self._rows = table.rows

    def code(self, comment: Marked) -> Coded:
        """Return a comment coded; an empty one is one word that nobody knows."""
        words, marks = comment
        if not words:
            words, marks = [""], np.zeros((1, CUES), np.bool_)
        grams = [grams_of(word, BUCKETS) for word in words]
        return Coded(
            own=np.array([self.words.get(word, 0) for word in words], np.int32),
            french=np.array([self._rows.get(word, -1) + 1 for word in words], np.int32),
            grams=np.array([gram for own in grams for gram in own], np.int32),
            counts=np.array(list(map(len, grams)), np.int32),
            marks=marks.astype(np.float32),
        )


def marked_by(row: Labelled, text: Text) -> Flags:
    """Return words x outputs: which words of `text`, the comment of `row`, were marked as what."""
    spans = [text.span(span.start, span.end) for span in tokens(text)]
    marks = np.zeros((len(spans), len(OUTPUTS)), np.bool_)
    for evidence in row.evidence:
        covered = [place for place, span in enumerate(spans) if span.overlaps(evidence.span)]
        marks[covered, OUTPUTS.index(evidence.category.value)] = True
        marks[covered, OUTPUTS.index(FLAGGED)] |= evidence.category.sensitive
    return marks


def train_network(
    comments: Sequence[Marked], wanted: Wanted, table: VectorTable, seed: int
) -> Network:
    """Return a network that learned what is wanted of `comments`."""
    coder = Coder(comments, table)
    coded = [coder.code(comment) for comment in comments]
    french = _french(table, coder.words)
    fix_random_seed(seed)
    model = make_model(len(coder.words) + 1, french, np.random.RandomState(seed))
    model.initialize(X=coded[:2])
    weights = length_weights([words for words, _ in comments], wanted.comments[:, 0])
    _fit(model, coded, wanted, weights, np.random.RandomState(seed))
    return Network(layers_of(model, french), coder.words, table.rows)


def _french(table: VectorTable, words: Iterable[str]) -> Floats:
    """Return the French model's vectors in fewer dimensions, zeros for words without one first."""
    used = sorted({table.rows[word] for word in words if word in table.rows})
    axes = PCA(min(_FRENCH, len(used)), svd_solver="full").fit(table.vectors[used])
    vectors = axes.transform(table.vectors)
    vectors *= _FRENCH_SCALE / vectors.std()
    return np.vstack([np.zeros(vectors.shape[1]), vectors]).astype(np.float32)


def _fit(
    model: Model[Any, Any],
    coded: Sequence[Coded],
    wanted: Wanted,
    weights: npt.NDArray[np.float64],
    dice: np.random.RandomState,
) -> None:
    lessons = [(comment, *wanted.of(place)) for place, comment in enumerate(coded)]
    steps = _ROUNDS * -(-len(coded) // _BATCH)
    rate = warmup_linear(_RATE, int(_WARM * steps), steps)
    optimizer = Adam(rate, L2=_DECAY, L2_is_weight_decay=True)
    for batch in _batches(len(coded), dice):
        learned = _some_joined([lessons[place] for place in batch], lessons, dice)
        comments, whole, words = zip(*learned, strict=True)
        (answers, told), learn = model.begin_update(comments)
        own = weights[batch, None] / len(batch)
        learn((_wrong(answers, np.array(whole), own), _wrong_words(told, words, own)))
        model.finish_update(optimizer)
        optimizer.step_schedules()


def _some_joined(
    batch: Sequence[_Lesson], lessons: Sequence[_Lesson], dice: np.random.RandomState
) -> list[_Lesson]:
    """Return a batch in which some comments are followed by another, as long as both are short."""
    found = []
    for lesson, joins in zip(batch, dice.rand(len(batch)) < _JOINED, strict=True):
        comment, whole, words = lesson
        other, its_whole, its_words = lessons[dice.randint(len(lessons))]
        if joins and len(words) + len(its_words) <= _LONGEST:
            both = joined([comment, other]), whole | its_whole, np.concatenate([words, its_words])
            found.append(both)
        else:
            found.append(lesson)
    return found


def _wrong(answers: Floats, wanted: Flags, weights: npt.NDArray[np.float64]) -> Floats:
    """Return the gradient of the cross entropy, FLAGGED weighing more than the categories."""
    columns = np.ones(len(OUTPUTS))
    columns[OUTPUTS.index(FLAGGED)] = _FLAGGED_WEIGHT
    wrong: Floats = ((1 / (1 + np.exp(-answers)) - wanted) * columns * weights).astype(np.float32)
    return wrong


def _wrong_words(
    told: Ragged,
    wanted: Sequence[Flags],
    weights: npt.NDArray[np.float64],
) -> Ragged:
    """Return the same for words: those of a comment count together as much as any other's."""
    lengths = told.lengths
    shares = np.repeat(_WORDS_WEIGHT * weights / lengths[:, None], lengths, axis=0)
    return Ragged(_wrong(told.dataXd, np.concatenate(wanted), shares), lengths)


def _batches(count: int, dice: np.random.RandomState) -> Iterator[npt.NDArray[np.int64]]:
    for _ in range(_ROUNDS):
        order = dice.permutation(count)
        for start in range(0, count, _BATCH):
            yield order[start : start + _BATCH]
