import numpy as np
import pytest

from detector.errors import ModelError
from detector.model.classifier import OUTPUTS
from detector.model.network import CUES, Network, evidence, marked_words
from detector.model.network_file import load_network
from detector.text import fold
from detector.workshop import layers
from detector.workshop import network as workshop
from detector.workshop.choosing import make_lexicon_judge, standing
from detector.workshop.corpus import from_record, read_split
from detector.workshop.features import VectorTable
from detector.workshop.lessons import wanted_of
from detector.workshop.storing import store_network


@pytest.fixture(scope="module")
def rules():
    return make_lexicon_judge()


@pytest.fixture(scope="module")
def table():
    return VectorTable()


@pytest.fixture(scope="module")
def lesson(rules):
    """Some comments with their cues, and what is wanted of them."""
    rows = [row for row in read_split("dev") if not row.ambiguous][:400]
    texts = [fold(row.text) for row in rows]
    return [marked_words(text, standing(rules, text)) for text in texts], wanted_of(rows, texts)


@pytest.fixture(scope="module")
def network(lesson, table):
    return workshop.train_network(*lesson, table, 9)


def test_run_without_thinc_it_scores_as_thinc_does(lesson, table):
    comments, _ = lesson
    coder = workshop.Coder(comments, table)
    french = workshop._french(table, coder.words)
    model = layers.make_model(len(coder.words) + 1, french, np.random.RandomState(1))
    coded = [coder.code(comment) for comment in [*comments[:40], ([], np.zeros((0, CUES)))]]
    model.initialize(X=coded[:2])
    plain = Network(layers.layers_of(model, french), coder.words, table.rows)
    scores, told = model.predict(coded)
    found = [plain.read(*comment) for comment in [*comments[:40], ([], np.zeros((0, CUES)))]]
    np.testing.assert_allclose([one.scores for one in found], scores, rtol=0, atol=1e-4)
    np.testing.assert_allclose(
        np.concatenate([one.told for one in found]), told.dataXd, rtol=0, atol=1e-4
    )


def test_it_learns_what_it_is_shown(network, lesson):
    comments, wanted = lesson
    scores = np.array([network.read(*comment).scores[0] for comment in comments])
    flagged = wanted.comments[:, 0]
    assert scores[flagged].mean() > scores[~flagged].mean() + 0.5


def test_it_learns_which_words_were_marked(network, lesson):
    comments, wanted = lesson
    told = np.concatenate([network.read(*comment).told[:, 0] for comment in comments if comment[0]])
    marked = np.concatenate(wanted.words)[:, 0]
    assert told[marked].mean() > told[~marked].mean() + 0.5


def test_of_a_joined_comment_is_wanted_what_is_wanted_of_both(lesson, table, monkeypatch):
    monkeypatch.setattr(workshop, "_JOINED", 1.0)
    coder, wanted = workshop.Coder(lesson[0], table), lesson[1]
    lessons = [(coder.code(one), *wanted.of(place)) for place, one in enumerate(lesson[0])]
    dice = np.random.RandomState(2)
    for (alone, whole, words), (both, its_whole, its_words) in zip(
        lessons, workshop._some_joined(lessons, lessons, dice), strict=True
    ):
        assert len(both.own) == len(both.marks) == len(its_words) <= max(60, len(words))
        assert both.counts.sum() == len(both.grams)
        assert (both.own[: len(words)] == alone.own).all()
        assert (its_whole >= whole).all()
        assert (its_whole[0] or not its_words[:, 0].any()) and (
            its_words[: len(words)] == words
        ).all()


def test_the_same_training_gives_the_same_bytes(network, lesson, table, tmp_path):
    store_network(tmp_path / "a", network)
    store_network(tmp_path / "b", workshop.train_network(*lesson, table, 9))
    first, second = (tmp_path / name / "network.npz" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_what_is_stored_scores_nearly_as_what_was_trained(network, lesson, table, tmp_path):
    store_network(tmp_path, network)
    stored = load_network(tmp_path, table.rows)
    for comment in lesson[0][:50]:
        np.testing.assert_allclose(
            stored.read(*comment).scores, network.read(*comment).scores, atol=0.2
        )


def test_words_are_marked_with_the_categories_of_the_cues_that_cover_them(rules):
    text = fold("mère musulmane voilée, rappeler demain")
    words, marks = marked_words(text, standing(rules, text))
    marked = [word for word, row in zip(words, marks, strict=True) if row.any()]
    assert words == ["mere", "musulmane", "voilee", "rappeler", "demain"]
    assert {"musulmane", "voilee"} <= set(marked)
    assert "demain" not in marked


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04cut"])
def test_a_missing_or_damaged_network_says_what_to_do(tmp_path, content):
    if content is not None:
        (tmp_path / "network.npz").write_bytes(content)
    with pytest.raises(ModelError, match=r"network.npz: model file"):
        load_network(tmp_path, {})


def test_evidence_begins_with_the_word_that_says_most_and_takes_in_those_that_say_it_too():
    text = fold("rappeler demain, prend du lithium, merci")
    told = np.array([-3.0, -2.0, 0.5, 0.2, 2.0, -1.0])
    span = evidence(text, told)
    assert text.folded[span.start : span.end] == "prend du lithium"


def test_where_no_word_is_sure_evidence_is_the_word_that_says_most():
    text = fold("rappeler demain matin")
    span = evidence(text, np.array([-5.0, -2.0, -4.0]))
    assert text.folded[span.start : span.end] == "demain"


def test_words_that_annotators_marked_are_wanted_and_flagged_where_they_are_sensitive():
    record = {
        "id": "a",
        "text": "gros con, alité",
        "categories": ["judgement", "health"],
        "spans": [
            {"start": 0, "end": 8, "category": "judgement"},
            {"start": 10, "end": 15, "category": "health"},
        ],
    }
    marks = workshop.marked_by(from_record(record), fold(record["text"]))
    wanted = [[OUTPUTS[place] for place in np.flatnonzero(row)] for row in marks]
    assert wanted == [["judgement"], ["judgement"], ["flagged", "health"]]


def test_a_long_comment_is_read_to_its_end(network, rules):
    short, long = fold("porteuse sida"), fold("rappeler lundi " * 70 + "porteuse sida")
    alone, last = (
        network.read(*marked_words(text, standing(rules, text))) for text in (short, long)
    )
    assert len(last.told) == 142
    assert (
        last.scores[0] >= network.read(["rappeler", "lundi"] * 20, np.zeros((40, CUES))).scores[0]
    )
    np.testing.assert_allclose(last.told[-1], alone.told[-1], atol=1.5)
