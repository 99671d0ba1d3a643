"""The literal terms of our packs, for matchers that take a list: what they would be given."""

from __future__ import annotations

from detector.rules.packs import all_rules, read_packs


def literal_terms(limit: int | None = None) -> list[str]:
    """Return terms and acronyms of all rules, endings open in ours cut to their stem."""
    terms = {
        term.rstrip("*")
        for rule in all_rules(read_packs())
        for term in (*rule.terms, *rule.acronyms)
    }
    return sorted(terms)[:limit]
