"""The classifier's weights as NumPy arrays, read from npz without pickle."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from detector.errors import ModelError, Place
from detector.spelling.vocabulary import KnownWords

_BROKEN = (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error, lzma.LZMAError)
NO_VECTOR = 2**16 - 1


@dataclass(frozen=True)
class Weights:
    """What training leaves: whole-number weights by feature, and by word vector.

    `table` is features x outputs in units of TABLE_STEP, `vectors` is vector rows x outputs in
    units of VECTOR_STEP, `kin` tells to which group of near ones each vector belongs. `costs`
    holds the known words, `rows` which vector each of them has: NO_VECTOR if none.
    """

    features: dict[str, int]
    table: npt.NDArray[np.int32]
    intercept: npt.NDArray[np.float64]
    costs: Mapping[str, int]
    rows: npt.NDArray[np.uint16]
    vectors: npt.NDArray[np.signedinteger[Any]]
    kin: npt.NDArray[np.uint16]


class ArrayWeights:
    """Weights in memory, as the classifier asks for them, and as arrays.

    `rows` tells of words with a vector which one it is.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.intercept = weights.intercept.tolist()
        self.features, self.table, self.vectors = weights.features, weights.table, weights.vectors
        words = zip(weights.costs, weights.rows.tolist(), strict=True)
        self.rows = {word: row for word, row in words if row != NO_VECTOR}

    @property
    def words(self) -> KnownWords:
        """The known words."""
        return KnownWords(self._weights.costs)

    def steps(self, features: Sequence[str]) -> Sequence[int] | None:
        """Return the sum over the features that are known, or None if none is."""
        known = self._weights.features
        rows = [row for feature in features if (row := known.get(feature)) is not None]
        if not rows:
            return None
        total: list[int] = self._weights.table[rows].sum(axis=0, dtype=np.int64).tolist()
        return total

    def vector(self, word: str) -> Sequence[int] | None:
        """Return what the vector of `word` contributes, or None if it has none."""
        row = self.rows.get(word)
        if row is None:
            return None
        steps: list[int] = self._weights.vectors[row].tolist()
        return steps

    def kin(self, word: str) -> int | None:
        """Return the kin of `word`, or None."""
        row = self.rows.get(word)
        return None if row is None else int(self._weights.kin[row])

    def all_steps(self) -> Iterator[tuple[str, list[int]]]:
        """Yield every feature with its steps."""
        return zip(self._weights.features, self._weights.table.tolist(), strict=True)

    def all_words(self) -> Iterator[tuple[str, int, int | None]]:
        """Yield every known word with its cost and the row of its vector."""
        for word, cost in self._weights.costs.items():
            yield word, cost, self.rows.get(word)

    def all_vectors(self) -> Iterator[tuple[int, list[int], int]]:
        """Yield every row of vectors with what it contributes, and its kin."""
        vectors = self._weights.vectors.tolist()
        return zip(range(len(vectors)), vectors, self._weights.kin.tolist(), strict=True)


def load_weights(folder: Path) -> ArrayWeights:
    """Return the weights stored in `folder`; raise ModelError."""
    try:
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            return ArrayWeights(_weights(arrays))
    except FileNotFoundError:
        raise ModelError("model.missing", Place("models/weights.npz")) from None
    except _BROKEN as error:
        problem = type(error).__name__
        raise ModelError("model.broken", Place("models/weights.npz"), problem=problem) from None


def _weights(arrays: Any) -> Weights:
    return Weights(
        features={name: row for row, name in enumerate(_lines(arrays["features"]))},
        table=arrays["table"].astype(np.int32),
        intercept=arrays["intercept"],
        costs=dict(zip(_lines(arrays["words"]), arrays["costs"].tolist(), strict=True)),
        rows=arrays["rows"],
        vectors=arrays["vectors"],
        kin=arrays["kin"],
    )


def _lines(array: npt.NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n")
