"""The rules, listed and explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from detector.advice import what_to_do
from detector.errors import Near, UsageError
from detector.messages import say
from detector.rules.packs import all_rules, read_packs
from detector.rules.rules import Rule
from detector.scanning.reports.console import console
from detector.taxonomy import Category


def _chosen(category: str | None) -> list[Rule]:
    rules = all_rules(read_packs())
    known = [one.value for one in Category]
    if category is None:
        return list(rules)
    if category not in known:
        raise UsageError("usage.unknown_rule", name=category, near=Near(category, known))
    return [rule for rule in rules if category in rule.categories]


def rule_values(category: str | None = None) -> list[dict[str, Any]]:
    """Return the rules, of one category or all, JSON-ready."""
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "categories": [one.value for one in rule.categories],
            "strength": rule.strength.value,
            "why": rule.why,
        }
        for rule in _chosen(category)
    ]


def print_rules(category: str | None, lang: str) -> None:
    """Print the rules, of one category or all, as a table."""
    chosen = _chosen(category)
    table = Table()
    for header in ("id", "title", "strength"):
        table.add_column(say(f"rules.{header}", lang), overflow="fold")
    for rule in chosen:
        table.add_row(rule.id, escape(rule.title), say(f"rules.{rule.strength}", lang))
    out = console()
    out.print(table)
    out.print(say("rules.count", lang, count=len(chosen), terms=_size(chosen)))


def _size(rules: Sequence[Rule]) -> int:
    return sum(len(rule.terms) + len(rule.acronyms) + len(rule.patterns) for rule in rules)


def print_explanation(name: str, lang: str) -> None:
    """Print all that there is to say of a rule or a category; raise UsageError if unknown."""
    if name in [category.value for category in Category]:
        _print_category(Category(name), lang)
        return
    rules = {rule.id: rule for rule in all_rules(read_packs())}
    if name not in rules:
        known = [*rules, *(category.value for category in Category)]
        raise UsageError("usage.unknown_rule", name=name, near=Near(name, known))
    _print_rule(rules[name], lang)


def _print_category(category: Category, lang: str) -> None:
    out = console()
    out.print(category.named(lang), style="bold")
    out.print(escape(category.law(lang)))
    out.print(escape(what_to_do(category, category.value, lang)))
    print_rules(category.value, lang)


def _print_rule(rule: Rule, lang: str) -> None:
    out = console()
    out.print(f"{rule.id} — {escape(rule.title)}", style="bold")
    names = ", ".join(category.named(lang) for category in rule.categories)
    words = [*rule.terms, *rule.acronyms, *rule.patterns]
    parts = {
        "categories": [names],
        "strength": [say(f"rules.{rule.strength}", lang)],
        "why": [rule.why],
        "to_do": list(dict.fromkeys(what_to_do(c, rule.id, lang) for c in rule.categories)),
        "terms": [" · ".join(words)],
        "flagged": list(rule.flag),
        "passed": list(rule.passes),
        "pack": [str(rule.place)],
    }
    for key, lines in parts.items():
        out.print(escape(f"{say(f'explain.{key}', lang)} :"), style="bold")
        for line in lines:
            out.print(escape(f"  {line}"))
