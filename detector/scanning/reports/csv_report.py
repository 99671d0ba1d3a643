"""A report as CSV: a row for each finding, each piece that could not be read, and an early end."""

from __future__ import annotations

import csv
from typing import TextIO

from detector.finding import QUALIFIERS
from detector.fingerprint import fingerprint
from detector.scanning.reports.base import Style, interrupted, reason
from detector.scanning.scan import Judged, Summary
from detector.sources.base import Column, Unreadable

_HEADER = (
    "source", "line", "record", "field", "status", "category", "tier", "rule", "start", "end",
    "score", "subject", *QUALIFIERS, "reason", "fingerprint",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvReport:
    """Writes each finding as it comes; the texts themselves stand in a last column on demand."""

    def __init__(self, out: TextIO, style: Style) -> None:
        self._rows, self._style = csv.writer(out, delimiter=";", lineterminator="\n"), style
        self._rows.writerow([*_HEADER, *(["text"] if style.show_text else [])])

    def columns(self, source: str, columns: tuple[Column, ...]) -> None:
        """Write nothing: each row names its field."""

    def judged(self, item: Judged) -> None:
        """Write one row for each finding of a comment."""
        place = item.comment.location
        categories = item.verdict.categories
        mark = fingerprint(self._style.key, item.comment.text, categories)
        for finding in item.verdict.findings:
            attributes = [str(getattr(finding, name)).lower() for name in QUALIFIERS]
            row = [
                place.source, place.line, place.record, place.field, item.verdict.status,
                finding.category, finding.category.tier, finding.rule, finding.start, finding.end,
                finding.score, finding.subject, *attributes, finding.why, mark,
            ]  # fmt: skip
            self._write([*row, *([item.comment.text] if self._style.show_text else [])])

    def unreadable(self, item: Unreadable) -> None:
        """Write a row with the place and reason alone."""
        why = reason(item, self._style.lang)
        self._note("unreadable", item.source, item.line, why)

    def close(self, summary: Summary) -> None:
        """Write how far an interrupted scan came; the summary is shown on the terminal."""
        if place := summary.interrupted_at:
            why = interrupted(place, self._style.lang)
            self._note("interrupted", place.source, place.line, why)

    def _note(self, status: str, source: str, line: int, why: str) -> None:
        """Write a row that is about no finding."""
        self._write([source, line, "", "", status, *[""] * (len(_HEADER) - 7), why, ""])

    def _write(self, row: list[object]) -> None:
        self._rows.writerow([_harmless(str(value)) for value in row])


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> _harmless("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
