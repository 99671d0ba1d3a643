"""Writes exports of any size for benchmarks: streamed, seeded, a million rows in some ten seconds.

`python -m tests.bench.exports breach ROWS FILE` writes a file shaped like that of the breach: of 19
rows 4 are copies of an earlier one (19 million rows, 15 million people), 1.1 % of rows have a note;
administrative columns as in corpus/demo. Four notes in ten stand word for word in the corpus, so
that they repeat; the others are all different.

`python -m tests.bench.exports stress ROWS FILE [REPEATED]` writes a file in which every row has a
comment, no two alike, but for the share REPEATED (default 0), which repeats earlier ones.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import yaml

from detector.resources import corpus_folder
from tests.bench.comments import SENSITIVE, Comments, draws, mixed

BREACH_HEADER = (
    "n_dossier;nom;prenom;sexe;date_naissance;telephone;adresse;code_postal;ville;email;commentaire"
)
STRESS_HEADER = "n_dossier;nom;ville;commentaire"
NOTES = 0.011
COPIES = 4 / 19
WORD_FOR_WORD = 0.4
_FAR = 50_000
_CHUNK = 5_000


def breach_rows(rows: int, seed: int = 9) -> Iterator[str]:
    """Yield the lines of a breach-shaped export, header first."""
    comments, people = Comments(seed), _People()
    latest: list[str] = []
    yield BREACH_HEADER
    for k in range(rows):
        chance = mixed(k, seed + 1)
        copied, noted, verbatim, back, rest = draws(chance, 1900, 10_000, 10, _FAR, 1 << 24)
        if copied < COPIES * 1900 and latest:
            yield latest[back % len(latest) if rest & 1 else (k - 1) % len(latest)]
            continue
        note = ""
        if noted < NOTES * 10_000:
            note = _verbatim(comments, rest) if verbatim < WORD_FOR_WORD * 10 else comments[k]
        line = f"{people.row(k, mixed(k, seed + 2))};{_cell(note)}"
        if len(latest) < _FAR:
            latest.append(line)
        else:
            latest[k % _FAR] = line
        yield line


def stress_rows(rows: int, repeated: float = 0.0, seed: int = 9) -> Iterator[str]:
    """Yield the lines of an export whose every row has a comment, header first."""
    comments = Comments(seed)
    towns = ("Limoges", "Guéret", "Nevers", "Bourges")
    names = ("MARTIN", "LEROY", "DURAND", "GAY", "PETIT", "NOËL")
    different = 0
    yield STRESS_HEADER
    for k in range(rows):
        chance = mixed(k, seed + 3)
        if different and chance % 1000 < repeated * 1000:
            text = comments[chance // 1000 % different]
        else:
            text = comments[different]
            different += 1
        yield f"{k};{names[k % 6]};{towns[k % 4]};{_cell(text)}"


def write_export(path: Path, lines: Iterator[str]) -> None:
    """Write `lines` in cp1252, as old software does."""
    with path.open("w", encoding="cp1252", errors="replace", newline="") as file:
        while chunk := list(islice(lines, _CHUNK)):
            file.write("\r\n".join(chunk) + "\r\n")


class _People:
    def __init__(self) -> None:
        path = corpus_folder() / "demo" / "people.yaml"
        people = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._first = {"F": people["women"], "M": people["men"]}
        self._last = [name.upper() for name in people["surnames"]]
        self._streets, self._towns = people["streets"], [";".join(t) for t in people["towns"]]

    def row(self, k: int, chance: int) -> str:
        """Return the administrative part of row `k`."""
        first, last, day, house, street, town, phone = draws(
            chance,
            40,
            len(self._last),
            28 * 12 * 90,
            120,
            len(self._streets),
            len(self._towns),
            9999,
        )
        sex = "FM"[first & 1]
        given = self._first[sex][first % len(self._first[sex])]
        name = self._last[last]
        born = f"{day % 28 + 1:02}/{day // 28 % 12 + 1:02}/{1928 + day // 336}"
        tail = f"{phone // 100:02} {phone % 100:02}"
        mail = f"{given}.{name}{k % 90}@exemple.fr".lower().replace(" ", "") if k % 3 else ""
        return (
            f"{100_000 + k * 7};{name};{given};{sex};{born};06 39 98 {tail};"
            f"{house + 1} {self._streets[street]};{self._towns[town]};{mail}"
        )


def _verbatim(comments: Comments, chance: int) -> str:
    flagged, spot = divmod(chance, 1000)
    pool = comments.flagged if spot < SENSITIVE * 1000 else comments.harmless
    return pool[flagged % len(pool)]


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if ";" in text or '"' in text else text


def main(kind: str, rows: str, path: str, repeated: str = "0") -> None:
    """Write an export."""
    count = int(rows)
    lines = breach_rows(count) if kind == "breach" else stress_rows(count, float(repeated))
    write_export(Path(path), lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
