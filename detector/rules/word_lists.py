"""Lists of words by name: in a pattern `<name>` stands for any of them, `<0-4>` for free words.

Words are pieces of patterns themselves, as « (?:petite? )?amie? ».
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from detector.documents import Entry
from detector.errors import Near
from detector.rules.terms import pattern_fault

_NAMED = re.compile(r"<(\w+)>")
_FREE = re.compile(r" <0-(\d)> ")
_WORD = "(?: [a-z0-9',:]{1,11})"

WordLists = Mapping[str, tuple[str, ...]]


def read_word_lists(entry: Entry) -> WordLists:
    """Return the lists of a mapping from names to words; raise PackError for faults."""
    return {key.text(): tuple(map(_word, value.list())) for key, value in entry.items()}


def _word(entry: Entry) -> str:
    if fault := pattern_fault(entry.text()):
        raise entry.fault(fault, name=entry.text())
    return entry.text()


def read_pattern(entry: Entry, words: WordLists) -> str:
    """Return a pattern with each `<name>` and ` <0-4> ` filled; raise PackError for faults."""
    for name in _NAMED.findall(entry.text()):
        if name not in words:
            raise entry.fault("pack.unknown_value", name=name, near=Near(name, words))
    pattern = _NAMED.sub(lambda slot: f"(?:{'|'.join(words[slot[1]])})", entry.text())
    pattern = _FREE.sub(lambda slot: f"{_WORD}{{0,{slot[1]}}} ", pattern)
    if fault := pattern_fault(pattern):
        raise entry.fault(fault, name=entry.text())
    return pattern
