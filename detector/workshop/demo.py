"""Makes corpus/demo/patients.csv: an export shaped like an administrative patient file.

`python -m detector.workshop.demo` writes it again, the same bytes each time: cp1252, semicolons,
invented persons from people.yaml, and the comments of comments.txt strewn over the rows.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from detector.resources import corpus_folder
from detector.workshop.drafts import read_drafts
from detector.workshop.noise import without_accents

SEED = 9
ROWS = 5_000
HEADER = (
    "n_dossier", "nom", "prenom", "sexe", "date_naissance", "telephone", "adresse",
    "code_postal", "ville", "email", "commentaire",
)  # fmt: skip
_OLDEST, _DAYS = date(1928, 1, 1), 34_000


def demo_rows(folder: Path) -> Iterator[list[str]]:
    """Yield the rows of the export, header first."""
    dice = random.Random(SEED)
    people = yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8"))
    comments = [row.text for row in read_drafts(folder / "comments.txt")]
    places = dict(zip(dice.sample(range(ROWS), len(comments)), comments, strict=True))
    yield list(HEADER)
    for number in range(ROWS):
        yield [*_person(number, people, dice), places.get(number, "")]


def _person(number: int, people: dict[str, Any], dice: random.Random) -> list[str]:
    sex = dice.choice("FM")
    first = dice.choice(people["women" if sex == "F" else "men"])
    last = dice.choice(people["surnames"])
    born = _OLDEST + timedelta(days=dice.randrange(_DAYS))
    street = f"{dice.randrange(1, 120)} {dice.choice(people['streets'])}"
    postcode, town = dice.choice(people["towns"])
    return [
        f"{100_000 + number * 7}", last.upper(), first, sex, born.strftime("%d/%m/%Y"),
        _telephone(dice), street, postcode, town, _address(first, last, number),
    ]  # fmt: skip


def _telephone(dice: random.Random) -> str:
    """Return a number of the ranges kept for fiction."""
    head = dice.choice(["06 39 98", "01 99 00", "05 36 49"])
    return f"{head} {dice.randrange(100):02} {dice.randrange(100):02}"


def _address(first: str, last: str, number: int) -> str:
    name = without_accents(f"{first}.{last}", random.Random()).lower().replace(" ", "")
    return f"{name}{number % 90}@exemple.fr" if number % 3 else ""


def write_demo(folder: Path) -> Path:
    """Write the export into `folder`; return its path."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(demo_rows(folder))
    path = folder / "patients.csv"
    path.write_bytes(text.getvalue().encode("cp1252"))
    return path


if __name__ == "__main__":
    print(write_demo(corpus_folder() / "demo"))
