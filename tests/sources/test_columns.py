"""Which columns are taken, which left, and why."""

from __future__ import annotations

import pytest
from reading import Read

from detector.errors import UsageError
from detector.messages import LANGUAGES, catalogue, say
from detector.sources.base import Options
from detector.sources.column_names import column_names
from detector.sources.columns import Heading, choose, judge, looks_like_value

NOTES = [
    "préfère être rappelée le soir",
    "vient avec sa fille",
    "sourd d'une oreille",
    "porte noire",
]


@pytest.mark.parametrize(
    "name",
    ["commentaire", "Commentaires", "COMMENTAIRE_2", "remarque", "Observation", "notes", "Bloc-note",
     "blocNotes", "bloc notes", "memo", "Mémo", "info", "Infos compl.", "alerte", "DIVERS", "zone libre",
     "annotation", "Post-it", "particularité", "particularites", "consigne", "motif", "Antécédents",
     "précision", "mention", "avertissement", "commentaire_admin"],
)  # fmt: skip
def test_a_name_that_announces_text_is_taken(name: str) -> None:
    assert judge(name, ["x"]) == "by_header"


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("zone 4", NOTES, "by_content"),
        ("champ", ["NON"] * 500 + NOTES, "by_content"),
        ("date_commentaire", ["12/03/2024", "13/03/2024"], "left_values"),
        ("complement", ["chez Mme X, porte gauche", "appeler avant de venir", ""], "by_content"),
        ("id_note", ["1", "2"], "left_values"),
        ("tel", ["06 12 34 56 78", "+33612345678"], "left_values"),
        ("mail", ["a.b@example.org", "c@example.org"], "left_values"),
        ("naissance", ["1 janvier 1950", "3 mars 1962"], "left_values"),
        ("adresse", ["12 bis, rue de la Mosquée", "3 avenue Foch", "Résidence du Parc bat B"], "left_address"),
        ("nom", NOTES, "left_name"),
        ("Prénom", [], "left_name"),
        ("VILLE", [], "left_name"),
        ("médecin", ["Dr Jean Martin", "Dr Anne Le Gall"], "left_person"),
        ("sexe", ["F", "M"], "left_short"),
        ("acte", ["consultation de suivi annuel", "vaccin contre la grippe"] * 40, "left_repeated"),
        ("vide", ["", " "], "left_empty"),
    ],
)  # fmt: skip
def test_each_other_column_is_judged_by_its_values(
    name: str, values: list[str], reason: str
) -> None:
    assert judge(name, values) == reason


def headings(*names: str) -> list[Heading]:
    return [Heading(name, name, ["1"]) for name in names]


@pytest.mark.parametrize("asked", ["Précisions", "precisions", "PRÉCISIONS"])
def test_a_column_is_asked_for_in_any_case_and_accent(asked: str) -> None:
    choice = choose(headings("id", "Précisions", "note"), Options(columns=(asked,)), "x.csv")
    assert [column.reason for column in choice.columns] == [
        "sources.column.left_not_asked", "sources.column.asked", "sources.column.left_not_asked",
    ]  # fmt: skip


def test_an_unknown_column_names_the_nearest_and_the_known_ones(read: Read) -> None:
    with pytest.raises(UsageError) as error:
        read("id;commentaire\n1;a\n", columns=("comentaires",))
    assert error.value.values["near"] == "commentaire"
    assert error.value.exit_code == 2
    assert "id, commentaire" in error.value.render("fr")


def test_an_unknown_column_like_no_other_names_the_known_ones(read: Read) -> None:
    with pytest.raises(UsageError) as error:
        read("id;commentaire\n1;a\n", columns=("zzz",))
    assert error.value.key == "column.unknown"
    assert "id, commentaire" in error.value.render("en")


def test_an_unknown_record_column_is_wrong_use(read: Read) -> None:
    with pytest.raises(UsageError):
        read("id;commentaire\n1;a\n", record="dossier")


def test_without_any_text_the_columns_are_listed_with_advice(read: Read) -> None:
    with pytest.raises(UsageError) as error:
        read("id;nom;age\n1;Dupont;30\n")
    message = error.value.render("fr")
    assert "id, nom, age" in message and "--column" in message and "Dupont" not in message


@pytest.mark.parametrize(
    ("names", "record"),
    [
        (["nom", "id", "note"], "id"),
        (["id", "num_dossier", "note"], "num_dossier"),
        (["N° dossier", "note"], "N° dossier"),
        (["IPP", "id", "note"], "IPP"),
        (["Id Patient", "note"], "Id Patient"),
        (["id_medecin", "nir", "note"], None),
    ],
)
def test_the_record_column_is_the_one_named_like_an_id(
    names: list[str], record: str | None
) -> None:
    choice = choose(headings(*names), Options(), "x.csv")
    assert (None if choice.record is None else names[choice.record]) == record


def test_a_column_of_names_never_names_the_record() -> None:
    odd = [Heading("dossier", "dossier", ["Dupont Jean"]), Heading("note", "note", ["veuf"])]
    assert choose(odd, Options(), "x.csv").record is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", True), ("12,50 €", True), ("2024-03-12T10:00:00Z", True), ("AB-1234", True), ("1er étage", False),
     ("", False), ("rappeler à 14 h", False), ("Dupont", False), ("https://example.org/a", True)],
)  # fmt: skip
def test_values_are_told_from_words(text: str, value: bool) -> None:
    assert looks_like_value(text) is value


def test_the_names_of_columns_never_take_the_social_security_number_for_a_record() -> None:
    assert not {("nir",), ("num", "secu"), ("numero", "secu")} & set(column_names().record)


def test_every_reason_has_its_words_in_all_languages() -> None:
    french, english = (
        {
            key
            for key in catalogue(lang)
            if key.startswith(("sources.", "error.input", "error.column"))
        }
        for lang in LANGUAGES
    )
    assert french == english
    assert "guillemet" in say("sources.unreadable.quote", "fr", last=3)
