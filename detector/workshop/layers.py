"""The layers of the network of `detector.model.network`, as thinc trains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
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

from detector.model.classifier import OUTPUTS
from detector.model.network import CUES, WINDOWS, Floats, Layers

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


def joined(comments: Sequence[Coded]) -> Coded:
    """Return coded comments one behind the other."""
    return Coded(
        *(np.concatenate([getattr(one, field.name) for one in comments]) for field in fields(Coded))
    )


def make_model(words: int, french: Floats, dice: np.random.RandomState) -> Model[Any, Any]:
    """Return a model from coded comments to what each is, and what each of its words says."""
    width = len(WINDOWS) * _FILTERS + _WIDTH
    reading = chain(_Embedding(words, french, dice).layer(), _windows())
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


class _Embedding:
    """From coded comments to the vectors of their words, all in one row."""

    def __init__(self, words: int, french: Floats, dice: np.random.RandomState) -> None:
        self._french, self._dice = french, dice
        self._words, self._grams = Embed(_WIDTH, words), Embed(_WIDTH, BUCKETS)
        self._from_french = Linear(_WIDTH, french.shape[1])
        self._cues = Linear(_WIDTH, CUES)
        self._end: Model[Any, Any] = chain(LayerNorm(_WIDTH), Dropout(_DROPPED))

    def layer(self) -> Model[Any, Any]:
        """Return it as a layer of thinc."""
        parts = [self._words, self._grams, self._from_french, self._cues, *self._end.layers]
        return Model("embedding", self._forward, init=self._initialise, layers=parts)

    def _forward(
        self,
        model: Model[Any, Any],
        docs: Sequence[Coded],
        is_train: bool,  # noqa: FBT001  thinc's
    ) -> tuple[Ragged, Callable[[Ragged], Sequence[Coded]]]:
        row = joined(docs)
        size = len(row.own)
        known = (row.own > 0)[:, None] * self._kept(size, _OWN_VECTORS_DROPPED if is_train else 0)
        share = (1 / row.counts)[:, None].astype(np.float32)
        words, learn_words = self._words(row.own, is_train)
        pieces, learn_pieces = self._grams(row.grams, is_train)
        french, learn_french = self._from_french(self._french[row.french], is_train)
        cues, learn_cues = self._cues(row.marks, is_train)
        firsts = np.cumsum(row.counts) - row.counts
        of_pieces = np.add.reduceat(pieces, firsts, axis=0) * share
        ended, learn_end = self._end(words * known + of_pieces + french + cues, is_train)
        kept = self._kept(size, _WORDS_DROPPED if is_train else 0)

        def learn(gradient: Ragged) -> Sequence[Coded]:
            back = learn_end(gradient.dataXd * kept)
            learn_words(back * known)
            learn_pieces(np.repeat(back * share, row.counts, axis=0))
            learn_french(back)
            learn_cues(back)
            return docs

        lengths = np.array([len(doc.own) for doc in docs], np.int32)
        return Ragged(ended * kept, lengths), learn

    def _kept(self, count: int, dropped: float) -> Floats:
        """Return a column of ones, a share of them `dropped` to zero."""
        if not dropped:
            return np.ones((count, 1), np.float32)
        return (self._dice.rand(count, 1) > dropped).astype(np.float32)

    def _initialise(self, model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803
        for layer in model.layers:
            layer.initialize()
        for table in (self._words, self._grams):
            spread = self._dice.normal(0, _FIRST_SPREAD, _weights(table, "E").shape)
            table.set_param("E", spread.astype(np.float32))


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
