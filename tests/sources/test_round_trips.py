"""Whatever texts a document is written from, reading it gives them back: nothing is lost."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import read_path

# Letters, quotes and marks that mean something to some parser; no control characters, which XML refuses.
ALPHABET = "abé œ'\"\\`$;,()[]{}<>&#%:=-*|!\t\n0.N/"
TEXTS = st.lists(
    st.text(ALPHABET, min_size=1, max_size=25).map(lambda text: f"x{text}x"), min_size=1, max_size=5
)
SLOWLY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def as_standard_sql(texts):
    # The head of a MySQL dump tells what it is; this one must not be taken for it.
    rows = ", ".join("(1, '" + text.replace("'", "''") + "')" for text in texts)
    return f"INSERT INTO t (id, note) VALUES {rows};\n"  # noqa: S608  a dump, never run


def as_mysql(texts):
    quoted = (text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") for text in texts)
    rows = ", ".join(f"(1, '{text}')" for text in quoted)
    return f"INSERT INTO `t` (`id`, `note`) VALUES {rows};\n"  # noqa: S608  a dump, never run


def as_copy(texts):
    escapes = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t"})
    rows = "".join(f"1\t{text.translate(escapes)}\n" for text in texts)
    return f"COPY t (id, note) FROM stdin;\n{rows}\\.\n"


def as_yaml(texts):
    return yaml.safe_dump([{"id": 1, "note": text} for text in texts], allow_unicode=True)


def as_xml(texts):
    rows = "".join(f"<row><id>1</id><note>{escape(text)}</note></row>" for text in texts)
    return f"<rows>{rows}<row/></rows>"


WRITERS = {
    "standard.sql": as_standard_sql,
    "mysql.sql": as_mysql,
    "copy.sql": as_copy,
    "a.yaml": as_yaml,
    "a.xml": as_xml,
}


@pytest.mark.parametrize("name", WRITERS)
@SLOWLY
@given(texts=TEXTS)
def test_no_text_is_lost(name: str, texts: list[str], tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(WRITERS[name](texts).encode())
    reading = read_path(path, thorough=True, columns=("note",))
    assert reading.unreadable == []
    assert [text.strip() for text in reading.texts] == texts
