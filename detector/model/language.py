"""A small language model that gives a second opinion: it brings knowledge of French with it.

The other two readers know what corpus, packs and word vectors tell; this one has read the web
before it read the corpus. It is the lower half of multilingual-e5-small (Wang and others 2024):
pieces of words with their places, blocks of attention, and a layer that answers from the mean and
the highest of what the pieces have become. It reads words alone, no cues, so that its mistakes are
its own. Trained by `detector.workshop.language` with torch, run here without it. A reading takes
some milliseconds: it is asked in doubt only (`detector.model.bars`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from detector.model.pieces import Pieces
from detector.text import Text, readable

Floats = npt.NDArray[np.float32]
Unit = tuple[Floats, Floats]
"""Weights and biases of linear units, or the scale and shift of a norm."""

HEADS = 12
MOST_PIECES = 128
"""How many pieces are read together; of a longer text each stretch is read by itself."""

_TINY = 1e-12


class Block(NamedTuple):
    """The weights of one block: attention, then two layers, each added to what came in."""

    asked: Unit
    drawn: Unit
    norm: Unit
    wide: Unit
    narrow: Unit
    end_norm: Unit


class Table:
    """Vectors in steps of 4 bits, each 32 numbers with a step of their own.

    `halves` holds two numbers in a byte: those of the first 16 low, those of the last 16 high.
    """

    def __init__(self, halves: npt.NDArray[np.uint8], steps: npt.NDArray[np.float16]) -> None:
        self.halves, self.steps = halves, steps

    def rows(self, numbers: Sequence[int]) -> Floats:
        """Return some vectors.

        >>> table = Table(np.full((1, 16), 0x9F, np.uint8), np.array([[0.5]], np.float16))
        >>> table.rows([0])[0, [0, 31]]
        array([3.5, 0.5], dtype=float32)
        """
        chosen = self.halves[numbers].reshape(len(numbers), -1, 16)
        steps = self.steps[numbers][:, :, None].astype(np.float32)
        numbers_in = np.concatenate([chosen & 15, chosen >> 4], axis=2).astype(np.float32) - 8
        rows: Floats = (numbers_in * steps).reshape(len(chosen), -1)
        return rows


@dataclass(frozen=True)
class LanguageLayers:
    """The weights of a language reader.

    `words` has a vector for each piece, `places` one for each place in a text; `head` answers one
    value for each of OUTPUTS.
    """

    words: Table
    places: Floats
    norm: Unit
    blocks: tuple[Block, ...]
    head: Unit


class Language:
    """Scores texts; safe to share between threads, and beside other processes that read.

    One text is read at a time, on one core: NumPy's own threads gain little on matrices as small
    as these, and where several processes read they wait for each other ten times as long.
    """

    def __init__(self, pieces: Pieces, layers: LanguageLayers) -> None:
        self._pieces, self._layers = pieces, layers
        self._blas = ThreadpoolController().select(user_api="blas")
        self._reading = Lock()

    def scores(self, text: Text) -> list[float]:
        """Return one value for each of OUTPUTS, in natural-log odds: of stretches the highest."""
        numbers = self._pieces.cut(readable(text))
        stretches = stretches_of(numbers)
        with self._reading, self._blas.limit(limits=1):
            highest = np.max([self._answer(stretch) for stretch in stretches], axis=0)
        values: list[float] = highest.tolist()
        return values

    def _answer(self, numbers: Sequence[int]) -> Floats:
        layers = self._layers
        values = layers.words.rows(numbers) + layers.places[: len(numbers)]
        values = _normed(values, layers.norm)
        for block in layers.blocks:
            values = _read(values, block)
        weights, biases = layers.head
        answer: Floats = np.hstack([values.mean(axis=0), values.max(axis=0)]) @ weights + biases
        return answer


def stretches_of(numbers: Sequence[int]) -> list[Sequence[int]]:
    """Return the pieces of a text in stretches of MOST_PIECES at most, each begun and ended.

    >>> [len(stretch) for stretch in stretches_of([0, *[7] * 200, 1])]
    [128, 76]
    """
    begin, inner, end = numbers[:1], numbers[1:-1], numbers[-1:]
    room = MOST_PIECES - 2
    starts = range(0, max(len(inner), 1), room)
    return [[*begin, *inner[start : start + room], *end] for start in starts]


def _read(values: Floats, block: Block) -> Floats:
    """Return what a block makes of the vectors of a text's pieces."""
    values = _normed(
        values + _linear(_attended(_linear(values, block.asked)), block.drawn), block.norm
    )
    return _normed(
        values + _linear(_gelu(_linear(values, block.wide)), block.narrow), block.end_norm
    )


def _attended(asked: Floats) -> Floats:
    """Return what each piece draws from all of them; `asked` are queries, keys and values."""
    count, width = len(asked), asked.shape[1] // 3
    queries, keys, held = asked.reshape(count, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
    nearness = queries @ keys.transpose(0, 2, 1) / np.sqrt(np.float32(width // HEADS))
    shares = np.exp(nearness - nearness.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    drawn: Floats = (shares @ held).transpose(1, 0, 2).reshape(count, width)
    return drawn


def _linear(values: Floats, unit: Unit) -> Floats:
    answers: Floats = values @ unit[0] + unit[1]
    return answers


def _gelu(values: Floats) -> Floats:
    """Return Gaussian error linear units, by the approximation with tanh."""
    inner = np.float32(np.sqrt(2 / np.pi)) * values * (1 + np.float32(0.044715) * values * values)
    answers: Floats = np.float32(0.5) * values * (1 + np.tanh(inner))
    return answers


def _normed(values: Floats, norm: Unit) -> Floats:
    centred = values - values.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(_TINY))
    normed: Floats = centred / spread * norm[0] + norm[1]
    return normed
