import re

import pytest

from detector.errors import PackError
from detector.rules.packs import all_rules, read_packs
from detector.rules.rules import Strength, Where

SOUND = """\
pack: t.one
title: Essai
category: health
guards:
  disinfectant: {near: [gel], within: 2}
rules:
  - id: t.one.alcohol
    title: Alcool
    strength: strong
    why: Essai.
    terms: ["alcoolique*"]
    unless: [disinfectant]
    flag: ["[alcoolique]", "père [alcoolique]"]
    pass: ["gel alcoolique", "gel hydro alcoolique"]
"""


SHARED = """\
words:
  drink: [vin, 'bieres?']
guards: {}
"""


def read(tmp_path, text):
    (tmp_path / "shared.yaml").write_text(SHARED, encoding="utf-8")
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "one.yaml").write_text(text, encoding="utf-8")
    return read_packs(tmp_path)


def test_a_sound_pack_is_read_whole(tmp_path):
    (pack,) = read(tmp_path, SOUND)
    (rule,) = pack.rules
    assert (pack.id, rule.id, rule.strength) == ("t.one", "t.one.alcohol", Strength.STRONG)
    assert (rule.unless[0].where, rule.unless[0].within) == (Where.NEAR, 2)
    assert str(rule.place) == "patterns/t/one.yaml:7:5"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[disinfectant]\n", "[desinfectant]\n", '12:14: unknown guard "desinfectant", did you mean "disinfectant"?'),
        ("strength: strong", "strenght: strong", '9:5: unknown key "strenght", did you mean "strength"?'),
        ("strength: strong", "strength: strongest", '9:15: unknown value "strongest"'),
        ("category: health", "category: helth", '3:11: unknown category "helth", did you mean "health"?'),
        ("id: t.one.alcohol", "id: t.two.alcohol", '7:9: id "t.two.alcohol" must begin with "t.one."'),
        ('"[alcoolique]", ', "", '13:11: "flag" wants at least 2 examples'),
        ("title: Essai", "title: [a]", "2:8: a text is expected here"),
        ("within: 2", "within: two", "5:39: a whole number is expected here"),
        ("near: [gel]", "close: [gel]", '5:18: unknown key "close"'),
        ("near: [gel]", "near: [gel], after: [x]", 'guard "disinfectant" says where exactly once'),
        ('terms: ["alcoolique*"]', "acronyms: [Oh]", 'acronym "Oh" is written in capitals'),
        ('terms: ["alcoolique*"]', "patterns: ['a.*b']", "repeats without bound"),
        ('    terms: ["alcoolique*"]\n', "", "has neither terms nor acronyms nor patterns"),
        ('terms: ["alcoolique*"]', "patterns: ['<drnk> ivre']", '11:16: unknown value "drnk", did you mean "drink"?'),
        ('terms: ["alcoolique*"]', "terms: []", "11:12: a list is expected here, with one value at least"),
        ("rules:", "rules: [", "not valid YAML"),
        ("    why: Essai.\n", "    why: Essai.\n    why: Encore.\n", 'key "why" stands twice'),
        ("    why: Essai.\n", "    why: Essai.\n    check: nirr\n", 'unknown value "nirr", did you mean "nir"?'),
        ("    why: Essai.\n", "    why: Essai.\n    implies: [famly]\n", 'did you mean "family"?'),
    ],
)  # fmt: skip
def test_a_broken_law_is_named_with_its_place_and_advice(tmp_path, old, new, message):
    assert old in SOUND
    with pytest.raises(PackError) as caught:
        read(tmp_path, SOUND.replace(old, new))
    assert str(caught.value).startswith("patterns/t/one.yaml")
    assert message in str(caught.value)


def test_a_list_named_in_a_pattern_stands_for_any_of_its_words(tmp_path):
    (pack,) = read(
        tmp_path, SOUND.replace('terms: ["alcoolique*"]', "patterns: ['trop de <drink>']")
    )
    assert pack.rules[0].patterns == ("trop de (?:vin|bieres?)",)


def test_a_list_of_the_packs_own_and_free_words_between(tmp_path):
    own = SOUND.replace("rules:", "words: {who: [il, elle]}\nrules:").replace(
        'terms: ["alcoolique*"]', "patterns: ['<who> <0-2> <drink>']"
    )
    (pattern,) = read(tmp_path, own)[0].rules[0].patterns
    for text in ("il vin", "elle sent le vin", "il finit les bieres"):
        assert re.fullmatch(pattern, text), text
    assert not re.fullmatch(pattern, "il finit tout seul ses bieres")


def test_an_id_may_stand_once_over_all_packs(tmp_path):
    read(tmp_path, SOUND)
    (tmp_path / "t" / "two.yaml").write_text(SOUND, encoding="utf-8")
    with pytest.raises(PackError, match="is taken already at patterns/t/one.yaml:7:5"):
        read_packs(tmp_path)


def test_every_category_has_rules_of_its_own():
    from detector.taxonomy import Category

    covered = {category for rule in all_rules(read_packs()) for category in rule.categories}
    assert covered == set(Category)
