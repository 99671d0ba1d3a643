"""Reads words as the known ones that were most likely meant, and so mends the spelling of a text.

What is wrong with a word is one of a few slips (`misspelt`, `torn`, `disguised` beside this
module). Rules and classifier then see known words only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Protocol

from detector.finding import Span
from detector.nearness import Apart
from detector.spelling.disguised import Disguised
from detector.spelling.misspelt import Misspelt
from detector.spelling.torn import InPieces, SpelledOut
from detector.spelling.vocabulary import Vocabulary
from detector.text import WORD, Text, fold, rewritten


class Slip(Protocol):
    """One way in which words go wrong."""

    def may_stand(self, folded: str, words: Sequence[str]) -> bool:
        """Whether it may stand in a folded comment of `words`."""
        ...

    def readings(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield the folded spans where it stands, each with the words to read there."""
        ...


class Spelling:
    """Mends the spelling of folded texts; safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        misspelt = Misspelt(vocabulary)
        self._slips: tuple[Slip, ...] = (
            Disguised(vocabulary),
            SpelledOut(vocabulary, misspelt.meant),
            InPieces(vocabulary),
            misspelt,
        )

    def read(self, comment: str) -> Text:
        """Return both views of a comment, its folded one mended."""
        text = fold(comment)
        return self.mended(text, WORD.findall(text.folded))

    def mended(self, text: Text, words: Sequence[str]) -> Text:
        """Return `text`, which holds `words`, with them read as known ones where that is likely.

        Where two readings overlap that of the earlier slip stands.
        """
        slips = [slip for slip in self._slips if slip.may_stand(text.folded, words)]
        if not slips:
            return text
        taken = Apart()
        found = chain.from_iterable(slip.readings(text) for slip in slips)
        changes = [(span, meant) for span, meant in found if taken.takes(span)]
        return rewritten(text, sorted(changes)) if changes else text
