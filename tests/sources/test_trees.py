"""XML, YAML, SQL and translations: every text found, on its own line, nothing lost in silence."""

from __future__ import annotations

import pytest
from reading import Read

from detector.errors import InputError

ALL = {"thorough": True}


def found(reading):
    return [
        (c.location.line, c.location.record, c.location.field, c.text) for c in reading.comments
    ]


def test_xml_gives_each_text_its_line_and_the_record_its_names(read: Read):
    reading = read(
        '<?xml version="1.0"?>\n<patients xmlns:f="http://x">\n'
        '<f:patient id="7"><nom>GAY</nom>\n<note>porteuse sida</note></f:patient>\n'
        '<patient id="8"><nom>PETIT</nom><note f:value="RAS"/></patient>\n</patients>\n',
        "a.xml",
    )
    assert found(reading) == [(4, "7", "note", "porteuse sida"), (5, "8", "note", "RAS")]
    assert reading.comments[0].names == ("GAY",)


def test_xml_text_around_an_inline_element_stays_one_sentence(read: Read):
    reading = read("<a><note>patiente <b>voilée</b> seule</note></a>", "a.xml", **ALL)
    assert reading.texts == ["patiente  voilée  seule"]


def test_an_xml_comment_is_read_too(read: Read):
    reading = read("<a>\n<!-- séropo --><b>RAS</b></a>", "a.xml", **ALL)
    assert (2, "2", "comment", "séropo") in found(reading)


def test_xml_in_the_encoding_that_it_declares(read: Read):
    text = '<?xml version="1.0" encoding="windows-1252"?><a><note>voilée</note></a>'
    assert read(text.encode("cp1252"), "a.xml").texts == ["voilée"]


BILLION = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;">]><a>&y;</a>'
STRANGER = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize("text", [BILLION, STRANGER], ids=["growing", "another file"])
def test_an_xml_document_type_is_refused(read: Read, text):
    with pytest.raises(InputError, match="DOCTYPE"):
        read(text, "a.xml")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.xml", "<a>\n<note>sida</a>", 2),
        ("a.yaml", "a: b\nnote: [sida\n", 3),
        ("a.yaml", "a: b: c\n", 1),
    ],
)
def test_what_is_broken_is_refused_with_its_line_and_without_its_text(read: Read, name, text, line):
    with pytest.raises(InputError) as refusal:
        read(text, name)
    assert refusal.value.place.line == line
    assert "sida" not in str(refusal.value)


@pytest.mark.parametrize("name", ["a.xml", "a.yaml"])
def test_nesting_without_end_is_refused(read: Read, name):
    text = "<a>" * 200_000 if name == "a.xml" else "[" * 200_000
    with pytest.raises(InputError):
        read(text, name)


YAML = """\
# la mère est voilée
- pk: 1
  fields:
    nom: GAY  # à revoir, séropo ?
    commentaire: |
      première ligne # du texte
      porteuse sida
- pk: 2
  fields: {nom: PETIT, commentaire: &a "# du texte", bis: *a, vu: true}
---
note: autre document
"""


def test_yaml_gives_scalars_and_comments_with_their_lines(read: Read):
    texts = {(c.location.line, c.text.strip()) for c in read(YAML, "a.yaml", **ALL).comments}
    assert texts == {
        (6, "première ligne # du texte\nporteuse sida"),
        (9, "# du texte"),
        (11, "autre document"),
        (1, "la mère est voilée"),
        (4, "à revoir, séropo ?"),
    }


def test_yaml_aliases_do_not_grow(read: Read):
    rows = ["a0: &a0 [sida, sida]"]
    rows += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert read("\n".join(rows), "a.yaml", **ALL).texts == ["sida", "sida"]


DUMP = """\
CREATE TABLE public.patients (
  id integer, nom text, commentaire text DEFAULT 'néant', PRIMARY KEY (id));
INSERT INTO public.patients VALUES (1, 'GAY', 'porteuse
 sida; l''accueil (voir)'), (2, 'PETIT', NULL);
INSERT INTO "patients" ("id", "commentaire") VALUES (7, E'mère \\'voilée\\'');
COPY public.patients (id, nom, commentaire) FROM stdin;
1\tGAY\tbipolaire\\tsous lithium
2\tX\t\\N
\\.
UPDATE patients SET commentaire = 'serait homosexuelle' WHERE id = 3; -- à revoir
"""


def test_sql_rows_become_records_of_their_table(read: Read):
    assert found(read(DUMP, "a.sql", **ALL)) == [
        (2, "2", "DEFAULT", "néant"),
        (3, "1", "patients.commentaire", "porteuse\n sida; l'accueil (voir)"),
        (5, "7", "patients.commentaire", "mère 'voilée'"),
        (7, "1", "patients.commentaire", "bipolaire\tsous lithium"),
        (10, "10", "commentaire", "serait homosexuelle"),
        (10, "10", "comment", "à revoir"),
    ]


def test_names_in_a_row_of_sql_speak_against_homonyms(read: Read):
    assert read(DUMP, "a.sql", **ALL).comments[1].names == ("GAY",)


def test_mysql_escapes_quotes_with_backslashes(read: Read):
    dump = (
        "CREATE TABLE `p` (`id` int, `note` text, KEY `k` (`id`)) ENGINE=InnoDB;\n"
        "INSERT INTO `p` VALUES (1,'l\\'accueil, sida'),(2,'b');\n# fin\n"
    )
    reading = read(dump, "a.sql", **ALL)
    assert reading.texts == ["l'accueil, sida", "b", "fin"]


