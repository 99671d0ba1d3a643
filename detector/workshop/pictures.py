"""Draws the pictures of the model card: precision against recall, reliability, confusion."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from detector.taxonomy import Category
from detector.workshop.calibration import Scored, precision_and_recall, reliability
from detector.workshop.metrics import Evaluation

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "art9", "font.size": 9, "svg.fonttype": "none"})

from matplotlib import pyplot as plt  # noqa: E402  after the backend is chosen


def draw_precision_recall(scored: Scored, path: Path) -> None:
    """Draw precision against recall, with the point where the bars stand."""
    precision, recall = precision_and_recall(scored)
    place = max(int((scored.margin >= 0).sum()) - 1, 0)
    figure, axes = plt.subplots(figsize=(4.2, 3.6), layout="constrained")
    axes.plot(recall, precision, color="#1f4e79")
    axes.plot(recall[place], precision[place], "o", color="#c0392b")
    axes.text(recall[place] - 0.03, precision[place] - 0.02, "bars as chosen", ha="right", va="top")
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0.4, 1.01))
    _save(figure, path)


def draw_reliability(scored: Scored, path: Path) -> None:
    """Draw how often comments of a probability are indeed sensitive."""
    bins = reliability(scored)
    figure, axes = plt.subplots(figsize=(4.2, 3.6), layout="constrained")
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8)
    axes.plot([b.said for b in bins], [b.is_so for b in bins], "o-", color="#1f4e79")
    axes.set(xlabel="probability given", ylabel="share that is sensitive", xlim=(0, 1), ylim=(0, 1))
    _save(figure, path)


def draw_confusion(evaluation: Evaluation, path: Path) -> None:
    """Draw which categories are reported on comments that carry each one."""
    names = [category.value for category in Category]
    share = np.zeros((len(names), len(names)))
    for row, wanted in enumerate(Category):
        carrying = [r for r in evaluation.results if wanted in r.row.categories]
        for column, given in enumerate(Category):
            found = sum(given in r.verdict.categories for r in carrying)
            share[row, column] = found / max(len(carrying), 1)
    figure, axes = plt.subplots(figsize=(6.4, 5.6), layout="constrained")
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="reported", ylabel="carried")
    for row, column in np.argwhere(share >= 0.1):
        value = share[row, column]
        tone = "white" if value > 0.5 else "black"
        axes.text(column, row, f"{value:.1f}".lstrip("0"), ha="center", va="center", color=tone)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
