"""What French exports call their columns, read from patterns/columns.yaml."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from detector.documents import read_document
from detector.resources import patterns_folder

_HUMP = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_WORD = re.compile(r"[a-z]+")
_KEYS = {"free_text", "not_text", "record", "surname", "first_name", "town", "heading", "street"}


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column's name without case, accents, plurals and digits.

    >>> words_of("Commentaires_1"), words_of("blocNotes"), words_of("N° de dossier")
    (('commentaire',), ('bloc', 'note'), ('n', 'de', 'dossier'))
    """
    parted = unicodedata.normalize("NFKD", _HUMP.sub(" ", name))
    plain = "".join(letter for letter in parted if not unicodedata.combining(letter))
    return tuple(_singular(word) for word in _WORD.findall(plain.lower()))


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The names of columns by what they announce; each name a tuple of words."""

    free_text: frozenset[tuple[str, ...]]
    not_text: frozenset[tuple[str, ...]]
    record: tuple[tuple[str, ...], ...]
    names: frozenset[tuple[str, ...]]
    street: frozenset[str]
    known: frozenset[str]

    def is_free_text(self, name: str) -> bool:
        """Whether `name` announces free text.

        >>> column_names().is_free_text("Bloc-notes"), column_names().is_free_text("date_note")
        (True, False)
        """
        words = words_of(name)
        return _holds(words, self.free_text) and not _holds(words, self.not_text)

    def is_name(self, name: str) -> bool:
        """Whether a column called `name` holds surnames, first names or towns."""
        return words_of(name) in self.names

    def is_heading(self, name: str) -> bool:
        """Whether `name` consists of words that stand in headings.

        >>> column_names().is_heading("Date de naissance"), column_names().is_heading("Dupont")
        (True, False)
        """
        words = words_of(name)
        return bool(words) and self.known.issuperset(words)


@lru_cache
def column_names() -> ColumnNames:
    """Return the names of patterns/columns.yaml; raise PackError if that file is broken."""
    path = patterns_folder() / "columns.yaml"
    fields = read_document(path, "patterns/columns.yaml").fields(_KEYS, set())
    names = {key: tuple(map(words_of, entry.texts())) for key, entry in fields.items()}
    return ColumnNames(
        free_text=frozenset(names["free_text"]),
        not_text=frozenset(names["not_text"]),
        record=names["record"],
        names=frozenset(names["surname"] + names["first_name"] + names["town"]),
        street=frozenset(word for name in names["street"] for word in name),
        known=frozenset(word for group in names.values() for name in group for word in name),
    )


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _holds(words: tuple[str, ...], phrases: frozenset[tuple[str, ...]]) -> bool:
    """Whether one of `phrases` stands among `words`, whole and in order."""
    stretches = (
        words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)
    )
    return any(stretch in phrases for stretch in stretches)