def test_an_sql_literal_without_end_is_listed_and_the_rest_read(read: Read):
    dump = "INSERT INTO t (note) VALUES ('avant');\nINSERT INTO t (note) VALUES ('sida);\n"
    reading = read(dump, "a.sql", **ALL)
    assert reading.texts == ["avant"]
    assert reading.problems == [(2, "quote")]


def inserts(*notes: str) -> str:
    return "".join(
        f"INSERT INTO t (id, note) VALUES ({line}, {note});\n"  # noqa: S608  a dump, never run
        for line, note in enumerate(notes, 1)
    )


def test_the_dialect_may_show_late(read: Read):
    notes = ["'RAS, vit seule'"] * 4000
    notes[2500] = notes[3500] = r"'l\'accueil'"
    reading = read(inserts(*notes, "'porteuse sida'"), "a.sql", **ALL)
    assert (len(reading.texts), reading.unreadable) == (4001, [])
    assert reading.texts[2500] == "l'accueil"
    assert reading.texts[-1] == "porteuse sida"


@pytest.mark.parametrize(
    ("broken", "last"),
    [
        pytest.param("'l'accueil'", 2, id="apostrophe"),
        pytest.param("'l' accueil'", 2, id="apostrophe and blank"),
        pytest.param(r"'dit \' oui'", 2, id="backslash and blank"),
        pytest.param(r"'dit \' sida \' ok'", 2, id="two of them"),
        pytest.param("'dit ' sida ' ok'", 2, id="two apostrophes"),
        pytest.param("'a' (b)'", 2, id="apostrophe before a bracket"),
        pytest.param('"dit "sida" ok"', 2, id="double quotes"),
        pytest.param("'sida", 2, id="no end"),
    ],
)
@pytest.mark.parametrize("after", ["'porteuse sida'", "'(voir) sida'"])
def test_quotes_that_do_not_match_cost_their_lines_alone(read: Read, broken, last, after):
    notes = ["'avant'", broken, after, "'suite'", "'fin'"]
    reading = read(inserts(*notes), "a.sql", **ALL)
    told = [(item.line, item.values["last"]) for item in reading.unreadable]
    assert told == [(2, last)]
    kept = [text for text in reading.texts if text in ("avant", after.strip("'"), "suite", "fin")]
    assert kept == ["avant", after.strip("'"), "suite", "fin"]


def test_after_quotes_that_do_not_match_the_next_row_is_read_in_its_columns(read: Read):
    rows = ["(1, 'GAY', 'avant')", "(2, 'X', 'l'accueil')", "(3, 'PETIT', 'apr\u00e8s')"]
    dump = "INSERT INTO t (id, nom, note) VALUES\n" + ",\n".join(rows) + ";\n"
    reading = read(dump, "a.sql", **ALL)
    assert found(reading) == [(2, "1", "t.note", "avant"), (4, "3", "t.note", "apr\u00e8s")]
    assert reading.problems == [(3, "sql_quote")]


SOUND = [
    "INSERT INTO t VALUES (1, DATE '2020-01-01', _utf8 'a', N'b', 'c' COLLATE utf8_bin);",
    "INSERT INTO t VALUES (CAST('a' AS text), INTERVAL '1' DAY, 'b'::text, 'C:\\', NOW());",
    "GRANT SELECT ON t TO 'u'@'localhost';",
    "UPDATE t SET p = 'C:\\' WHERE note = 'RAS';",
    "INSERT INTO t (note) VALUES ('a') ON DUPLICATE KEY UPDATE note = VALUES(note);",
    "SELECT 'a' 'b', \"c\" AS d;",
]


def test_sound_statements_are_not_taken_for_broken_ones(read: Read):
    reading = read("\n".join(SOUND) + "\n", "a.sql", **ALL)
    assert reading.unreadable == []


def test_mysql_escapes_double_quotes_too(read: Read):
    dump = 'INSERT INTO `t` (`note`) VALUES ("dit \\"sida\\", fin");\n'
    assert read(dump, "a.sql", **ALL).texts == ['dit "sida", fin']


def test_an_sql_file_of_which_nothing_can_be_read_says_why(read: Read):
    reading = read(inserts("'l'accueil'"), "a.sql")
    assert reading.problems == [(1, "sql_quote")]


def test_a_long_insert_on_one_line_is_read_in_time(read: Read):
    rows = ",".join(f"({n},'note {n}')" for n in range(100_000))
    dump = f"INSERT INTO t (id, note) VALUES {rows};\n"  # noqa: S608  a dump, never run
    reading = read(dump, "a.sql", **ALL)
    assert len(reading.comments) == 100_000


def test_translations_are_read(read: Read):
    po = '# note\nmsgid "hello"\nmsgstr ""\n"Patiente "\n"voilée"\n'
    assert found(read(po, "a.po", **ALL)) == [
        (1, "1", "comment", "note"),
        (2, "2", "msgid", "hello"),
        (3, "3", "msgstr", "Patiente voilée"),
    ]
    properties = "# note\na.b = porteuse \\\n   sida\nc: d\\u00e9pressif\n"
    assert read(properties, "a.properties", **ALL).texts == ["note", "porteuse sida", "dépressif"]


def test_a_thorough_reader_gives_each_text_of_a_json_document_its_line(read: Read):
    text = '{\n "a\\"b": "c \\" d",\n "note": "RAS", "note":\n  "sida",\n "x": ["e",\n"f"]}'
    lines = {c.text: c.location.line for c in read(text, "a.json", **ALL).comments}
    assert lines == {'c " d': 2, "RAS": 3, "sida": 4, "e": 5, "f": 6}


def test_a_thorough_reader_takes_short_values_and_leaves_names(read: Read):
    text = '[{"id": 1, "nom": "GAY", "objet": "surdité"}]'
    assert read(text, "a.json", **ALL).texts == ["surdité"]
