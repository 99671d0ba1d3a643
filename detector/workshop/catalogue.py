"""Writes docs/rules.md, the catalogue of all rules, from the packs.

`python -m detector.workshop.catalogue` writes it; a test holds the committed one fresh.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from detector.resources import patterns_folder
from detector.rules.packs import Pack, read_packs
from detector.rules.rules import Rule

_HEAD = """# Rules

Written by `make docs` from patterns/; not edited by hand. `art9 explain RULE` shows terms and examples.
"""


def catalogue() -> str:
    """Return the catalogue as Markdown."""
    packs = read_packs()
    rules = sum(len(pack.rules) for pack in packs)
    words = sum(_size(rule) for pack in packs for rule in pack.rules)
    counts = f"{len(packs)} packs, {rules} rules, {words} terms and patterns."
    return "\n".join([_HEAD, counts, "", *(line for pack in packs for line in _pack(pack))])


def _size(rule: Rule) -> int:
    return len(rule.terms) + len(rule.acronyms) + len(rule.patterns)


def _pack(pack: Pack) -> Iterator[str]:
    yield f"## {pack.title} (`{pack.id}`)"
    yield ""
    yield "| rule | matter | categories | strength | words |"
    yield "|---|---|---|---|---|"
    for rule in pack.rules:
        names = ", ".join(category.value for category in rule.categories)
        yield f"| `{rule.id}` | {rule.title} | {names} | {rule.strength} | {_size(rule)} |"
    yield ""


def catalogue_file() -> Path:
    """Return where the catalogue stands in a checkout."""
    return patterns_folder().parent / "docs" / "rules.md"


if __name__ == "__main__":
    catalogue_file().write_text(catalogue(), encoding="utf-8")
