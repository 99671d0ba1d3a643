"""`Detector().check()` on one warm comment, against a dummy recognizer on Presidio's no-op engine.

`python -m tests.bench.latency [TIMES]` (default 2,000).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult

from detector import Detector
from detector.recognizers import OnDemandNlpEngine
from tests.bench.measure import best
from tests.bench.page import Ratio, Section, publish

CLEAR = "Rappeler Mme Martin lundi après 18h pour la facture de mars"
REPORTED = "porteuse sida !!! !!!!"


class _Dummy(EntityRecognizer):
    """Finds the same four letters always."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["DUMMY"], supported_language="fr")

    def load(self) -> None:
        """Do nothing."""

    def analyze(
        self, text: str, entities: Any, nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """Return one result."""
        return [RecognizerResult("DUMMY", 0, 4, 1.0)]


def main(times: int = 2_000) -> None:
    """Measure and publish."""
    registry = RecognizerRegistry([_Dummy()], supported_languages=["fr"])
    engine = AnalyzerEngine(
        registry=registry, nlp_engine=OnDemandNlpEngine(), supported_languages=["fr"]
    )
    detector = Detector()
    cases: dict[str, Callable[[], object]] = {
        "Presidio, dummy recognizer on a no-op engine": lambda: engine.analyze(CLEAR, "fr"),
        "`check()`, clear": lambda: detector.check(CLEAR),
        "`check()`, reported, no names looked up": lambda: detector.check(REPORTED),
    }
    taken = {name: best(lambda work=work: _each(work, times), 5) for name, work in cases.items()}
    dummy, clear, reported = taken.values()
    table = [[name, f"{micro:.1f}", f"{micro / dummy:.1f}"] for name, micro in taken.items()]
    how = f"One warm process, the same comment {times:,} times, best of five."
    ratios = [
        Ratio("one clear comment against the dummy, µs", clear / dummy, most=4),
        Ratio(
            "one comment through Presidio without names against the dummy, µs",
            reported / dummy,
            most=60,
        ),
    ]
    headers = ["what", "µs", "times the dummy"]
    publish("latency", Section("One comment at a time", how, headers, table, ratios=ratios))


def _each(work: Callable[[], object], times: int) -> float:
    """Return microseconds for one call, once warm."""
    work()
    begun = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begun) / times * 1e6


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
