import re

import pytest

from detector.errors import PackError
from detector.finding import QUALIFIERS, Span
from detector.lexicon.context import Context
from detector.taxonomy import Subject
from detector.text import fold

CONTEXT = Context()


def marked(comment):
    """The comment without its brackets, and the span that they held."""
    start, end = comment.index("["), comment.index("]") - 1
    return comment.replace("[", "").replace("]", ""), Span(start, end)


def said(comment, implied=(), context=CONTEXT):
    """The words that name what holds of the marked cue: subject unless patient, qualifiers."""
    text, cue = marked(comment)
    given = context.attributes(fold(text), cue, implied)
    subject = [] if given.subject is Subject.PATIENT else [given.subject.value]
    return {*subject, *(name for name in QUALIFIERS if getattr(given, name))}


TABLE = [
    # nobody but the person of the record
    ("[épileptique], permis suspendu", ""),
    ("Mme Baron [dépressive], rappeler l'après-midi", ""),
    ("[diabète] depuis 2019, sous metformine", ""),
    ("trompe son mari, [plusieurs partenaires]", ""),
    ("vit avec sa mère, [schizophrène]", ""),
    ("venir avec un proche, [fauteuil roulant]", ""),
    # a relative
    ("mère [diabétique], vit à Pau", "family"),
    ("MERE [SEROPOSITIVE] NE RIEN DIRE DEVANT LA PETITE", "family"),
    ("sa sœur est [bipolaire]", "family"),
    ("belle-mère très [catho]", "family"),
    ("gd-père [alcoolique] et violent", "family"),
    ("[cancer] de sa mère, absences à prévoir", "family"),
    ("[diabète] chez le père", "family"),
    ("[Huntington] dans la famille", "family"),
    ("[schizo] (le fils), venir à deux", "family"),
    ("le neveu [deale] au pied de l'immeuble", "family"),
    ("père très fatigué, perruque, [chimio] le mardi", "family"),
    ("Facture réglée. Maman [hospitalisée] à Sainte-Anne", "family"),
    ("[mari violent], courrier au bureau", "family"),
    ("ATCD fam : [K sein]", "family"),
    ("pas de VIH, mère [diabétique]", "family"),
    ("pas de [VIH], mère diabétique", "negated"),
    # several persons: the nearest counts
    ("homo, le compagnon [séropo] pas lui", "family"),
    ("[homo], le compagnon séropo pas lui", ""),
    ("père musulman, elle [athée]", ""),
    ("frère en prison, Mme [dépressive]", ""),
    ("le voisin [facho], le fils adorable", "other"),
    ("le voisin facho, le fils [autiste]", "family"),
    # somebody else
    ("voisin du dessus [alcoolique]", "other"),
    ("sa nounou est [voilée]", "other"),
    ("ne veut pas d'une infirmière [noire]", "other"),
    ("refuse la chambre, « pas avec un [arabe] »", "other reported"),
    ("accuse les [gitans] d'en face", "other reported"),
    # denied
    ("n'est pas [séropositif]", "negated"),
    ("0 [allergie]", "negated"),
    ("20 [allergies] testées", ""),
    ("jamais [syndiqué]", "negated"),
    ("ni [diabète] ni HTA", "negated"),
    ("ni diabète ni [HTA]", "negated"),
    ("test [VIH] négatif", "negated"),
    ("[grossesse] : non", "negated"),
    ("[covid] neg", "negated"),
    ("[allergies] : néant", "negated"),
    ("ne surtout pas dire qu'il a le [sida]", ""),
    ("[sans papiers], revoir l'adresse", ""),
    ("pas ponctuel mais [dépressif]", ""),
    ("catho non [pratiquante]", ""),
    ("refuse la pointeuse à [empreinte], badge remis", "negated"),
    # denied and over at once
    ("n'est plus [alcoolique]", "negated historical"),
    ("plus de [méthadone] depuis Noël", "negated historical"),
    # hearsay
    ("serait [gay]", "reported"),
    ("serait [homosexuelle] d'après sa mère", "reported"),
    ("d'après le gardien [toxico]", "reported"),
    ("il paraît qu'elle est [enceinte]", "reported"),
    ("[enceinte], paraît-il", "reported"),
    ("se dit [musulman]", "reported"),
    ("[bipolaire] dixit le frère", "reported"),
    ("aurait un [cancer]", "reported"),
    ("la fille dit que son père est [alcoolique]", "family reported"),
    ("il dit : « je suis [séropo] »", "reported"),
    ("« colis » au nom du [diabétique]", ""),
    # over, or dated in the past
    ("ancien [alcoolique]", "historical"),
    ("ex [toxico], suivi fini", "historical"),
    ("[AVC] en 2012", "historical"),
    ("[AVC] (2012), va bien", "historical"),
    ("[TS] il y a 10 ans", "historical"),
    ("a fait une [dépression]", "historical"),
    ("ATCD [cancer]", "historical"),
    ("[sevré], suivi addicto", "historical"),
    ("[dépression] l'an dernier", "historical"),
    ("[opérée] du sein", "historical"),
    ("[sclérose] depuis 2012", ""),
    ("son ex-mari [violent]", "family"),
    # in doubt
    ("[cancer] ?", "uncertain"),
    ("susp. [tuberculose]", "uncertain"),
    ("peut-être [enceinte]", "uncertain"),
    ("[Alzheimer] possible", "uncertain"),
    ("[lupus] à confirmer", "uncertain"),
    ("risque de [suicide]", "uncertain"),
    ("[syndiqué] je crois", "uncertain"),
    ("venir le plus tôt possible, [hémophile]", ""),
    # several at once
    ("père ancien [alcoolique]", "family historical"),
    ("le fils serait [toxico] ?", "family reported uncertain"),
    ("[autiste] ? non", "negated"),
]


