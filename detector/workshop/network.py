"""Trains the network of `detector.network` with thinc, from words and the cues that cover them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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
)

from detector.classifier import OUTPUTS
from detector.network import CUES, WINDOWS, Layers, Network, grams_of
from detector.workshop.features import VectorTable, length_weights

_WIDTH, _FILTERS, _HIDDEN, _FRENCH = 64, 64, 96, 96
_BUCKETS = 8192
_LEAST = 3
_ROUNDS, _BATCH = 6, 64
_RATE, _DECAY, _WARM = 2e-3, 0.1, 0.1
_DROPPED, _DROPPED_AT_END, _WORDS_DROPPED = 0.3, 0.5, 0.1
_FRENCH_SCALE, _FIRST_SPREAD = 0.2, 0.1
_FLAGGED_WEIGHT = 3.0

Floats = npt.NDArray[np.float32]
Marked = tuple[Sequence[str], npt.NDArray[np.bool_]]
"""Words of a comment, and words x kinds: of which cues each is a part."""


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


def train_network(
    comments: Sequence[Marked], wanted: npt.NDArray[np.bool_], table: VectorTable, seed: int
) -> Network:
    """Return a network that learned comments x outputs `wanted`."""
    coder = Coder(comments, table)
    coded = [coder.code(comment) for comment in comments]
    french = _french(table, coder.words)
    fix_random_seed(seed)
    model = _model(len(coder.words) + 1, french, np.random.RandomState(seed))
    model.initialize(X=coded[:2], Y=wanted[:2].astype(np.float32))
    weights = length_weights([words for words, _ in comments], wanted[:, 0])
    _fit(model, coded, wanted.astype(np.float32), weights, np.random.RandomState(seed))
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
    wanted: Floats,
    weights: npt.NDArray[np.float64],
    dice: np.random.RandomState,
) -> None:
    steps = _ROUNDS * -(-len(coded) // _BATCH)
    rate = warmup_linear(_RATE, int(_WARM * steps), steps)
    optimizer = Adam(rate, L2=_DECAY, L2_is_weight_decay=True)
    columns = np.ones(len(OUTPUTS), np.float32)
    columns[0] = _FLAGGED_WEIGHT
    for batch in _batches(len(coded), dice):
        answers, learn = model.begin_update([coded[place] for place in batch])
        chances = 1 / (1 + np.exp(-answers))
        wrong = (chances - wanted[batch]) * columns * weights[batch, None]
        learn((wrong / len(batch)).astype(np.float32))
        model.finish_update(optimizer)
        optimizer.step_schedules()


def _batches(count: int, dice: np.random.RandomState) -> Iterator[npt.NDArray[np.int64]]:
    for _ in range(_ROUNDS):
        order = dice.permutation(count)
        for start in range(0, count, _BATCH):
            yield order[start : start + _BATCH]


def _model(words: int, french: Floats, dice: np.random.RandomState) -> Model[Any, Any]:
    filters = [chain(_windowed(size), reduce_max()) for size in WINDOWS]
    return chain(
        _embedding(words, french, dice),
        concatenate(*filters, reduce_mean()),
        Dropout(_DROPPED_AT_END),
        Relu(_HIDDEN, len(WINDOWS) * _FILTERS + _WIDTH),
        Dropout(_DROPPED),
        Linear(len(OUTPUTS), _HIDDEN),
    )


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
    embedding, pools, _, hidden, _, output = model.layers
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
        filters=tuple(_unit(layer) for layer in pools.walk() if layer.name == "relu"),
        hidden=_unit(hidden),
        output=_unit(output),
    )


def _unit(layer: Model[Any, Any]) -> tuple[Floats, Floats]:
    return _weights(layer, "W").T, _weights(layer, "b")


def _weights(layer: Model[Any, Any], name: str) -> Floats:
    return np.asarray(layer.get_param(name), np.float32)
