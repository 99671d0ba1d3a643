"""Writes models/README.md, the model card, and its pictures, by measuring on the whole corpus."""

from __future__ import annotations

import json
from pathlib import Path

from detector.detector import Detector
from detector.resources import code_folder, models_folder
from detector.taxonomy import Category
from detector.workshop import calibration, pictures
from detector.workshop.corpus import read_split
from detector.workshop.evaluate import PREVALENCES, evaluate
from detector.workshop.metrics import ATTRIBUTES, Evaluation, Rate
from detector.workshop.robustness import by_functionality, by_noise, right

_INTRO = """# Model card

Written by `art9 evaluate --card`; never edited by hand. Where no other text is named, figures are those of rules and
readers together, under the default policy, on corpus test: comments in voices that neither rules nor
training have seen.

- **What it is**: two readers, and a third whose opinion is asked in doubt. The classifier is sixteen logistic regressions (flagged at all, and one for each
  category) over words, pairs of words, character n-grams within words, groups of words whose vectors are near,
  and the mean of the words' vectors of fr_core_news_md (LGPL-LR). What it or a rule finds worth it is read by the network:
  filters over windows of one, three and five words, each word with the categories of the rules' cues that cover it. Their
  scores are averaged, the network's weighing more. Where that leaves doubt, the comment's words alone are read by the lower six of the
  twelve blocks of multilingual-e5-small (Wang and others 2024; MIT licence, models/LICENSE.multilingual-e5-small), taught what comments of
  this corpus are ({language_comments} of them, corpus hash `{language_corpus}`): its score counts for a quarter. docs/classifier.md compares designs.
- **Words** that are drawn out, misspelt, glued, torn apart, disguised (« s1da ») or cut short (« incarc. ») are first read as the known ones that were most likely meant.
- **Trained on**: {comments} invented comments of corpus train, for the classifier each once as written and once with
  noise, with the examples written into the packs; seed {seed}.
- **Chosen on corpus dev**: the bar that a comment must reach to be reported, so that at most {alarms:.2%} of harmless dev
  comments are; and the calibration of the scores (Platt).
- **Meant for**: sorting free-text comments for a person to look at. **Not meant for**: proof that a
  file is clean, decisions about persons, or any other language or kind of text.
- **Corpus hash** `{corpus}`, **pack hash** `{packs}`.
"""


def write_model_card() -> Path:
    """Measure, write the model card beside the model, draw its pictures; return the card's path."""
    root = models_folder()
    manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    language = json.loads((root / "language.json").read_text(encoding="utf-8"))
    intro = _INTRO.format(
        comments=manifest["comments"],
        seed=manifest["seed"],
        alarms=manifest["false_alarms_on_dev"],
        corpus=manifest["corpus"][:16],
        packs=manifest["packs"][:16],
        language_comments=language["comments"],
        language_corpus=language["corpus"][:16],
    )
    test = read_split("test")
    evaluation = evaluate(test)
    scored = calibration.score(test)
    _draw(evaluation, scored)
    parts = [intro, _overall(evaluation), _categories(evaluation), _attributes(evaluation)]
    parts += [_field(), _checks(), _noise(), _calibration(scored), _PICTURES]
    path = root / "README.md"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


_PICTURES = """## Pictures

Precision against recall as the bar rises and falls; how often a probability is right; which
categories are reported on comments that carry each one.

![precision and recall](../docs/pictures/precision-recall.svg)
![reliability](../docs/pictures/reliability.svg)
![confusion](../docs/pictures/confusion.svg)
"""


def _draw(evaluation: Evaluation, scored: calibration.Scored) -> None:
    folder = code_folder().parent / "docs" / "pictures"
    pictures.draw_precision_recall(scored, folder / "precision-recall.svg")
    pictures.draw_reliability(scored, folder / "reliability.svg")
    pictures.draw_confusion(evaluation, folder / "confusion.svg")


_OTHERS = (
    ("fresh", "fresh writers"),
    ("field_test", "exports as they are"),
    ("clean", "clean comments"),
)


def _field() -> str:
    rows = []
    for name, title in _OTHERS:
        found = evaluate(read_split(name))
        for figure in ("recall", "false_alarms", "precision"):
            rate: Rate = getattr(found, figure)
            if rate.cases and (found.recall.cases or figure != "precision"):
                rows.append(f"| {title}: {figure.replace('_', ' ')} | {_shown(rate)} |")
    return _table("Comments of other hands", "figure | value | 95 % interval | cases", rows)


def _checks() -> str:
    evaluation = evaluate(read_split("checks"))
    found = by_functionality(evaluation)
    rows = [f"| {name.replace('_', ' ')} | {_shown(rate)} |" for name, rate in found.items()]
    rows.append(f"| **all** | {_shown(right(evaluation.results))} |")
    return _table("Functional checks", "functionality | right | 95 % interval | cases", rows)


def _noise() -> str:
    rows = [
        f"| {name} | {found.recall.value:.3f} | {found.false_alarms.value:.3f} |"
        for name, found in by_noise(read_split("test"), Detector()).items()
    ]
    return _table("Noise", "comments | recall | false alarms", rows)


_PROBABILITIES = """Probabilities are those of the readers that are asked; where no comment is read whole, the classifier's.
"""


def _calibration(scored: calibration.Scored) -> str:
    bins = calibration.reliability(scored)
    rows = [f"| {one.said:.2f} | {one.is_so:.2f} | {one.count} |" for one in bins]
    error = calibration.calibration_error(bins)
    table = _table(
        f"Calibration: expected error {error:.3f}",
        "probability given | share sensitive | comments",
        rows,
    )
    return f"{table}\n{_PROBABILITIES}"


def _overall(evaluation: Evaluation) -> str:
    rates = {
        "recall": evaluation.recall,
        "false alarms": evaluation.false_alarms,
        "precision": evaluation.precision,
        "evidence overlapped": evaluation.spans,
    }
    rows = [f"| {name} | {_shown(rate)} |" for name, rate in rates.items()]
    rows.append(f"| mean F1 over categories | {evaluation.macro_f1:.3f} | | |")
    for share in PREVALENCES:
        at = f"precision where {share:.1%} of comments are sensitive"
        rows.append(f"| {at} | {evaluation.precision_at(share):.3f} | | |")
    return _table(
        f"Comments ({len(evaluation.results)})", "figure | value | 95 % interval | cases", rows
    )


def _categories(evaluation: Evaluation) -> str:
    rows = []
    for category in Category:
        score = evaluation.category(category)
        shown = (score.precision.value, score.recall.value, score.f1)
        cells = " | ".join(f"{value:.3f}" for value in shown)
        rows.append(f"| {category.value} | {cells} | {score.recall.cases} |")
    return _table("Categories", "category | precision | recall | F1 | comments", rows)


def _attributes(evaluation: Evaluation) -> str:
    rows = [f"| {name} | {_shown(evaluation.attribute(name))} |" for name in ATTRIBUTES]
    rows.append(f"| mean | {evaluation.attributes:.3f} | | |")
    return _table(
        "Attributes, on evidence found", "attribute | accuracy | 95 % interval | cases", rows
    )


def _shown(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.value:.3f} | {low:.3f}-{high:.3f} | {rate.cases}"


def _table(title: str, header: str, rows: list[str]) -> str:
    ruler = "|".join(["---"] * (header.count("|") + 1))
    return "\n".join([f"## {title}", "", f"| {header} |", f"|{ruler}|", *rows, ""])
