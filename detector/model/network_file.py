"""The file of a network: models/network.npz, its large tables in steps of 8 bits."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from detector.errors import ModelError, Place
from detector.model.network import WINDOWS, Floats, Layers, Network

_TABLES = ("words", "grams", "french")
_UNITS = ("telling", "hidden", "output")
_BROKEN = (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error)


def load_network(folder: Path, rows: Mapping[str, int]) -> Network:
    """Return the network stored in `folder`; raise ModelError.

    `rows` tells which vector of the French model a word has.
    """
    place = Place("models/network.npz")
    try:
        with np.load(folder / "network.npz", allow_pickle=False) as stored:
            names = stored["names"].tobytes().decode().split("\n")
            words = {name: row for row, name in enumerate(names, 1)}
            return Network(_layers(dict(stored)), words, rows)
    except FileNotFoundError:
        raise ModelError("model.missing", place) from None
    except _BROKEN as error:
        raise ModelError("model.broken", place, problem=type(error).__name__) from None


def stored_arrays(network: Network) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays to store of a network: its large tables in steps of 8 bits."""
    layers = network.layers
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "names": np.frombuffer("\n".join(network.words).encode(), np.uint8)
    }
    for name in _TABLES:
        arrays[name], arrays[f"{name}_step"] = _in_steps(getattr(layers, name))
    arrays |= {name: getattr(layers, name) for name in ("cues", "scale", "shift")}
    for name, pair in _units(layers).items():
        arrays[f"{name}_weights"], arrays[f"{name}_biases"] = pair
    return arrays


def _units(layers: Layers) -> dict[str, tuple[Floats, Floats]]:
    filters = {f"filters{size}": pair for size, pair in zip(WINDOWS, layers.filters, strict=True)}
    others = {name: getattr(layers, name) for name in _UNITS}
    return filters | others


def _layers(arrays: Mapping[str, Floats]) -> Layers:
    tables = {name: arrays[name] * arrays[f"{name}_step"] for name in _TABLES}
    pairs = {
        name: (arrays[f"{name}_weights"], arrays[f"{name}_biases"])
        for name in (*(f"filters{size}" for size in WINDOWS), *_UNITS)
    }
    return Layers(
        words=tables["words"],
        grams=tables["grams"],
        french=tables["french"],
        cues=arrays["cues"],
        scale=arrays["scale"],
        shift=arrays["shift"],
        filters=tuple(pairs[f"filters{size}"] for size in WINDOWS),
        **{name: pairs[name] for name in _UNITS},
    )


def _in_steps(table: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return a table as whole numbers of 8 bits, and the step that they count."""
    step = np.float32(np.abs(table).max() / np.iinfo(np.int8).max)
    return np.round(table / step).astype(np.int8), np.array(step)
