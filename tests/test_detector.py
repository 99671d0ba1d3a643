from concurrent.futures import ThreadPoolExecutor

import pytest

from detector import Category, Detector, Policy
from detector.finding import Finding, Status
from detector.policy import Action, load_policy
from detector.taxonomy import Subject
from detector.workshop.corpus import read_split
from detector.workshop.noise import capitals

BREACH = {
    "porteuse sida !!! !!!!": {Category.HEALTH},
    "serait homosexuelle d'après sa mère": {Category.SEXUAL_ORIENTATION},
    "mère musulmane voilée": {Category.RELIGION},
    "catholique non pratiquante car ses 2 frères sont suicidés": {
        Category.RELIGION,
        Category.HEALTH,
    },
}
CLEAR = [
    "M. Juif a rappelé",
    "Mme Gay préfère le matin",
    "rue de la Mosquée, 2e étage",
    "syndicat de copropriété prévenu",
    "clinique Saint-Joseph",
    "Delphine Chrétien",
    "porte noire à gauche",
]
SPELLINGS = {
    "as written": lambda text: text,
    "capitals": lambda text: capitals(text, None),
    "no apostrophes": lambda text: text.replace("'", ""),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("note", BREACH, ids=lambda note: note[:20])
def test_the_notes_of_the_breach_are_blocked(detector, note, spelling):
    verdict = detector.check(spelling(note))
    assert verdict.flagged
    assert verdict.categories == BREACH[note]


def test_the_suicides_of_the_brothers_are_health_data_of_relatives(detector):
    verdict = detector.check("catholique non pratiquante car ses 2 frères sont suicidés")
    subjects = {finding.category: finding.subject for finding in verdict.findings}
    assert subjects == {Category.RELIGION: Subject.PATIENT, Category.HEALTH: Subject.FAMILY}


def test_hearsay_is_said_to_be_hearsay(detector):
    (finding,) = detector.check("serait homosexuelle d'après sa mère").findings
    assert finding.reported
    assert finding.subject is Subject.PATIENT


@pytest.mark.parametrize("comment", CLEAR)
def test_names_and_places_are_clear(detector, comment):
    assert detector.check(comment).status is Status.CLEAR


@pytest.mark.parametrize(
    "comment",
    [
        "Monsieur marié avec Claude, 2 enfants",
        "sa fille s'appelle Sacha",
        "faire les trans avant 14h",
        "lot V1OL à recevoir",
    ],
)
def test_names_of_either_sex_transmissions_and_codes_are_clear(detector, comment):
    assert detector.check(comment).status is Status.CLEAR


@pytest.mark.parametrize("comment", ["", " ", "\n", "RAS", "0612345678", "rappeler lundi " * 5_000])
def test_nothing_is_found_where_nothing_is(detector, comment):
    assert detector.check(comment).status is Status.CLEAR


def test_what_stands_at_the_end_of_a_long_comment_is_found(detector):
    assert "health" in {
        finding.category.value
        for finding in detector.check("rappeler lundi " * 70 + "porteuse sida").findings
    }


def test_a_word_without_end_is_judged_all_the_same(detector):
    assert not detector.check("é" * 100_000).flagged


def test_check_many_answers_in_order(detector):
    texts = ["RAS", "porteuse sida", "RDV lundi", "mère musulmane voilée"]
    assert [v.flagged for v in detector.check_many(texts)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda d: d.check_many("RAS"), "for one there is check"),
        (lambda d: d.check("gay", names="GAY"), "as a sequence"),
        (lambda d: list(d.check_many(["RAS", "gay"], names=["GAY", "PETIT"])), "as a sequence"),
        (lambda d: d.check_many(["gay"], [["GAY"]]), "positional"),
        (lambda d: d.check("gay", ["GAY"]), "positional"),
        (lambda d: Finding(Category.HEALTH, 0, 1, "x", 1.0).as_dict(True), "positional"),
    ],
    ids=["a bare text", "a bare name", "bare names", "names", "names of one", "show_text"],
)
def test_a_call_that_would_mislead_is_refused_at_once(detector, call, advice):
    with pytest.raises(TypeError, match=advice):
        call(detector)


def test_as_many_names_as_texts_are_wanted(detector):
    with pytest.raises(ValueError, match="shorter"):
        list(detector.check_many(["RAS", "gay"], names=[["GAY"]]))


def test_threads_get_the_findings_that_one_thread_gets():
    texts = [row.text for row in read_split("dev")][:300]
    alone = list(Detector().check_many(texts))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(Detector().check, texts)) == alone


def test_a_detector_travels_as_its_policy_and_wakes_up_elsewhere():
    policy = load_policy().with_actions({"religion": Action.IGNORE})
    state = Detector(policy).__getstate__()
    assert state == {"policy": policy}
    twin = Detector.__new__(Detector)
    twin.__setstate__(state)
    assert twin.check("mère musulmane voilée").status is Status.CLEAR
    assert twin.check("porteuse sida").flagged


def test_the_records_own_names_veto_what_may_be_a_name(detector):
    assert (
        detector.check("gay martine rappeler demain", names=["Gay", "Martine"]).categories == set()
    )
    assert detector.check("homosexuelle", names=["Gay"]).flagged


def test_a_finding_shows_its_words_only_when_asked(detector):
    (finding,) = detector.check("porteuse sida").findings
    assert "sida" not in repr(finding)
    assert "words" not in finding.as_dict()
    assert finding.as_dict(show_text=True)["words"] == "sida"


def test_an_ignored_category_is_not_reported():
    detector = Detector(Policy("own", {"default": Action.BLOCK, "religion": Action.IGNORE}))
    assert Category.RELIGION not in detector.check("mère musulmane voilée").categories
    assert detector.check("porteuse sida").flagged
