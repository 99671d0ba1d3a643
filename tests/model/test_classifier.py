import copy
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.special import expit

from detector.errors import ModelError
from detector.model.classifier import (
    FORMAT,
    OUTPUTS,
    VECTOR_STEP,
    Classifier,
    content_features,
    read_manifest,
    text_features,
)
from detector.model.weights import ArrayWeights, load_weights
from detector.provenance import tree_hash
from detector.resources import corpus_folder, models_folder, patterns_folder
from detector.rules.markup import parse
from detector.rules.packs import all_rules, read_packs
from detector.text import fold
from detector.workshop.corpus import read_split
from detector.workshop.estimator import calibrate, fit, trust_in, weights_of
from detector.workshop.features import VectorTable, samples
from detector.workshop.lessons import pack_examples, targets
from detector.workshop.storing import store_json, store_weights


def load_classifier(folder):
    manifest = read_manifest(folder / "manifest.json")
    return Classifier(load_weights(folder), manifest)


@pytest.fixture(scope="module")
def trained():
    """A small estimator of scikit-learn, and the texts it can be asked about."""
    rows = [row for row in read_split("dev") if not row.ambiguous][:400]
    items, table = samples(fold(row.text) for row in rows), VectorTable()
    return fit(items, targets(rows), table), rows


@pytest.fixture(scope="module")
def weights(trained):
    """What is stored of it, every word of the French model being known."""
    estimator, _ = trained
    return weights_of(estimator, dict.fromkeys(estimator.features["vectors"].table.rows, 100))


def test_run_without_sklearn_it_scores_as_sklearn_does(trained, weights):
    estimator, rows = trained
    classifier = Classifier(ArrayWeights(weights), {})
    wanted = estimator.decision_function(samples(fold(row.text) for row in rows))
    for row, scores in zip(rows, wanted, strict=True):
        text = fold(row.text)
        np.testing.assert_allclose(classifier.scores(text), scores, rtol=0, atol=VECTOR_STEP)


def test_what_is_saved_is_what_is_read(trained, weights, tmp_path):
    _, rows = trained
    manifest = {"format": FORMAT, "outputs": list(OUTPUTS)}
    store_weights(tmp_path, weights)
    store_json(tmp_path / "manifest.json", manifest)
    before, after = Classifier(ArrayWeights(weights), manifest), load_classifier(tmp_path)
    for row in rows[:50]:
        text = fold(row.text)
        assert before.scores(text) == after.scores(text)


def test_the_same_training_gives_the_same_bytes(trained, tmp_path):
    estimator, rows = trained
    again = fit(samples(fold(row.text) for row in rows), targets(rows), VectorTable())
    for name, one in (("a", estimator), ("b", again)):
        store_weights(tmp_path / name, weights_of(one, {}))
    first, second = (tmp_path / name / "weights.npz" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_a_missing_model_says_what_to_do(tmp_path):
    with pytest.raises(ModelError, match="model file missing; install art9 again"):
        load_classifier(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not an npz", b"PK\x03\x04cut"])
def test_a_damaged_model_says_what_to_do(tmp_path, content):
    manifest = {"format": FORMAT, "outputs": list(OUTPUTS)}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "weights.npz").write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        load_classifier(tmp_path)


def test_a_model_of_another_version_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_text('{"format": 0}')
    with pytest.raises(ModelError, match="another version"):
        load_classifier(tmp_path)


def test_the_stored_model_was_trained_from_this_corpus_and_these_packs():
    manifest = json.loads((models_folder() / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["corpus"] == tree_hash(corpus_folder(), "train/*.jsonl", "dev/*.jsonl")
    assert manifest["packs"] == tree_hash(patterns_folder(), "**/*.yaml")
    assert all_rules(read_packs())


def test_the_stored_language_reader_was_trained_from_this_corpus():
    told = json.loads((models_folder() / "language.json").read_text(encoding="utf-8"))
    assert told["corpus"] == tree_hash(corpus_folder(), "train/*.jsonl")


def test_words_of_one_kin_share_what_is_learned(weights):
    weights = ArrayWeights(weights)
    names = [word for word in ("lundi", "mardi", "jeudi") if weights.kin(word)]
    assert len({weights.kin(word) for word in names}) == 1 < len(names)
    assert weights.kin("xxqzzk") is None


def test_function_words_part_no_content_words():
    kin = {"mere": 3}.get
    assert set(content_features("mere", "voilee", kin)) <= set(
        text_features(["mere", "est", "voilee"], kin)
    )
    assert content_features("mere", "voilee", kin) == ["b:mere voile", "q:3 voile"]


def test_calibrated_scores_mean_what_they_say_and_rank_as_before(trained):
    estimator, rows = trained
    items, wanted = samples(fold(row.text) for row in rows), targets(rows)
    stretched = replace(estimator, models=tuple(copy.deepcopy(estimator.models)))
    for model in stretched.models:
        model.coef_ *= 3
        model.intercept_ = model.intercept_ * 3 - 1
    calibrate(stretched, items, wanted)
    scores = stretched.decision_function(items)
    chances = expit(scores)
    np.testing.assert_allclose(chances.mean(axis=0), wanted.mean(axis=0), atol=0.01)
    before = estimator.decision_function(items)[:, 0]
    assert np.corrcoef(before, scores[:, 0])[0, 1] > 0.999


def test_examples_of_packs_are_labelled_as_their_marks_say():
    examples = {row.text: row for row in pack_examples(all_rules(read_packs()))}
    assert any(row.flagged for row in examples.values())
    assert not all(row.flagged for row in examples.values())
    rule = all_rules(read_packs())[0]
    assert examples[parse(rule.flag[0]).text].categories
    assert not examples[parse(rule.passes[0]).text].categories


def test_a_feature_that_both_classes_have_alike_is_trusted_least():
    wanted = np.array([True, True, False, False])
    matrix = csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 1, 0]], dtype=float))
    telling, common, rarer = trust_in(matrix, wanted)
    assert telling > rarer > common > 0
