"""The layers of the network of `detector.network`, as thinc trains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from thinc.api import (
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
    reduce_max,
    reduce_mean,
    with_array,
)

from detector.classifier import OUTPUTS
from detector.network import CUES, WINDOWS, Floats, Layers

BUCKETS = 8192
"""How many vectors there are for character n-grams."""

_WIDTH, _FILTERS, _HIDDEN = 64, 64, 96
_DROPPED, _DROPPED_AT_END, _WORDS_DROPPED = 0.3, 0.5, 0.1
_OWN_VECTORS_DROPPED = 0.2
"""How often a word's own vector is left out: n-grams and French must do for words never met."""

_FIRST_SPREAD = 0.1


@dataclass(frozen=True)
class Coded:
    """A comment as the network's tables are asked: rows of words and of French, n-grams, cues."""

    own: npt.NDArray[np.int32]
    french: npt.NDArray[np.int32]
    grams: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int32]
    marks: Floats

    def joined(self, other: Coded) -> Coded:
        """Return this comment with another behind it."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Coded(*map(np.concatenate, pairs))


def make_model(words: int, french: Floats, dice: np.random.RandomState) -> Model[Any, Any]:
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
        "grams": Embed(_WIDTH, BUCKETS),
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
        known = own > 0
        if is_train:
            known &= dice.rand(len(own)) > _OWN_VECTORS_DROPPED
        known = known[:, None].astype(np.float32)
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
