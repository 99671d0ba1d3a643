from detector.model.weights import load_weights
from detector.resources import models_folder
from detector.rules.packs import all_rules, read_packs
from detector.spelling.vocabulary import COMMON
from detector.text import fold
from detector.workshop.vocabulary import word_costs


def test_words_met_often_cost_less_and_a_word_met_once_is_not_known():
    costs = word_costs(["de", "pommier"], [], ["rdv demain", "rdv mardi", "rdv mardi"])
    assert costs["de"] < costs["rdv"] < costs["mardi"]
    assert "demain" not in costs


def test_a_word_that_only_comments_know_is_not_known_if_it_is_a_far_commoner_one_misspelt():
    comments = ["prizon", "la prizon", "rdv kiné", "le kiné", "mère hakka", "hakka"]
    assert word_costs(["prison", "achat"], [], comments).keys() == {
        "prison", "achat", "kine", "hakka",
    }  # fmt: skip


def test_a_word_that_a_point_may_have_cut_short_is_not_met():
    assert word_costs([], [], ["incarc. le 3", "incarc. à Fresnes", "vu le 3"]).keys() == {"le"}


def test_the_stem_of_an_open_term_is_known_but_rare():
    rules = [rule for rule in all_rules(read_packs()) if rule.id == "health.psychiatry.bipolar"]
    costs = word_costs(["de", "bipolaire"], rules, [])
    assert costs["bipol"] + 40 < costs["maniacodepressi"]


def test_every_word_of_a_term_is_known_as_common():
    rules = [rule for rule in all_rules(read_packs()) if rule.id.startswith("health.psychiatry")]
    known = load_weights(models_folder()).words
    for rule in rules:
        for word in (fold(term).folded for term in rule.terms):
            assert not word.isalpha() or known.costs([word])[word] <= COMMON
