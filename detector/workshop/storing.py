"""Writes a model to its folder: the same bytes for the same weights, each time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from detector.model.language import LanguageLayers
from detector.model.language_file import stored_layers, stored_pieces
from detector.model.network import Network
from detector.model.network_file import stored_arrays
from detector.model.weights import Weights


def store_json(path: Path, told: Mapping[str, Any]) -> None:
    """Write what is told of a model into `path`."""
    text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def store_network(folder: Path, network: Network) -> None:
    """Write network.npz into `folder`."""
    _store(folder / "network.npz", stored_arrays(network), ZIP_DEFLATED)


def store_language(
    folder: Path,
    pieces: Sequence[str],
    scores: npt.NDArray[np.float32],
    layers: LanguageLayers,
) -> None:
    """Write pieces.npz and language.npz into `folder`."""
    _store(folder / "pieces.npz", stored_pieces(pieces, scores, layers.words), ZIP_DEFLATED)
    _store(folder / "language.npz", stored_layers(layers), ZIP_DEFLATED)


def store_weights(folder: Path, weights: Weights) -> None:
    """Write weights.npz into `folder`."""
    arrays = {
        "features": _lines(sorted(weights.features, key=weights.features.__getitem__)),
        "table": _narrow(weights.table),
        "intercept": weights.intercept,
        "words": _lines(weights.costs),
        "costs": np.array(list(weights.costs.values()), dtype=np.uint8),
        "rows": weights.rows,
        "vectors": _narrow(weights.vectors),
        "kin": weights.kin,
    }
    _store(folder / "weights.npz", arrays, ZIP_LZMA)


def _store(path: Path, arrays: Mapping[str, npt.NDArray[Any]], method: int) -> None:
    """Write arrays as NumPy does, but the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", method) as archive:
        for name, array in arrays.items():
            member = ZipInfo(f"{name}.npy")
            member.compress_type = method
            with archive.open(member, "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def _lines(words: Iterable[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _narrow(table: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.signedinteger[Any]]:
    """Return the table in 16 bits where its values allow."""
    fits = np.abs(table).max() < np.iinfo(np.int16).max
    return table.astype(np.int16) if fits else table
