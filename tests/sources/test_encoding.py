"""Which encoding bytes are in, and that none of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import Read

from detector.errors import InputError, UsageError
from detector.sources.encoding import binary_format, recognise, register_fallback

FRENCH = "Mère âgée, œdème à l’œil : 12 € « réglés »\n"
TABLE = "id;commentaire\n1;préfère être rappelée l’après-midi\n2;\n"


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        pytest.param(b"id;note", "utf-8", id="ascii is utf-8"),
        pytest.param(FRENCH.encode(), "utf-8", id="utf-8"),
        pytest.param(FRENCH.encode("utf-8-sig"), "utf-8-sig", id="utf-8 with a mark"),
        pytest.param(FRENCH.encode("utf-16"), "utf-16", id="utf-16 with a mark"),
        pytest.param(FRENCH.encode("utf-16-le"), "utf-16-le", id="utf-16 little-endian"),
        pytest.param(FRENCH.encode("utf-16-be"), "utf-16-be", id="utf-16 big-endian"),
        pytest.param(FRENCH.encode("utf-32"), "utf-32", id="utf-32 with a mark"),
        pytest.param(FRENCH.encode("cp1252"), "cp1252", id="cp1252"),
        pytest.param(b"\xe9t\xe9 \x81\x8d", "cp1252", id="bytes that cp1252 lacks"),
        pytest.param("trouble du cœur".encode("iso8859-15"), "iso8859-15", id="latin-9"),
        pytest.param(FRENCH.encode() + b"\xe9t\xe9", "utf-8", id="utf-8 with a stray word"),
        pytest.param(FRENCH.encode()[:2], "utf-8", id="utf-8 cut inside a character"),
    ],
)
def test_the_encoding_is_recognised(content: bytes, codec: str) -> None:
    assert recognise(content) == codec


ACCENTED = [
    "séropositif", "épileptique", "âgé", "ça va être opéré", "SÉROPOSITIF", "À VOIR, ÉTAT GÉNÉRAL",
    "Mère âgée, hépatite", "très dépressif, créée en août", "Noël à l'hôpital où il naît",
]  # fmt: skip


# cp437 has no À; nothing but capitals says too little of mac_roman
TOLD_APART = [
    (codec, text)
    for codec in ("cp1252", "cp850", "cp437", "mac_roman")
    for text in ACCENTED
    if not (text.isupper() and codec in ("cp437", "mac_roman"))
]


@pytest.mark.parametrize(("codec", "text"), TOLD_APART)
def test_old_encodings_are_told_apart_by_the_words_they_make(codec: str, text: str) -> None:
    content = text.encode(codec)
    assert content.decode(recognise(content)) == text


@pytest.mark.parametrize(
    "text",
    ["“mot” dit-il", "voilà…", "l’accueil", "12 €uros", "Paris–Lyon", "João Muñoz", "RAS • voir"],
)
def test_signs_of_cp1252_do_not_speak_for_another_encoding(text: str) -> None:
    assert recognise(text.encode("cp1252", "replace")) == "cp1252"


@given(st.binary())
def test_any_bytes_have_an_encoding(content: bytes) -> None:
    assert isinstance(content.decode(recognise(content), register_fallback()), str)


def test_a_table_in_cp850_is_read(read: Read) -> None:
    reading = read("id;commentaire\n1;séropositif, à revoir\n".encode("cp850"))
    assert (reading.texts, reading.unreadable) == (["séropositif, à revoir"], [])


FORMS = {
    "a.csv": ("id;note\n{}", "1;{}", "\n"),
    "a.jsonl": ("{}", '{{"note": "{}"}}', "\n"),
    "a.json": ("[{}]", '{{"note": "{}"}}', ",\n"),
}


def mixed(name: str, codec: str) -> bytes:
    """Return a file in `codec` with one row in cp850, the last."""
    whole, row, between = FORMS[name]
    rows = [row.format("très dépressif")] * 3000
    before, after = whole.format(between.join([*rows, "@"])).split("@")
    odd = row.format("séropositif").encode("cp850")
    return before.encode(codec) + odd + after.encode(codec)


@pytest.mark.parametrize("name", FORMS)
def test_lines_in_an_encoding_that_does_not_fit_are_read_and_told(read: Read, name: str) -> None:
    reading = read(mixed(name, "cp1252"), name)
    assert reading.texts[-1] == "s‚ropositif"
    assert reading.problems == [(3002 if name == "a.csv" else 3001, "encoding")]
    assert reading.unreadable[0].values["count"] == 1


@pytest.mark.parametrize("name", FORMS)
def test_what_is_not_utf8_in_a_utf8_file_is_read_by_its_line(read: Read, name: str) -> None:
    reading = read(mixed(name, "utf-8"), name)
    assert (reading.texts[-1], reading.unreadable) == ("séropositif", [])


def test_accents_of_cp850_after_a_sample_without_any_are_read(read: Read) -> None:
    odd = "2;hépatite, mère âgée à l'hôpital\n".encode("cp850")
    reading = read(b"id;note\n" + b"1;veuf et seul\n" * 30_000 + odd)
    assert reading.texts[-1] == "hépatite, mère âgée à l'hôpital"


def test_signs_within_words_that_are_written_in_utf8_are_the_texts_own(read: Read) -> None:
    assert read("id;note\n1;D‚PRESSIF, très\n").unreadable == []


def test_an_encoding_asked_for_is_not_doubted(read: Read) -> None:
    content = "id;note\n1;séropositif\n".encode("cp850")
    assert read(content, encoding="cp1252").unreadable == []


def test_an_encoding_asked_for_wins() -> None:
    assert recognise(FRENCH.encode(), asked="CP850") == "cp850"


@pytest.mark.parametrize("name", ["utf-9", "hex", "", "a\0b"])
def test_an_unknown_encoding_is_wrong_use(name: str) -> None:
    with pytest.raises(UsageError) as error:
        recognise(b"", asked=name)
    assert error.value.key == "encoding.unknown"


@given(st.binary())
def test_the_fallback_decodes_any_bytes_and_keeps_what_is_ascii(content: bytes) -> None:
    text = content.decode("utf-8", register_fallback())
    assert [ord(character) for character in text if character.isascii()] == [
        byte for byte in content if byte < 128
    ]


# Two accents never touch: « éœœ » in cp1252 is one character in UTF-8, and in no French word.
WORDS = st.lists(st.sampled_from(["a", "é", "œu", "ç", "€ ", "l’"]), max_size=20).map("n".join)


@given(WORDS, WORDS)
def test_lines_of_two_encodings_are_both_read(first: str, second: str) -> None:
    content = first.encode() + b"\n" + second.encode("cp1252") + b"\n"
    assert content.decode("utf-8", register_fallback()) == f"{first}\n{second}\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"PK\x03\x04xl/workbook", "ZIP/XLSX/ODS", id="xlsx"),
        pytest.param(b"\x1f\x8b\x08", "gzip", id="gzip"),
        pytest.param(b"%PDF-1.7", "PDF", id="pdf"),
        pytest.param(bytes(range(256)) * 8, "", id="bytes of no known format"),
        pytest.param(bytes(500), "", id="zeros"),
        pytest.param(b"id;note\n1;a\0b\n", None, id="one NUL in a text"),
        pytest.param("id;note\n".encode("utf-16"), None, id="utf-16"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_binary_formats_are_told_from_text(content: bytes, kind: str | None) -> None:
    assert binary_format(content) == kind


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_table_is_read_in_every_encoding(read: Read, codec: str, ends: str) -> None:
    reading = read(TABLE.replace("\n", ends).encode(codec))
    assert reading.texts == ["préfère être rappelée l’après-midi"]
    assert (reading.source.empty, reading.unreadable) == (1, [])


def test_single_lines_of_another_encoding_are_read(read: Read) -> None:
    odd = "2;séropo à l’hôpital\n".encode("cp1252")
    reading = read("id;note\n1;âgée\n".encode() + odd + "3;fêlé\n".encode())
    assert reading.texts == ["âgée", "séropo à l’hôpital", "fêlé"]


def test_an_accent_after_the_sample_is_read(read: Read) -> None:
    reading = read(b"id;note\n" + b"1;veuf et seul\n" * 30_000 + "2;âgé\n".encode("cp1252"))
    assert reading.texts[-1] == "âgé"


@pytest.mark.parametrize("name", ["export.csv", "export.json", "export.jsonl", "export.txt"])
def test_a_binary_file_is_refused_whatever_its_name(read: Read, name: str) -> None:
    with pytest.raises(InputError) as error:
        read(b"PK\x03\x04" + bytes(200), name)
    assert (error.value.key, error.value.values) == ("input.format", {"kind": "ZIP/XLSX/ODS"})
