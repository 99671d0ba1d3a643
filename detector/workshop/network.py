"""Trains the network of `detector.network` with thinc, from words and the cues that cover them.

It learns two things at once: what the whole comment is, and which of its words annotators marked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from thinc.api import (
    Adam,
    Dropout,
    Embed,
    LayerNorm,
    Linear,
    Model,
    Ragged,
    Relu,
    chain,
    concatenate,
    expand_window,
    fix_random_seed,
    reduce_max,
    reduce_mean,
    warmup_linear,
    with_array,
)

from detector.classifier import FLAGGED, OUTPUTS, tokens
from detector.network import CUES, WINDOWS, Layers, Network, grams_of
from detector.text import Text
from detector.workshop.corpus import Labelled
from detector.workshop.features import VectorTable, length_weights

_WIDTH, _FILTERS, _HIDDEN, _FRENCH = 64, 64, 96, 96
_BUCKETS = 8192
_LEAST = 3
_ROUNDS, _BATCH = 6, 64
_RATE, _DECAY, _WARM = 2e-3, 0.1, 0.1
_DROPPED, _DROPPED_AT_END, _WORDS_DROPPED = 0.3, 0.5, 0.1
_FRENCH_SCALE, _FIRST_SPREAD = 0.2, 0.1
_FLAGGED_WEIGHT, _WORDS_WEIGHT = 3.0, 0.5
_NONE = np.zeros((1, len(OUTPUTS)), np.bool_)
"""What is marked in a comment without words."""


Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Marked = tuple[Sequence[str], Flags]
"""Words of a comment, and words x kinds: of which cues each is a part."""


class Wanted(NamedTuple):
    """What is to be learned: comments x outputs, and for each comment words x outputs."""

    comments: Flags
    words: Sequence[Flags]


@dataclass(frozen=True)
class Coded:
    """A comment as the network's tables are asked: rows of words and of French, n-grams, cues."""

    own: npt.NDArray[np.int32]
    french: npt.NDArray[np.int32]
    grams: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int32]
    marks: Floats


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
        grams = [grams_of(word, _BUCKETS) for word in words]
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
    model = _model(len(coder.words) + 1, french, np.random.RandomState(seed))
    model.initialize(X=coded[:2])
    weights = length_weights([words for words, _ in comments], wanted.comments[:, 0])
    _fit(model, coded, wanted, weights, np.random.RandomState(seed))
    return Network(layers_of(model, french), coder.words, table.rows)


