import numpy as np
import pytest

from detector.finding import Span
from detector.lexicon.lexicon import Cue
from detector.model.classifier import OUTPUTS
from detector.model.network import Reading
from detector.model.readers import Readers
from detector.rules.packs import all_rules, read_packs
from detector.rules.rules import Strength
from detector.taxonomy import Category
from detector.text import fold


class Sayer:
    """Says of each text, or of its words, what was written down for it."""

    def __init__(self, said):
        self._said = said

    def scores(self, text):
        return (self._said[text.folded.strip()],) * len(OUTPUTS)

    def read(self, words, marks):
        value = self._said[" ".join(words)]
        return Reading([value] * len(OUTPUTS), np.zeros((len(words), len(OUTPUTS))))


@pytest.fixture(scope="module")
def rule():
    rules = all_rules(read_packs())
    return next(
        r for r in rules if r.categories == (Category.HEALTH,) and r.strength is Strength.STRONG
    )


def said_of(text, words, said, rule, *, strong=True):
    start = text.index(words)
    cue = Cue(rule, Span(start, start + len(words)), strong)
    readers, folded = Readers(Sayer(said), Sayer(said)), fold(text)
    return readers.with_parts(folded, [cue], [said[""]] * len(OUTPUTS))[0]


def test_half_of_what_a_clause_says_with_a_sure_cue_counts(rule):
    said = {"": -1.0, "seropositive": 5.0, "seropositive chaudiere en": 0.0}
    health = OUTPUTS.index("health")
    text = "seropositive, chaudiere en panne"
    found = Readers(Sayer(said), Sayer(said)).with_parts(
        fold(text), [Cue(rule, Span(0, 12), strong=True)], [-1.0] * len(OUTPUTS)
    )
    assert found[health] == pytest.approx((5.0 - 1.0) / 2)


@pytest.mark.parametrize("text", ["chaudiere. seropositive", "seropositive ! chaudiere"])
def test_a_sentence_with_a_sure_cue_counts_as_if_it_were_the_comment(rule, text):
    said = {"seropositive": 5.0}
    start = text.index("seropositive")
    cue = Cue(rule, Span(start, start + len("seropositive")), strong=True)
    readers, health = Readers(Sayer(said), Sayer(said)), OUTPUTS.index("health")
    assert readers.with_parts(fold(text), [cue], [-1.0] * len(OUTPUTS))[health] == 5.0


def test_a_mere_cue_before_a_colon_says_nothing_alone(rule):
    said = {"": -1.0, "dialyse": 5.0, "dialyse cle perdue": -1.0}
    assert said_of("dialyse : cle perdue", "dialyse", said, rule) == -1.0
    assert said_of("dialyse, cle perdue", "dialyse", said, rule) > 0


def test_a_clause_that_says_less_than_the_whole_changes_nothing(rule):
    assert (
        said_of("seropositive, chaudiere", "seropositive", {"": 9.0, "seropositive": 5.0}, rule)
        == 9
    )


def test_without_punctuation_the_words_around_a_sure_cue_are_read(rule):
    near = "madame est seropositive et rappelle demain matin"
    text = f"{near} pour la chaudiere"
    assert said_of(text, "seropositive", {"": -1.0, near: 5.0}, rule) > 0


@pytest.mark.parametrize(
    ("text", "strong"), [("seropositive chaudiere", True), ("seropositive, chaudiere", False)]
)
def test_without_parts_or_a_sure_cue_the_whole_stands(rule, text, strong):
    said = {"": -1.0}
    assert said_of(text, "seropositive", said, rule, strong=strong) == -1.0


def test_a_clause_is_a_text_of_its_own_with_its_places():
    text = fold("Ã©puisÃ©e ; mÃ¨re voilÃ©e")
    start = text.folded.index("mere")
    part = text.part(start, len(text.folded))
    assert part.folded == "mere voilee"
    assert part.original == "mÃ¨re voilÃ©e"
    assert part.words(5, 11) == "voilÃ©e"


@pytest.mark.parametrize(
    "comment",
    [
        "Mme est schizophrène, elle repasse demain pour la clé",
        "locataire lesbienne ; compteur relevé le 4 ; deux badges rendus",
        "chaudière en panne au 3e (locataire séropositif), passer l'après-midi",
        "la dame du 3 est séropositive passer la voir mardi pour la chaudière",
        "Porteuse sida. A déménagé au 12 rue des Lilas, changer l'adresse dans le dossier.",
        "A déménagé au 12 rue des Lilas, changer l'adresse dans le dossier. Cancer du sein.",
    ],
)
def test_trivia_do_not_unsay_a_plain_word(detector, comment):
    assert detector.check(comment).flagged
