import string

from detector.messages import catalogue
from detector.taxonomy import Category, Tier


def placeholders(message):
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_both_languages_say_the_same_things():
    french, english = catalogue("fr"), catalogue("en")
    assert french.keys() == english.keys()
    for key, message in french.items():
        assert placeholders(message) == placeholders(english[key]), key


def test_every_category_has_a_name_and_a_law_in_both_languages():
    for category in Category:
        for lang in ("fr", "en"):
            assert category.named(lang)
            assert category.law(lang)


def test_tiers_follow_the_annotation_guide():
    tiers = {tier: [c.value for c in Category if c.tier is tier] for tier in Tier}
    assert tiers[Tier.ART10] == ["criminal_offence"]
    assert tiers[Tier.IDENTIFIER] == ["identifier"]
    assert len(tiers[Tier.ART9]) == 9
