"""How detection holds up: by functionality of the checks, by kind of noise, on clean comments."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from detector.detector import Detector
from detector.workshop.corpus import Labelled
from detector.workshop.metrics import Evaluation, Rate, Result
from detector.workshop.noise import NOISES

FUNCTIONALITY = "functionality"
_SEED = 9


def by_functionality(evaluation: Evaluation) -> dict[str, Rate]:
    """Return how many cases of each functionality are right: reported if and only if flagged.

    Comments without a functionality are left out.
    """
    found: dict[str, list[Result]] = defaultdict(list)
    for result in evaluation.results:
        if FUNCTIONALITY in result.row.extra:
            found[result.row.extra[FUNCTIONALITY]].append(result)
    return {name: right(results) for name, results in sorted(found.items())}


def right(results: Sequence[Result]) -> Rate:
    """Return the share of results that are reported if and only if flagged."""
    return Rate(sum(result.reported is result.row.flagged for result in results), len(results))


def by_noise(rows: Iterable[Labelled], detector: Detector) -> Mapping[str, Evaluation]:
    """Return the evaluation of `rows` as written, and again with each kind of noise.

    Spans do not fit noisy texts: only figures over whole comments mean something.
    """
    rows = [row for row in rows if not row.ambiguous]
    evaluations = {"as written": _evaluated(rows, detector)}
    for name, noise in NOISES.items():
        dice = random.Random(_SEED)
        noisy = [replace(row, text=noise(row.text, dice), evidence=()) for row in rows]
        evaluations[name] = _evaluated(noisy, detector)
    return evaluations


def _evaluated(rows: Sequence[Labelled], detector: Detector) -> Evaluation:
    verdicts = detector.check_many(row.text for row in rows)
    return Evaluation.over(map(Result, rows, verdicts))
