"""Measures a detector on labelled comments, and writes the figures down."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from json import JSONDecodeError
from pathlib import Path

from rich.table import Table

from detector.detector import Detector
from detector.errors import InputError, Place
from detector.messages import say
from detector.policy import Policy
from detector.scanning.reports.console import console
from detector.sources.opening import refused
from detector.taxonomy import Category
from detector.workshop.corpus import PARTS, Evidence, Labelled, from_record, read_split
from detector.workshop.metrics import ATTRIBUTES, Evaluation, Rate, Result
from detector.workshop.robustness import by_functionality, right

_NOISE = ("recall", "false_alarms")
PREVALENCES = (0.001, 0.01, 0.05, 0.2)


def evaluate(rows: Iterable[Labelled], policy: Policy | None = None) -> Evaluation:
    """Return the evaluation of `rows` under `policy` (default: that of a practice)."""
    detector = Detector(policy)
    return Evaluation.over(Result(row, detector.check(row.text)) for row in rows)


def evaluate_source(source: str, policy: Policy | None = None) -> Evaluation:
    """Return the evaluation of a part of the corpus, or of a labelled file of JSON lines.

    Raises UsageError where there is no corpus, or a line of the file is not a labelled comment.
    """
    return evaluate(read_source(source), policy)


def read_source(source: str) -> list[Labelled]:
    """Return the comments of a part of the corpus, or of a labelled file of JSON lines."""
    return read_split(source) if source in PARTS else _read_own(Path(source))


def _read_own(path: Path) -> list[Labelled]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise refused(str(path), error) from None
    except UnicodeDecodeError:
        raise InputError("usage.labels", Place(str(path)), problem="UTF-8 ?") from None
    rows = [_labelled(line, Place(str(path), n)) for n, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise InputError("input.empty", Place(str(path)))
    return rows


def _labelled(line: str, place: Place) -> Labelled:
    try:
        row = from_record(json.loads(line))
    except JSONDecodeError:
        raise InputError("usage.labels", place, problem="JSON ?") from None
    except KeyError as error:
        raise InputError("usage.labels", place, problem=f"{error.args[0]} ?") from None
    except (ValueError, TypeError, AttributeError):
        raise InputError("usage.labels", place, problem="categories, spans ?") from None
    if not all(_fits(evidence, row) for evidence in row.evidence):
        raise InputError("usage.labels", place, problem="spans ?")
    return row


def _fits(evidence: Evidence, row: Labelled) -> bool:
    """Whether evidence stands within its comment, for a category that this has."""
    inside = 0 <= evidence.span.start < evidence.span.end <= len(row.text)
    return inside and evidence.category in row.categories


def print_figures(name: str, evaluation: Evaluation, lang: str) -> None:
    """Print the figures of an evaluation as tables."""
    out = console()
    out.print(say("evaluate.title", lang, name=name, comments=len(evaluation.results)))
    table = Table()
    for header in ("figure", "value", "interval"):
        table.add_column(say(f"evaluate.{header}", lang))
    for key in ("recall", "false_alarms", "precision", "spans"):
        rate: Rate = getattr(evaluation, key)
        low, high = rate.interval
        table.add_row(
            say(f"evaluate.{key}", lang), _shown(rate.value), f"{_shown(low)}-{_shown(high)}"
        )
    table.add_row(say("evaluate.macro_f1", lang), _shown(evaluation.macro_f1), "")
    table.add_row(say("evaluate.attributes", lang), _shown(evaluation.attributes), "")
    out.print(table)
    out.print(_category_table(evaluation, lang))
    if found := by_functionality(evaluation):
        out.print(_functionality_table(found, right(evaluation.results), lang))


def print_noise(evaluations: Mapping[str, Evaluation], lang: str) -> None:
    """Print what each kind of noise costs."""
    table = Table(say("evaluate.noise", lang), *(say(f"evaluate.{n}", lang) for n in _NOISE))
    for name, evaluation in evaluations.items():
        title = say(f"evaluate.noises.{name.replace(' ', '_')}", lang)
        table.add_row(title, *(_shown(getattr(evaluation, figure).value) for figure in _NOISE))
    console().print(table)


def _functionality_table(found: Mapping[str, Rate], overall: Rate, lang: str) -> Table:
    table = Table(say("evaluate.functionality", lang), say("evaluate.right", lang), "n")
    for name, rate in [*found.items(), ("", overall)]:
        table.add_row(name, _shown(rate.value), str(rate.cases))
    return table


def _category_table(evaluation: Evaluation, lang: str) -> Table:
    table = Table(say("evaluate.category", lang), "P", "R", "F1", "n")
    for category in Category:
        score = evaluation.category(category)
        shown = (score.precision.value, score.recall.value, score.f1)
        cells = [_shown(value, 2) for value in shown]
        table.add_row(category.named(lang), *cells, str(score.recall.cases))
    return table


def _shown(value: float, digits: int = 3) -> str:
    """Return a figure as text, a dash where nothing could be counted."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def _number(value: float) -> float | None:
    """Return a figure rounded for JSON, which knows no NaN: None where nothing could be counted."""
    return None if math.isnan(value) else round(value, 4)


def figures(evaluation: Evaluation) -> dict[str, object]:
    """Return all figures of an evaluation, JSON-ready."""
    return {
        "comments": len(evaluation.results),
        "recall": _rate(evaluation.recall),
        "false_alarms": _rate(evaluation.false_alarms),
        "precision": _rate(evaluation.precision),
        "precision_at": {str(p): _number(evaluation.precision_at(p)) for p in PREVALENCES},
        "macro_f1": _number(evaluation.macro_f1),
        "categories": {c.value: _category(evaluation, c) for c in Category},
        "spans": _rate(evaluation.spans),
        "attributes": {name: _rate(evaluation.attribute(name)) for name in ATTRIBUTES},
        "attribute_mean": _number(evaluation.attributes),
        "functionalities": {n: _rate(rate) for n, rate in by_functionality(evaluation).items()},
    }


def _rate(rate: Rate) -> dict[str, object]:
    low, high = rate.interval
    return {
        "value": _number(rate.value),
        "interval": [_number(low), _number(high)],
        "hits": rate.hits,
        "cases": rate.cases,
    }


def _category(evaluation: Evaluation, category: Category) -> dict[str, object]:
    score = evaluation.category(category)
    return {
        "precision": _number(score.precision.value),
        "recall": _number(score.recall.value),
        "f1": _number(score.f1),
        "cases": score.recall.cases,
    }
