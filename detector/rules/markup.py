"""Comments with their labels written into them, as in « Mère [voilée]{religion family} ».

One or more groups in braces follow a stretch in brackets; each group holds words:
categories, a subject, qualifiers. Packs and corpus drafts are written this way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from detector.finding import QUALIFIERS, Attributes, Span
from detector.taxonomy import Category, Subject

_MARKED = re.compile(r"\[([^\[\]{}]+)\]((?:\{[^{}\[\]]*\})*)")
_GROUP = re.compile(r"\{([^}]*)\}")


class MarkupError(ValueError):
    """The markup is broken; the message quotes only the offending word or bracket."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One labelled stretch: its span, categories (none where a rule implies them), attributes."""

    span: Span
    categories: tuple[Category, ...]
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its marks."""

    text: str
    marks: tuple[Mark, ...]


def parse(line: str) -> Example:
    """Return the text without its markup, and the marks; raise MarkupError.

    >>> example = parse("sa [mère voilée]{religion family reported}")
    >>> example.text, example.marks[0].span
    ('sa mère voilée', Span(start=3, end=14))
    """
    pieces: list[str] = []
    marks: list[Mark] = []
    position = length = 0
    for match in _MARKED.finditer(line):
        pieces += [line[position : match.start()], match[1]]
        length += match.start() - position
        span = Span(length, length + len(match[1]))
        marks += [_mark(span, group.split()) for group in _GROUP.findall(match[2]) or [""]]
        length, position = span.end, match.end()
    text = "".join([*pieces, line[position:]])
    if stray := re.search(r"[\[\]{}]", text):
        raise MarkupError(f"stray {stray[0]}")
    return Example(text, tuple(marks))


def _mark(span: Span, words: list[str]) -> Mark:
    categories: list[Category] = []
    subject = Subject.PATIENT
    qualifiers: dict[str, bool] = {}
    for word in words:
        if word in QUALIFIERS:
            qualifiers[word] = True
        elif word in Subject.__members__.values():
            subject = Subject(word)
        elif word in Category.__members__.values():
            categories.append(Category(word))
        else:
            raise MarkupError(word)
    return Mark(span, tuple(categories), Attributes(subject, **qualifiers))