@pytest.mark.parametrize(("comment", "expected"), TABLE, ids=[comment for comment, _ in TABLE])
def test_the_words_around_a_cue_say_whose_it_is_and_how(comment, expected):
    assert said(comment) == set(expected.split())


def test_the_table_shows_every_attribute_present_and_absent():
    named = {word for _, expected in TABLE for word in expected.split()}
    assert named == {*QUALIFIERS, "family", "other"}
    assert len(TABLE) >= 60
    assert any(not expected for _, expected in TABLE)


def test_what_a_rule_implies_prevails_over_the_words():
    assert said("mère [violée]", implied=("other", "historical")) == {"other", "historical"}
    assert said("mère [voilée]", implied=("patient",)) == set()


def test_capitals_and_lost_accents_change_nothing():
    for comment, expected in TABLE:
        text, _ = marked(comment)
        shouted = fold(text).folded.upper()
        cue = marked(comment)[1]
        given = CONTEXT.attributes(fold(shouted), cue)
        assert given == CONTEXT.attributes(fold(text), cue), (comment, expected)


def test_a_cue_without_context_is_the_patient_s_and_plain():
    assert said("[sida]") == set()


def test_an_empty_folder_says_nothing(tmp_path):
    (tmp_path / "context").mkdir()
    assert said("père non [diabétique] ?", context=Context(tmp_path)) == set()


PACK = """\
family: negated
triggers:
  - where: preceding
    within: 2
    stop: [mais]
    terms: [pas]
    patterns: ["<never> fait"]
pseudo:
  patterns: ["pas loin"]
"""


def small(tmp_path, pack=PACK):
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "words.yaml").write_text('never: ["jamais", "onc"]\n', encoding="utf-8")
    (folder / "negated.yaml").write_text(pack, encoding="utf-8")
    return Context(tmp_path)


@pytest.mark.parametrize(
    ("comment", "negated"),
    [
        ("pas [x]", True),
        ("pas un deux [x]", True),
        ("pas un deux trois [x]", False),
        ("pas mais [x]", False),
        ("pas ; [x]", False),
        ("pas cela. [x]", False),
        ("pas. [x]", False),
        ("pas loin [x]", False),
        ("onc fait [x]", True),
        ("[x] pas", False),
        ("repas [x]", False),
    ],
)
def test_a_trigger_reaches_as_far_as_its_pack_says(tmp_path, comment, negated):
    assert ("negated" in said(comment, context=small(tmp_path))) is negated


@pytest.mark.parametrize(
    ("where", "comment", "negated"),
    [
        ("following", "[x] pas", True),
        ("following", "pas [x]", False),
        ("inside", "[x pas y]", True),
        ("inside", "pas [x]", False),
        ("leading", "[pas x]", True),
        ("leading", "[x pas]", False),
        ("anywhere", "[x] et puis ; enfin. pas", True),
        ("[preceding, following]", "[x] pas", True),
    ],
)
def test_a_trigger_stands_where_its_pack_says(tmp_path, where, comment, negated):
    context = small(tmp_path, PACK.replace("where: preceding", f"where: {where}"))
    assert ("negated" in said(comment, context=context)) is negated


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("where: preceding", "where: before", 'negated.yaml:3:12: unknown value "before"'),
        ("<never>", "<nevr>", 'unknown value "nevr", did you mean "never"?'),
        ("pas loin", "pas.*loin", "repeats without bound"),
        ("within: 2", "widthin: 2", 'unknown key "widthin", did you mean "within"?'),
        ('  patterns: ["pas loin"]', "  {}", "missing key: terms"),
        ("triggers:", "trigger:", 'unknown key "trigger", did you mean "triggers"?'),
    ],
)
def test_a_fault_in_a_pack_is_named_with_its_place(tmp_path, old, new, message):
    with pytest.raises(PackError, match=re.escape(message)):
        small(tmp_path, PACK.replace(old, new))
