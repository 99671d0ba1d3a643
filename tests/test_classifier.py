import json

import numpy as np
import pytest

from detector.classifier import OUTPUTS, Classifier
from detector.errors import ModelError
from detector.packs import all_rules, read_packs
from detector.provenance import tree_hash
from detector.resources import corpus_folder, models_folder, patterns_folder
from detector.text import fold
from detector.weights import ArrayWeights, load_classifier
from detector.workshop.corpus import read_split
from detector.workshop.features import VectorTable, samples
from detector.workshop.train import fit, save, targets, weights_of


@pytest.fixture(scope="module")
def trained():
    """A small estimator of scikit-learn, and the texts it can be asked about."""
    rows = [row for row in read_split("dev") if not row.ambiguous][:400]
    items = samples(row.text for row in rows)
    return fit(items, targets(rows), VectorTable()), rows


def test_run_without_sklearn_it_scores_as_sklearn_does(trained):
    estimator, rows = trained
    classifier = Classifier(ArrayWeights(weights_of(estimator)), {})
    wanted = estimator.decision_function(samples(row.text for row in rows))
    for row, scores in zip(rows, wanted, strict=True):
        text = fold(row.text)
        np.testing.assert_allclose(classifier.scores(text), scores, rtol=0, atol=1e-9)


def test_what_is_saved_is_what_is_read(trained, tmp_path):
    estimator, rows = trained
    weights = weights_of(estimator)
    manifest = {"format": 1, "outputs": list(OUTPUTS)}
    save(tmp_path, weights, manifest)
    before, after = Classifier(ArrayWeights(weights), manifest), load_classifier(tmp_path)
    for row in rows[:50]:
        text = fold(row.text)
        assert before.scores(text) == after.scores(text)


def test_the_same_training_gives_the_same_bytes(trained, tmp_path):
    estimator, rows = trained
    again = fit(samples(row.text for row in rows), targets(rows), VectorTable())
    for name, one in (("a", estimator), ("b", again)):
        save(tmp_path / name, weights_of(one), {})
    first, second = (tmp_path / name / "weights.npz" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_evidence_points_at_the_words_that_weigh_most():
    text = fold("rappeler demain, elle est schizophrène, merci")
    span = load_classifier().evidence(text, "health")
    assert "schizophrene" in text.folded[span.start : span.end]


def test_a_missing_model_says_what_to_do(tmp_path):
    with pytest.raises(ModelError, match="model file missing; install art9 again"):
        load_classifier(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not an npz", b"PK\x03\x04cut"])
def test_a_damaged_model_says_what_to_do(tmp_path, content):
    manifest = {"format": 1, "outputs": list(OUTPUTS)}
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
