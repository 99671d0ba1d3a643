"""What the corpus owes: sound labels, enough of each category, no leak between splits."""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest
import yaml

from detector.errors import UsageError
from detector.resources import corpus_folder
from detector.taxonomy import Category
from detector.text import fold
from detector.workshop.corpus import PARTS, SPLITS, read_split
from detector.workshop.statistics import data_card, leaks

ROWS = {split: read_split(split) for split in SPLITS}
LEAST = {"train": (150, 90), "test": (40, 25)}


@pytest.mark.parametrize(
    ("part", "least"),
    [("train", 18_000), ("dev", 2_000), ("test", 3_000), ("checks", 1_500), ("clean", 4_000)],
)
def test_the_second_edition_is_large_enough(part, least):
    assert len(read_split(part)) >= least


def test_the_corpus_speaks_in_many_voices():
    voices = {row.voice for part in PARTS if part != "checks" for row in read_split(part)}
    assert len(voices) >= 200


def test_clean_comments_carry_nothing():
    assert [row.id for row in read_split("clean") if row.categories or row.ambiguous] == []


def test_fields_as_they_are_hold_few_sensitive_comments():
    for part in ("field_dev", "field_test"):
        rows = read_split(part)
        assert 0.02 < sum(row.flagged for row in rows) / len(rows) < 0.1


def test_checks_name_their_functionality_and_what_they_contrast_with():
    rows = {row.id: row for row in read_split("checks")}
    named = yaml.safe_load((corpus_folder() / "checks" / "functionalities.yaml").read_text("utf-8"))
    counts = Counter(row.extra["functionality"] for row in rows.values())
    assert counts.keys() == named.keys()
    assert len(counts) >= 45
    for row in rows.values():
        if other := row.extra.get("contrasts"):
            assert rows[other].categories != row.categories, row.id


@pytest.mark.parametrize("split", SPLITS)
def test_labels_are_sound(split):
    for row in ROWS[split]:
        assert row.text.strip(), row.id
        assert row.voice, row.id
        assert row.categories == {evidence.category for evidence in row.evidence}, row.id
        assert not (row.ambiguous and row.categories), row.id
        for evidence in row.evidence:
            words = row.text[evidence.span.start : evidence.span.end]
            assert words and words == words.strip(), row.id


@pytest.mark.parametrize("split", LEAST)
@pytest.mark.parametrize("category", Category)
def test_every_category_is_there_often_enough(split, category):
    least = LEAST[split][category is Category.BIOMETRIC]
    counts = Counter(c for row in ROWS[split] for c in row.categories)
    assert counts[category] >= least


def test_no_id_stands_twice():
    ids = Counter(row.id for rows in ROWS.values() for row in rows)
    assert [one for one, count in ids.items() if count > 1] == []


def test_no_text_stands_twice():
    texts = Counter(fold(row.text).folded for rows in ROWS.values() for row in rows)
    assert [text for text, count in texts.items() if count > 1] == []


def test_a_voice_belongs_to_one_split():
    splits = defaultdict(set)
    for split, rows in ROWS.items():
        for row in rows:
            theme = row.id.rsplit("-", 1)[0]
            splits[theme, row.voice].add(split)
    assert [voice for voice, found in splits.items() if len(found) > 1] == []


def test_about_half_is_harmless():
    rows = [row for rows in ROWS.values() for row in rows if not row.ambiguous]
    harmless = sum(not row.flagged for row in rows)
    assert 0.4 < harmless / len(rows) < 0.65


def test_near_copies_do_not_leak_from_train_into_test():
    assert leaks(ROWS["train"], ROWS["test"]) == []


def test_the_data_card_is_fresh():
    assert (corpus_folder() / "README.md").read_text(encoding="utf-8") == data_card()


def test_a_near_copy_is_found():
    text = "la dame du 12 rappellera demain pour son dossier de location"
    one, other, stranger = (
        replace(ROWS["dev"][0], id=name, text=written)
        for name, written in (
            ("a", text),
            ("b", f"{text}s"),
            ("c", "le monsieur du 14 passera mardi prendre ses clés de cave"),
        )
    )
    assert leaks([one, stranger], [other]) == [("a", "b")]


def test_where_there_is_no_corpus_the_user_is_told(tmp_path):
    with pytest.raises(UsageError, match="checkout"):
        read_split("train", tmp_path)
