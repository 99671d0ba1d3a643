"""From what sources yield to blocks of texts to judge: each text once, as far as memory allows.

What was found clear is remembered as a hash in a table of fixed size, where a newer one takes
the place of an older; what was not, with its verdict. So memory does not grow with the input,
and what has been forgotten is judged again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b, sha256
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from detector.errors import DetectorError, Place
from detector.finding import Verdict
from detector.lexicon.guards import name_words
from detector.scanning.distinct import Distinct
from detector.sources.base import Column, Comment, Source, Unreadable
from detector.text import fold

BLOCK = 2_048
"""How many events are judged, reported and saved together."""

_SLOTS = 1 << 23  # of 8 bytes, taken up as they are filled
_VERDICTS = 16_384


@dataclass(frozen=True, slots=True)
class Opened:
    """A source is about to be read, with its columns as they are known then."""

    source: Source
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """An input could not be opened, or not be read to its end."""

    error: DetectorError

    @property
    def unreadable(self) -> Unreadable:
        """The same as a piece that could not be read; of line 0 where no line is known."""
        place = self.error.place or Place("")
        values = dict(self.error.values)
        return Unreadable(place.file, place.line or 0, f"error.{self.error.key}", values)


Event = Comment | Unreadable | Opened | Fault
_Asked = tuple[str, tuple[str, ...]]  # a text, and the names that may change its verdict


def events(sources: Iterable[Source | DetectorError]) -> Iterator[Event]:
    """Yield what happens as `sources` are read, in order."""
    for source in sources:
        if isinstance(source, DetectorError):
            yield Fault(source)
            continue
        yield Opened(source, source.columns)
        try:
            yield from source
        except DetectorError as error:
            yield Fault(error)


@dataclass(slots=True)
class Block:
    """Some events, and the texts among them that have to be judged, each with its names.

    `uses` tells for each text which of the events have it; `hashes` holds what it is
    remembered by, or 0 if its verdict depends on the names; `known` holds the verdicts of other
    events that were judged before and are not clear.
    """

    events: list[Event]
    comments: int = 0
    texts: list[str] = field(default_factory=list)
    names: list[tuple[str, ...]] = field(default_factory=list)
    uses: list[list[int]] = field(default_factory=list)
    hashes: list[int] = field(default_factory=list)
    known: dict[int, Verdict] = field(default_factory=dict)

    def outcome(self, verdicts: Sequence[Verdict]) -> dict[int, Verdict]:
        """Return the verdict of each event that is not clear, `verdicts` being those of texts."""
        found = dict(self.known)
        for verdict, places in zip(verdicts, self.uses, strict=True):
            if not verdict.silent:
                found.update(dict.fromkeys(places, verdict))
        return found


class Sieve:
    """Parts events into blocks, and learns from what was judged."""

    def __init__(self, distinct: Distinct, key: bytes = b"") -> None:
        self._distinct, self._key = distinct, sha256(key).digest()
        self._clear = _Clear()
        self._verdicts: OrderedDict[int, Verdict] = OrderedDict()

    def blocks(self, stream: Iterator[Event]) -> Iterator[Block]:
        """Yield all events of `stream` in blocks."""
        while taken := list(islice(stream, BLOCK)):
            yield self._sifted(taken)

    def learn(self, block: Block, verdicts: Sequence[Verdict]) -> None:
        """Remember the verdicts on the texts of `block`, and count the texts."""
        self._distinct.add(np.array([self._lasting(text) for text in block.texts], np.uint64))
        clear = []
        for verdict, text_hash in zip(verdicts, block.hashes, strict=True):
            if text_hash and verdict.silent:
                clear.append(text_hash)
            elif text_hash:
                self._verdicts[text_hash] = verdict
        self._clear.add(np.array(clear, np.int64))
        while len(self._verdicts) > _VERDICTS:
            self._verdicts.popitem(last=False)

    def _sifted(self, taken: list[Event]) -> Block:
        block = Block(taken)
        spots = [spot for spot, event in enumerate(taken) if isinstance(event, Comment)]
        comments: list[Comment] = [taken[spot] for spot in spots]  # type: ignore[misc]
        block.comments = len(comments)
        hashes = [hash(comment.text) for comment in comments]
        clear = self._clear.hold(hashes)
        places: dict[_Asked, int] = {}
        for spot, comment, text_hash, is_clear in zip(spots, comments, hashes, clear, strict=True):
            names = comment.names
            if names and not named(comment.text, names):
                names = ()
            if names or not (is_clear or self._recalled(block, spot, text_hash)):
                _ask(block, places, spot, (comment.text, names), 0 if names else text_hash)
        return block

    def _recalled(self, block: Block, spot: int, text_hash: int) -> bool:
        verdict = self._verdicts.get(text_hash)
        if verdict is None:
            return False
        self._verdicts.move_to_end(text_hash)
        block.known[spot] = verdict
        return True

    def _lasting(self, text: str) -> int:
        """Return a keyed hash that is the same in every run: it ends up in checkpoints."""
        data = text.encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(data, digest_size=8, key=self._key).digest(), "little")


def _ask(block: Block, places: dict[_Asked, int], spot: int, asked: _Asked, text_hash: int) -> None:
    """Let the event at `spot` have the verdict on what is `asked`; `places` says where that is."""
    place = places.setdefault(asked, len(block.texts))
    if place < len(block.texts):
        block.uses[place].append(spot)
        return
    text, names = asked
    block.texts.append(text)
    block.names.append(names)
    block.uses.append([spot])
    block.hashes.append(text_hash)


class _Clear:
    """The hashes of texts that were found clear, as many as there is room for."""

    def __init__(self, slots: int = _SLOTS) -> None:
        self._table: NDArray[np.int64] = np.zeros(slots, np.int64)
        self._mask = np.int64(slots - 1)

    def add(self, hashes: NDArray[np.int64]) -> None:
        self._table[hashes & self._mask] = hashes

    def hold(self, hashes: Sequence[int]) -> list[bool]:
        """Return for each hash whether it is held."""
        wanted = np.array(hashes, np.int64)
        held = (self._table[wanted & self._mask] == wanted) & (wanted != 0)
        found: list[bool] = held.tolist()
        return found


def named(text: str, names: Sequence[str]) -> bool:
    """Whether a word of `names` stands in `text`: only then can they change a verdict.

    >>> named("gay martine à rappeler", ["GAY", "Nîmes"]), named("à rappeler", ["GAY", "Nîmes"])
    (True, False)
    """
    letters = _letters(text)
    for name in names:
        for word in _words(name):
            if word in letters:
                return True
    return False


@lru_cache(maxsize=65_536)
def _words(name: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in sorted(name_words([name])))


def _letters(text: str) -> bytes:
    """Return `text` folded; in one pass over its bytes where that gives the same."""
    try:
        letters = text.encode("cp1252").translate(_folded_bytes())
    except UnicodeEncodeError:
        return fold(text).folded.encode("utf-8", "surrogatepass")
    # b"\\0" stands for what is written in several bytes, or may be half of a garbled letter.
    return fold(text).folded.encode("utf-8", "surrogatepass") if b"\0" in letters else letters


@lru_cache(maxsize=1)
def _folded_bytes() -> bytes:
    return bytes(_folded_byte(bytes([code])) for code in range(256))


def _folded_byte(code: bytes) -> int:
    character = code.decode("cp1252", "replace")
    folded = fold(character).folded
    if character in "ÃÂÅ€\0\ufffd" or (folded.isalpha() and not folded.isascii()):
        return 0
    return ord(folded) if folded.isascii() else ord(" ")