def _french(table: VectorTable, words: Sequence[str] | dict[str, int]) -> Floats:
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
    steps = _ROUNDS * -(-len(coded) // _BATCH)
    rate = warmup_linear(_RATE, int(_WARM * steps), steps)
    optimizer = Adam(rate, L2=_DECAY, L2_is_weight_decay=True)
    for batch in _batches(len(coded), dice):
        (answers, told), learn = model.begin_update([coded[place] for place in batch])
        own = weights[batch, None] / len(batch)
        learn(
            (_wrong(answers, wanted.comments[batch], own), _wrong_words(told, wanted, batch, own))
        )
        model.finish_update(optimizer)
        optimizer.step_schedules()


def _wrong(answers: Floats, wanted: Flags, weights: npt.NDArray[np.float64]) -> Floats:
    """Return the gradient of the cross entropy, FLAGGED weighing more than the categories."""
    columns = np.ones(len(OUTPUTS))
    columns[OUTPUTS.index(FLAGGED)] = _FLAGGED_WEIGHT
    wrong: Floats = ((1 / (1 + np.exp(-answers)) - wanted) * columns * weights).astype(np.float32)
    return wrong


def _wrong_words(
    told: Ragged,
    wanted: Wanted,
    batch: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
) -> Ragged:
    """Return the same for words: those of a comment count together as much as any other's."""
    lengths = told.lengths
    marks = [wanted.words[place] if len(wanted.words[place]) else _NONE for place in batch]
    shares = np.repeat(_WORDS_WEIGHT * weights / lengths[:, None], lengths, axis=0)
    return Ragged(_wrong(told.dataXd, np.concatenate(marks), shares), lengths)


def _batches(count: int, dice: np.random.RandomState) -> Iterator[npt.NDArray[np.int64]]:
    for _ in range(_ROUNDS):
        order = dice.permutation(count)
        for start in range(0, count, _BATCH):
            yield order[start : start + _BATCH]


def _model(words: int, french: Floats, dice: np.random.RandomState) -> Model[Any, Any]:
    """Return a model from coded comments to what each is, and what each of its words says."""
    width = len(WINDOWS) * _FILTERS + _WIDTH
    reading = chain(_embedding(words, french, dice), _windows())
    telling = with_array(chain(Dropout(_DROPPED), Linear(len(OUTPUTS), width)))
    judging = chain(
        concatenate(reduce_max(), reduce_mean()),
        Dropout(_DROPPED_AT_END),
        Relu(_HIDDEN, 2 * width),
        Dropout(_DROPPED),
        Linear(len(OUTPUTS), _HIDDEN),
    )
    loudest = reduce_max()

    def forward(
        model: Model[Any, Any],
        docs: Sequence[Coded],
        is_train: bool,  # noqa: FBT001  thinc's
    ) -> tuple[tuple[Floats, Ragged], Callable[[tuple[Floats, Ragged]], Sequence[Coded]]]:
        read, learn_reading = reading(docs, is_train)
        told, learn_telling = telling(read, is_train)
        judged, learn_judging = judging(read, is_train)
        highest, learn_loudest = loudest(told, is_train)

        def learn(gradients: tuple[Floats, Ragged]) -> Sequence[Coded]:
            whole, words = gradients
            heard = learn_telling(_sum(words, learn_loudest(whole)))
            back: Sequence[Coded] = learn_reading(_sum(heard, learn_judging(whole)))
            return back

        return (judged + highest, told), learn

    def initialise(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803
        for layer in model.layers:
            layer.initialize()

    return Model("network", forward, init=initialise, layers=[reading, telling, judging])


def _sum(one: Ragged, other: Ragged) -> Ragged:
    return Ragged(one.dataXd + other.dataXd, one.lengths)


def _embedding(words: int, french: Floats, dice: np.random.RandomState) -> Model[Any, Any]:
    """Return a layer from coded comments to the vectors of their words, all in one row."""
    tables = {
        "words": Embed(_WIDTH, words),
        "grams": Embed(_WIDTH, _BUCKETS),
        "french": Linear(_WIDTH, french.shape[1]),
        "cues": Linear(_WIDTH, CUES),
        "norm": LayerNorm(_WIDTH),
        "dropout": Dropout(_DROPPED),
    }

    def forward(
        model: Model[Any, Any],
        docs: Sequence[Coded],
        is_train: bool,  # noqa: FBT001  thinc's
    ) -> tuple[Ragged, Callable[[Ragged], Sequence[Coded]]]:
        own, row, grams, counts, marks = (
            np.concatenate([getattr(doc, name) for doc in docs])
            for name in ("own", "french", "grams", "counts", "marks")
        )
        known = (own > 0)[:, None].astype(np.float32)
        share = (1 / counts)[:, None].astype(np.float32)
        firsts = np.cumsum(counts) - counts
        words_, learn_words = tables["words"](own, is_train)
        grams_, learn_grams = tables["grams"](grams, is_train)
        french_, learn_french = tables["french"](french[row], is_train)
        cues_, learn_cues = tables["cues"](marks, is_train)
        total = words_ * known + np.add.reduceat(grams_, firsts, axis=0) * share + french_ + cues_
        normed, learn_norm = tables["norm"](total, is_train)
        thinned, learn_thinned = tables["dropout"](normed, is_train)
        kept = np.ones((len(own), 1), np.float32)
        if is_train:
            kept = (dice.rand(len(own), 1) > _WORDS_DROPPED).astype(np.float32)

        def learn(gradient: Ragged) -> Sequence[Coded]:
            back = learn_norm(learn_thinned(gradient.dataXd * kept))
            learn_words(back * known)
            learn_grams(np.repeat(back * share, counts, axis=0))
            learn_french(back)
            learn_cues(back)
            return docs

        lengths = np.array([len(doc.own) for doc in docs], np.int32)
        return Ragged(thinned * kept, lengths), learn

    def initialise(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803
        for layer in model.layers:
            layer.initialize()
        for name in ("words", "grams"):
            shape = _weights(tables[name], "E").shape
            spread = dice.normal(0, _FIRST_SPREAD, shape).astype(np.float32)
            tables[name].set_param("E", spread)

    return Model("embedding", forward, init=initialise, layers=list(tables.values()))


def _windows() -> Model[Any, Any]:
    """Return a layer from words to what the filters of WINDOWS answer at each, and the words."""
    layers = [_windowed(size) for size in WINDOWS]

    def forward(
        model: Model[Any, Any],
        words: Ragged,
        is_train: bool,  # noqa: FBT001  thinc's
    ) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
        answers = [layer(words, is_train) for layer in layers]
        found = np.hstack([*(answer.dataXd for answer, _ in answers), words.dataXd])

        def learn(gradient: Ragged) -> Ragged:
            *parts, back = np.split(
                gradient.dataXd, _FILTERS * np.arange(1, 1 + len(layers)), axis=1
            )
            for (_, learn_layer), part in zip(answers, parts, strict=True):
                back = back + learn_layer(Ragged(part, words.lengths)).dataXd
            return Ragged(back, words.lengths)

        return Ragged(found, words.lengths), learn

    def initialise(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803
        for layer in layers:
            layer.initialize()

    return Model("windows", forward, init=initialise, layers=layers)


def _windowed(size: int) -> Model[Any, Any]:
    """Return filters over windows of `size` words that never reach into another comment."""
    reach = size // 2
    unit = Relu(_FILTERS, size * _WIDTH)
    inner = chain(expand_window(reach), unit) if reach else unit

    def forward(
        model: Model[Any, Any],
        words: Ragged,
        is_train: bool,  # noqa: FBT001  thinc's
    ) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
        lengths = words.lengths
        places = np.arange(lengths.sum()) + np.repeat(np.arange(len(lengths)) * reach, lengths)
        padded = np.zeros((lengths.sum() + len(lengths) * reach, _WIDTH), np.float32)
        padded[places] = words.dataXd
        answers, learn_inner = inner(padded, is_train)

        def learn(gradient: Ragged) -> Ragged:
            spread = np.zeros((len(padded), _FILTERS), np.float32)
            spread[places] = gradient.dataXd
            return Ragged(learn_inner(spread)[places], lengths)

        return Ragged(answers[places], lengths), learn

    def initialise(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803
        inner.initialize()

    return Model("windowed", forward, init=initialise, layers=[inner])


def layers_of(model: Model[Any, Any], french: Floats) -> Layers:
    """Return the weights that a trained model has, as the network wants them."""
    reading, telling, judging = model.layers
    embedding, windows = reading.layers
    _, _, hidden, _, output = judging.layers
    words, grams, from_french, cues, norm, _ = embedding.layers
    own = _weights(words, "E").copy()
    own[0] = 0
    bias = _weights(from_french, "b") + _weights(cues, "b")
    return Layers(
        words=own,
        grams=_weights(grams, "E"),
        french=french @ _weights(from_french, "W").T + bias,
        cues=_weights(cues, "W").T,
        scale=_weights(norm, "G"),
        shift=_weights(norm, "b"),
        filters=tuple(_unit(layer) for layer in windows.walk() if layer.name == "relu"),
        telling=_unit(telling.layers[0].layers[1]),
        hidden=_unit(hidden),
        output=_unit(output),
    )


def _unit(layer: Model[Any, Any]) -> tuple[Floats, Floats]:
    return _weights(layer, "W").T, _weights(layer, "b")


def _weights(layer: Model[Any, Any], name: str) -> Floats:
    return np.asarray(layer.get_param(name), np.float32)
