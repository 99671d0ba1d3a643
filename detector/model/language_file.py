"""The files of a language reader: its pieces, which do not change, and what training made.

models/pieces.npz holds the pieces with their scores and vectors, models/language.npz the blocks in
steps of 8 bits, each output with a step of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from detector.errors import ModelError, Place
from detector.model.language import Block, Language, LanguageLayers, Table, Unit
from detector.model.pieces import Pieces
from detector.text import Text

_BROKEN = (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error)
_NORMS = ("norm", "end_norm")

Arrays = Mapping[str, npt.NDArray[Any]]


class StoredLanguage:
    """The language reader of a folder, read when it is first asked; safe to share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def scores(self, text: Text) -> list[float]:
        """Return one value for each of OUTPUTS, in natural-log odds; raise ModelError."""
        return self._language.scores(text)

    def load(self) -> None:
        """Read the files now; raise ModelError."""
        _ = self._language

    @cached_property
    def _language(self) -> Language:
        return load_language(self._folder)


def load_language(folder: Path) -> Language:
    """Return the language reader stored in `folder`; raise ModelError."""
    pieces, trained = _read(folder, "pieces.npz"), _read(folder, "language.npz")
    try:
        names = pieces["pieces"].tobytes().decode().split("\n")
        table = Table(pieces["halves"], pieces["steps"])
        layers = _layers(table, trained)
        return Language(Pieces(names, pieces["scores"].tolist()), layers)
    except _BROKEN as error:
        raise _broken("language.npz", error) from None


def stored_pieces(pieces: Sequence[str], scores: npt.NDArray[np.float32], table: Table) -> Arrays:
    """Return the arrays to store of pieces."""
    return {
        "pieces": np.frombuffer("\n".join(pieces).encode(), np.uint8),
        "scores": scores.astype(np.float16),
        "halves": table.halves,
        "steps": table.steps,
    }


def stored_layers(layers: LanguageLayers) -> Arrays:
    """Return the arrays to store of what training made."""
    arrays: dict[str, npt.NDArray[Any]] = {"places": layers.places.astype(np.float16)}
    arrays |= _pair("norm", layers.norm) | _pair("head", layers.head)
    for number, block in enumerate(layers.blocks):
        for name, unit in zip(Block._fields, block, strict=True):
            place = f"{number}.{name}"
            arrays |= _pair(place, unit) if name in _NORMS else _in_steps(place, unit)
    return arrays


def _layers(table: Table, arrays: Arrays) -> LanguageLayers:
    count = sum(name.endswith(".norm_weights") for name in arrays)
    blocks = (
        Block(*(_unit(f"{number}.{name}", arrays) for name in Block._fields))
        for number in range(count)
    )
    places = arrays["places"].astype(np.float32)
    norm, head = _unit("norm", arrays), _unit("head", arrays)
    return LanguageLayers(table, places, norm, tuple(blocks), head)


def _pair(name: str, unit: Unit) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}_weights": unit[0], f"{name}_biases": unit[1]}


def _in_steps(name: str, unit: Unit) -> dict[str, npt.NDArray[Any]]:
    """Return the weights of linear units as whole numbers of 8 bits, and the step of each unit."""
    weights, biases = unit
    steps = np.abs(weights).max(axis=0) / np.float32(np.iinfo(np.int8).max)
    numbers = np.round(weights / steps).astype(np.int8)
    return {f"{name}_weights": numbers, f"{name}_steps": steps, f"{name}_biases": biases}


def _unit(name: str, arrays: Arrays) -> Unit:
    weights = arrays[f"{name}_weights"]
    if f"{name}_steps" in arrays:
        weights = weights * arrays[f"{name}_steps"]
    return weights, arrays[f"{name}_biases"]


def _read(folder: Path, name: str) -> Arrays:
    try:
        with np.load(folder / name, allow_pickle=False) as stored:
            return dict(stored)
    except FileNotFoundError:
        raise ModelError("model.missing", Place(f"models/{name}")) from None
    except _BROKEN as error:
        raise _broken(name, error) from None


def _broken(name: str, error: Exception) -> ModelError:
    return ModelError("model.broken", Place(f"models/{name}"), problem=type(error).__name__)
