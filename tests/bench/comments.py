"""Comments for benchmarks: those of the corpus, varied, any number of them all distinct, seeded."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import yaml

from detector.resources import corpus_folder
from detector.sources.encoding import is_doubtful
from detector.workshop.corpus import read_split
from detector.workshop.noise import capitals, typo, without_accents

SENSITIVE = 0.1
"""Which share of benchmark comments is flagged; the true share in files is not public."""

_VARIANTS = 4
_MIX = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1
_FORMS = (
    "{text} {number}",
    "{text} (dossier {number})",
    "{text}, appel du {day:02}/{month:02}, réf. {number}",
    "{first} {last} : {text} - n° {number}",
    "{text} / M. {last} {number}",
    "{number} {text}",
    "vu avec {first} le {day:02}/{month:02} {number} {text}",
    "{text}. Rappeler {first} {last} (poste {number})",
)


class Comments:
    """Comment number k, for any k: the same for the same seed, no two alike.

    Texts are those of corpus train and dev, never test; a tenth of them is flagged. Those that look
    wrongly decoded are left out: a scan would name their lines, and not end as a clean one does.
    """

    def __init__(self, seed: int = 9) -> None:
        dice = random.Random(seed)
        rows = [row for split in ("train", "dev") for row in read_split(split)]
        rows = [row for row in rows if not row.ambiguous]
        self.seed = seed
        self.flagged = _legible(_line(row.text) for row in rows if row.flagged)
        self.harmless = _legible(_line(row.text) for row in rows if not row.flagged)
        self._flagged = _varied(self.flagged, dice)
        self._harmless = _varied(self.harmless, dice)
        people = yaml.safe_load(
            (corpus_folder() / "demo" / "people.yaml").read_text(encoding="utf-8")
        )
        self._first = people["women"] + people["men"]
        self._last = people["surnames"]

    def __getitem__(self, k: int) -> str:
        chance = mixed(k, self.seed)
        pool = self._flagged if chance % 1000 < SENSITIVE * 1000 else self._harmless
        text, form, first, last, day = draws(chance // 1000, len(pool), 8, 80, 100, 336)
        return _FORMS[form].format(
            text=pool[text],
            first=self._first[first % len(self._first)],
            last=self._last[last % len(self._last)],
            day=day % 28 + 1,
            month=day // 28 + 1,
            number=k,
        )


def distinct_comments(count: int, seed: int = 9) -> Iterator[str]:
    """Yield `count` comments, no two alike."""
    comments = Comments(seed)
    return (comments[k] for k in range(count))


def mixed(k: int, seed: int) -> int:
    """Return 64 bits that look like chance, and are the same for the same k and seed."""
    value = (k + 1) * _MIX + seed * 0xD1B54A32D192ED03 & _WORD
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    value = (value ^ value >> 27) * 0x94D049BB133111EB & _WORD
    return value ^ value >> 31


def draws(chance: int, *sides: int) -> list[int]:
    """Return a throw for each number of sides, all taken out of one chance."""
    thrown = []
    for side in sides:
        chance, throw = divmod(chance, side)
        thrown.append(throw)
    return thrown


def _line(text: str) -> str:
    return " ".join(text.split())


def _legible(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if not is_doubtful(text, "cp1252")]


def _varied(texts: list[str], dice: random.Random) -> list[str]:
    """Return each text as it is and with noise: half of them as written."""
    noises = (typo, typo, capitals, without_accents)
    return _legible(
        text if turn % 2 else dice.choice(noises)(text, dice)
        for text in texts
        for turn in range(_VARIANTS)
    )
