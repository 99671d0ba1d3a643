"""Every rule keeps the laws, and does on its own examples what it says."""

from functools import lru_cache

import pytest

from detector.rules.packs import all_rules, read_packs
from detector.workshop.examples import Laws

RULES = all_rules(read_packs())


@lru_cache
def laws():
    return Laws(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_does_on_its_examples_what_it_says(rule):
    assert [str(breach) for breach in laws().breaches(rule)] == []
