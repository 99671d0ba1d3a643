"""Lists of words by name: in a pattern `<name>` stands for any of them.

Words are pieces of patterns themselves, as « (?:petite? )?amie? ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from detector.documents import Entry
from detector.errors import nearest
from detector.terms import pattern_fault

_SLOT = re.compile("<([a-z]+)>")

WordLists = Mapping[str, tuple[str, ...]]


def read_word_lists(entry: Entry) -> WordLists:
    """Return the lists of a mapping from names to words."""
    return {key.text(): value.texts() for key, value in entry.items()}


def read_pattern(entry: Entry, words: WordLists) -> str:
    """Return a pattern with each `<name>` filled; raise PackError for faults."""
    for name in _SLOT.findall(entry.text()):
        if name not in words:
            raise entry.fault("pack.unknown_value", name=name, near=nearest(name, list(words)))
    pattern = _SLOT.sub(lambda slot: f"(?:{'|'.join(words[slot[1]])})", entry.text())
    if fault := pattern_fault(pattern):
        raise entry.fault(fault, name=entry.text())
    return pattern
