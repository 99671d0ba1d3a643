"""Comments a second through each stage, in one warm process on one core.

`python -m tests.bench.stages [COMMENTS]` (default 50,000).
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from detector import Detector
from detector.finding import CLEAR, Verdict
from detector.fingerprint import fingerprint
from detector.scanning.reports.base import Style
from detector.scanning.reports.json_lines import JsonLinesReport
from detector.scanning.scan import Judged, Summary, scan
from detector.sources import open_source
from detector.sources.base import Comment, Location
from detector.text import fold
from tests.bench.comments import distinct_comments
from tests.bench.exports import stress_rows, write_export
from tests.bench.measure import best
from tests.bench.page import Section, publish, scaled


class _AllClear:
    def check_many(self, texts: Sequence[str], *, names: object = None) -> list[Verdict]:
        return [CLEAR] * len(texts)


def main(count: int = 0) -> None:
    """Measure and publish."""
    count = count or scaled(50_000)
    texts = list(distinct_comments(count))
    detector = Detector()
    verdicts = list(detector.check_many(texts))
    clear = [text for text, verdict in zip(texts, verdicts, strict=True) if verdict is CLEAR]
    found = [
        Judged(Comment(text, Location("a.csv", 1, "1", "note")), verdict)
        for text, verdict in zip(texts, verdicts, strict=True)
        if verdict.findings
    ]
    reported = [item.comment.text for item in found]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stress.csv"
        write_export(path, stress_rows(count))
        stages = {
            "reading (every row has a comment)": (count, lambda: list(open_source(path))),
            "reading, parting, counting (judge that says clear)": (count, lambda: list(scan([open_source(path)], _AllClear(), Summary()))),
            "folding": (count, lambda: list(map(fold, texts))),
            "judging comments that are clear": (len(clear), lambda: list(detector.check_many(clear))),
            "judging comments that are reported": (len(reported), lambda: list(detector.check_many(reported))),
            "fingerprint of what is reported": (len(found), lambda: [fingerprint(b"k", item.comment.text, item.verdict.categories) for item in found]),
            "report as JSON lines": (len(found), lambda: _report(found)),
        }  # fmt: skip
        table = [_row(name, number, work) for name, (number, work) in stages.items()]
    how = f"One warm process, {count:,} distinct comments of the stress file of which {len(found):,} are reported; best of three."
    publish(
        "stages", Section("Stages", how, ["stage", "comments", "comments/s", "µs a comment"], table)
    )


def _row(name: str, number: int, work: Callable[[], object]) -> list[str]:
    seconds = best(lambda: _timed(work))
    return [name, f"{number:,}", f"{number / seconds:,.0f}", f"{seconds / number * 1e6:.1f}"]


def _timed(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _report(items: Sequence[Judged]) -> None:
    report = JsonLinesReport(io.StringIO(), Style("fr", False, b"k"))
    for item in items:
        report.judged(item)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
