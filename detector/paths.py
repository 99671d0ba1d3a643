"""Paths of fields and names of records: equal ones told apart, and what of them may be shown.

A key of a document, or a cell taken for an id, can be a text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import count

HIDDEN = "…"
"""Stands for a part of a path that is not shown."""

_SHORT = 2  # letters of a word before a number, as « n° »


class Discreet:
    """Shows paths and ids without what they say of a person; `tells` is asked once for each part.

    >>> discreet = Discreet(lambda phrase: "sida" in phrase)
    >>> discreet.path("note.porteuse sida.0"), discreet.path("note.bon payeur.0")
    ('note.….0', 'note.bon payeur.0')
    """

    def __init__(self, tells: Callable[[str], bool]) -> None:
        self._tells = tells
        self._known: dict[str, bool] = {}

    def path(self, path: str) -> str:
        """Return the path of a field without keys that are phrases and say too much."""
        return ".".join(part if self._harmless(part) else HIDDEN for part in path.split("."))

    def _harmless(self, part: str) -> bool:
        if not is_phrase(part):
            return True
        if part not in self._known:
            self._known[part] = not self._tells(part)
        return self._known[part]


def is_phrase(part: str) -> bool:
    """Whether a part of a path has more than one word, so that it may be a text.

    >>> is_phrase("bloc_notes"), is_phrase("bloc notes")
    (False, True)
    """
    return any(map(str.isspace, part))


def phrases(path: str) -> Iterator[str]:
    """Yield the parts of a path that are phrases."""
    yield from filter(is_phrase, path.split("."))


def is_id(record: str) -> bool:
    """Whether a record's name may be shown: each word has a digit, as names have none.

    >>> is_id("n° 12-B"), is_id("patients.17"), is_id("DUPONT"), is_id("vue le 12 mars")
    (True, True, False, False)
    """
    words = record.split()
    if len(words) > 1 and len(words[0]) <= _SHORT:
        words = words[1:]
    return bool(words) and all(any(map(str.isdigit, word)) for word in words)


def numbered(path: str, taken: Container[str]) -> str:
    """Return `path`, with a number as its last part if it is taken.

    >>> numbered("note", {"note", "note.2"})
    'note.3'
    """
    copies = (f"{path}.{number}" for number in count(2))
    return path if path not in taken else next(copy for copy in copies if copy not in taken)
