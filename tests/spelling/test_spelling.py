import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.lexicon.anchors import words_in
from detector.spelling.misspelt import one_letter_apart
from detector.spelling.spelling import Spelling
from detector.spelling.vocabulary import KnownWords
from detector.text import fold, rewritten

COSTS = {
    "sida": 95, "depression": 90, "handicap": 90, "schizophrene": 120, "elle": 50, "fume": 90,
    "beaucoup": 60, "musulmane": 100, "appeler": 60, "a": 40, "il": 45, "mere": 60, "vih": 90,
    "voile": 100, "communiste": 110, "communique": 110, "quand": 70, "meme": 70, "homos": 100,
    "homogene": 150, "indepen": 160, "independant": 110, "independantiste": 105, "hand": 100,
    "inter": 100, "sexe": 100, "intersexe": 130, "infir": 134, "infirmite": 130,
}  # fmt: skip


@pytest.fixture(scope="module")
def spelling():
    return Spelling(KnownWords(COSTS))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sidaaaa", "sida"),
        ("depresion", "depression"),
        ("hadnicap", "handicap"),
        ("skizofrene", "schizophrene"),
        ("ellefume", "elle fume"),
        ("ellefumebeaucoup", "elle fume beaucoup"),
        ("s i d a", "sida"),
        ("S.I.D.A", "sida"),
        ("v.i.h. ?", "vih ?"),
        ("muzulmane", "musulmane"),
        ("d3press1on", "depression"),
        ("mu$ulm@ne", "musulmane"),
        ("$ida, s1d@", "sida, sida"),
        ("h*ndicap ?", "handicap ?"),
        ("*s1da*, S1DA", "*sida*, s1da"),
        ("PORTEUR S1DA", "porteur sida"),
        ("handi. connu", "handicap. connu"),
        ("handi' connu", "handicap' connu"),
        ("« 'depresion' »", "« 'depression' »"),
        ("schizo phrene", "schizophrene"),
        ("mere mu-sul mane", "mere musulmane"),
        ("ELLE SCHIZOP. 2", "elle schizophrene. 2"),
        ("indepen. et un", "independant. et un"),
        ("v i h, V I H", "vih, vih"),
        ("han di cap", "handicap"),
        ("de pres sion", "depression"),
        ("P.S. Depresion", "p.s. depression"),
        ("bat. B. Depresion", "bat. b. depression"),
        ("(Depresion), elle/ Depresion", "(depression), elle/ depression"),
        ("Mme depresion", "mme depression"),
    ],
)
def test_unknown_words_are_read_as_known_ones(spelling, written, read):
    assert spelling.read(written).folded == read


@pytest.mark.parametrize(
    "written",
    [
        "mere voile",
        "xqzw kjh",
        "il a b c",
        "Mme Depresion",
        "T3F, a10h",
        "lot S1DA",
        "30€sida",
        "@sida.fr",
        "handi connu",
        "communi. en retard",
        "handi.xls",
        "schizo, phrene",
        "schizo 2 phrene",
        "Mme Schizo Phrene",
        "chez M. Handi.",
        "homog. du lot",
        "infir. ok",
        "hand inter sexe",
        "CR schizo PHRENE a",
        "Dr. P. Depresion",
        "J. Depresion",
        "mme depresion",
    ],
)
def test_known_words_and_likely_names_stay_as_they_are(spelling, written):
    assert spelling.read(written).folded == fold(written).folded


def test_a_capital_in_a_comment_without_small_letters_says_nothing(spelling):
    assert spelling.read("LA DEPRESION").folded == "la depression"
    assert spelling.read("MME DEPRESION").folded == "mme depresion"


@pytest.mark.parametrize(
    ("written", "word", "original"),
    [
        ("oui ellefume !", "fume", "fume"),
        ("a s i d a !", "sida", "s i d a"),
        ("sidaaa !", "sida", "sidaaa"),
        ("la Ã©llefume", "elle", "Ã©lle"),
    ],
)
def test_what_is_found_in_mended_words_leads_back_to_what_was_written(
    spelling, written, word, original
):
    text = spelling.read(written)
    start = text.folded.index(word)
    assert text.words(start, start + len(word)) == original


@given(st.text(alphabet="sidafumel .-é'A1*@", max_size=30))
def test_every_character_of_a_mended_text_has_its_place(written):
    text = Spelling(KnownWords(COSTS)).read(written)
    places = [text.span(i, i + 1) for i in range(len(text.folded))]
    assert all(0 <= place.start <= place.end <= len(written) for place in places)
    assert text.words(0, len(text.folded)) == written


@given(st.text(alphabet="sidafumel .-é'A1*@", max_size=30))
def test_the_words_of_a_block_tell_what_the_words_of_one_comment_tell(written):
    spelling, text = Spelling(KnownWords(COSTS)), fold(written)
    assert spelling.mended(text, words_in(text.folded)) == spelling.read(written)


def test_a_text_without_slips_is_left_as_it_is(spelling):
    text = fold("elle fume beaucoup, 2 fois")
    assert spelling.mended(text, words_in(text.folded)) is text


def test_mending_twice_changes_nothing(spelling):
    once = spelling.read("ellefume, depresion, s i d a").folded
    assert spelling.read(once).folded == once


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("abcd", "abcd", True),
        ("abcd", "acbd", True),
        ("abcd", "abd", True),
        ("abcd", "adcb", False),
    ],
)
def test_one_letter_apart(one, other, apart):
    assert one_letter_apart(one, other) is apart
    assert one_letter_apart(other, one) is apart


def test_a_text_without_changes_is_itself():
    text = fold("mère")
    assert rewritten(text, []).folded == text.folded
