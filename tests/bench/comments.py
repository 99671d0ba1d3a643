"""Comments for benchmarks: those of the corpus, made distinct, in any number, seeded."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from detector.workshop.corpus import read_split
from detector.workshop.noise import typo

SENSITIVE = 0.1
"""Which share of benchmark comments is flagged; the true share in files is not public."""


def distinct_comments(count: int, seed: int = 9) -> Iterator[str]:
    """Yield `count` comments, each with a number and a typing error of its own."""
    dice = random.Random(seed)
    rows = [row for row in read_split("train") if not row.ambiguous]
    flagged = [row.text for row in rows if row.flagged]
    harmless = [row.text for row in rows if not row.flagged]
    for number in range(count):
        text = dice.choice(flagged if dice.random() < SENSITIVE else harmless)
        yield f"{typo(' '.join(text.split()), dice)} {number}"


def write_export(path: Path, comments: list[str]) -> None:
    """Write a patient file of one comment a row: cp1252, semicolons."""
    with path.open("w", encoding="cp1252", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["n_dossier", "nom", "ville", "commentaire"])
        writer.writerows(
            [str(number), "MARTIN", "Limoges", comment] for number, comment in enumerate(comments)
        )
