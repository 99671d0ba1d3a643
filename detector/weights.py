"""The classifier's weights as NumPy arrays, read from npz without pickle."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from detector.classifier import VECTOR_STEP, Classifier, read_manifest
from detector.errors import ModelError, Place
from detector.resources import models_folder


@dataclass(frozen=True)
class Weights:
    """What training leaves: whole-number weights by feature, and by word vector.

    `table` is features x outputs in units of TABLE_STEP; `vectors` is vector rows x outputs in
    natural-log odds; `keys` (sorted word keys) and `rows` tell which vector a word has, `kin`
    to which group of near ones each vector belongs.
    """

    features: dict[str, int]
    table: npt.NDArray[np.int32]
    intercept: npt.NDArray[np.float64]
    keys: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint16]
    vectors: npt.NDArray[np.float64]
    kin: npt.NDArray[np.uint16]


class ArrayWeights:
    """Weights in memory, as the classifier asks for them."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.intercept = weights.intercept.tolist()
        self._vectors = np.round(weights.vectors / VECTOR_STEP).astype(np.int64)

    def steps(self, features: Sequence[str]) -> Sequence[int] | None:
        """Return the sum over the features that are known, or None if none is."""
        known = self._weights.features
        rows = [row for feature in features if (row := known.get(feature)) is not None]
        if not rows:
            return None
        total: list[int] = self._weights.table[rows].sum(axis=0, dtype=np.int64).tolist()
        return total

    def vector(self, key: int) -> Sequence[int] | None:
        """Return what the vector of the word with this key contributes, or None."""
        row = self._row(key)
        if row is None:
            return None
        steps: list[int] = self._vectors[row].tolist()
        return steps

    def kin(self, key: int) -> int | None:
        """Return the kin of the word with this key, or None."""
        row = self._row(key)
        return None if row is None else int(self._weights.kin[row])

    def _row(self, key: int) -> int | None:
        keys = self._weights.keys
        place = int(np.searchsorted(keys, key))
        known = place < len(keys) and keys[place] == key
        return int(self._weights.rows[place]) if known else None

    def all_steps(self) -> Iterator[tuple[str, list[int]]]:
        """Yield every feature with its steps."""
        return zip(self._weights.features, self._weights.table.tolist(), strict=True)

    def all_keys(self) -> Iterator[tuple[int, int]]:
        """Yield every word key with the row of its vector."""
        return zip(self._weights.keys.tolist(), self._weights.rows.tolist(), strict=True)

    def all_vectors(self) -> Iterator[tuple[int, list[int], int]]:
        """Yield every row of vectors with what it contributes, and its kin."""
        numbers = range(len(self._vectors))
        return zip(numbers, self._vectors.tolist(), self._weights.kin.tolist(), strict=True)


def load_classifier(folder: Path | None = None) -> Classifier:
    """Return the classifier stored in `folder` (default: that of art9); raise ModelError."""
    root = folder or models_folder()
    manifest = read_manifest(root / "manifest.json")
    return Classifier(load_weights(root), manifest)


def load_weights(folder: Path) -> ArrayWeights:
    """Return the weights stored in `folder`; raise ModelError."""
    try:
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            return ArrayWeights(_weights(arrays))
    except FileNotFoundError:
        raise ModelError("model.missing", Place("models/weights.npz")) from None
    except (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error) as error:
        problem = type(error).__name__
        raise ModelError("model.broken", Place("models/weights.npz"), problem=problem) from None


def _weights(arrays: Any) -> Weights:
    names = arrays["features"].tobytes().decode().split("\n")
    return Weights(
        features={name: row for row, name in enumerate(names)},
        table=arrays["table"].astype(np.int32),
        intercept=arrays["intercept"],
        keys=arrays["keys"],
        rows=arrays["rows"],
        vectors=arrays["vectors"],
        kin=arrays["kin"] if "kin" in arrays else np.zeros(len(arrays["vectors"]), np.uint16),
    )
