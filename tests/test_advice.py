"""Advice: the right one for each kind of finding, sober, in both languages, never the text."""

import pytest

from detector.advice import Advice, advice_for, what_to_do, wording
from detector.finding import Finding
from detector.messages import catalogue
from detector.rules.packs import all_rules, read_packs
from detector.taxonomy import Category, Subject

LANGS = ("fr", "en")


def found(category, rule="", **values):
    rule = rule or f"{category}.theme.rule"
    return Finding(
        Category(category), 3, 12, rule, 1.0, why="Raison.", words="séropositif", **values
    )


@pytest.mark.parametrize(
    ("category", "rule", "said"),
    [
        ("health", "health.infectious.hiv", "dossier médical"),
        ("religion", "religion.islam.muslim", "Effacez"),
        ("political_opinion", "political_opinion.currents.left", "Effacez"),
        ("trade_union", "trade_union.membership.word", "Effacez"),
        ("sexual_orientation", "sexual_orientation.slurs.men", "Effacez"),
        ("sex_life", "sex_life.practices.kink", "Effacez"),
        ("ethnic_origin", "ethnic_origin.skin.person", "Effacez"),
        ("violence", "violence.acts.hit", "N'effacez pas"),
        ("health", "violence.signs.bruises_health", "N'effacez pas"),
        ("sex_life", "violence.sexual.rape", "N'effacez pas"),
        ("social_hardship", "social_hardship.child_protection.placed", "N'effacez pas"),
        ("health", "health.disability.deaf", "champ structuré"),
        ("health", "health.chronic.allergy", "« allergies »"),
        ("judgement", "judgement.insults.mad", "Décrivez le fait"),
        ("criminal_offence", "criminal_offence.prison.inside", "certaines autorités"),
        ("genetic", "genetic.mutations.genes", "la famille"),
        ("biometric", "biometric.readers.face", "identifiée autrement"),
        ("social_hardship", "social_hardship.poverty.debt", "conséquence pratique"),
        ("identifier", "identifier.bank.iban", "outil de paiement"),
        ("identifier", "identifier.credentials.password", "faites-le changer"),
        ("identifier", "identifier.documents.nir", "accès limité"),
    ],
)
def test_each_kind_of_finding_has_advice_of_its_own(category, rule, said):
    assert said in advice_for(found(category, rule)).do


def test_hearsay_about_a_relative_is_deleted_whatever_it_says():
    hearsay = found("health", reported=True, subject=Subject.FAMILY)
    advice = advice_for(hearsay)
    assert "rapportée et concerne une autre personne" in advice.do
    assert advice.wording is None
    assert advice.what == "Santé (un proche, rapporté)"


def test_hearsay_about_violence_is_never_deleted_by_oneself():
    advice = advice_for(found("violence", reported=True, subject=Subject.FAMILY))
    assert advice.do.startswith("N'effacez pas")
    assert "sa source" in advice.do


def test_a_denied_fact_is_explained():
    assert "nié reste" in advice_for(found("health", negated=True)).why


def test_the_classifier_gives_the_place_of_the_words_and_the_words_only_on_demand():
    unnamed = found("health", "classifier.health")
    assert "caractère 4 au caractère 12" in advice_for(unnamed).why
    assert "« séropositif »" in advice_for(unnamed, show_text=True).why


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("category", list(Category))
def test_advice_is_whole_in_both_languages_and_never_quotes(category, lang):
    for rule in (f"{category}.a.b", f"classifier.{category}"):
        advice = advice_for(found(category, rule), lang)
        assert isinstance(advice, Advice)
        assert all([advice.what, advice.why, advice.law, advice.do])
        assert "séropositif" not in repr(advice)


def test_an_english_reader_gets_an_english_reason():
    assert advice_for(found("religion"), "en").why.startswith("Tells a religion")


def test_no_advice_blames_or_judges_by_law():
    for lang in LANGS:
        for key, text in catalogue(lang).items():
            if key.startswith("advice."):
                words = text.lower()
                for word in ("illég", "illeg", "interdit", "faute", "forbidden", "coupable"):
                    assert word not in words, key


def test_every_selector_of_the_advice_fits_a_category_or_a_rule():
    beginnings = {".".join(r.id.split(".")[:n]) for r in all_rules(read_packs()) for n in (1, 2, 3)}
    known = beginnings | {category.value for category in Category}
    for key in catalogue("fr"):
        for part in ("advice.do.", "advice.wording."):
            assert not key.startswith(part) or key.removeprefix(part) in known, key


def test_a_proposed_wording_is_itself_clear(detector):
    for key, text in catalogue("fr").items():
        if key.startswith("advice.wording."):
            assert not detector.check(text).flagged, key


def test_where_no_wording_helps_there_is_none():
    assert wording(Category.RELIGION, "religion.islam.muslim") is None
    assert what_to_do(Category.RELIGION, "classifier.religion").startswith("Effacez")
