"""One module for each form of a report, all behind one small protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from detector.scanning.reports.base import Report, Style
from detector.scanning.reports.csv_report import CsvReport
from detector.scanning.reports.json_lines import JsonLinesReport
from detector.scanning.reports.table import TableReport

FORMATS: dict[str, Callable[[TextIO, Style], Report]] = {
    "table": TableReport,
    "jsonl": JsonLinesReport,
    "csv": CsvReport,
}
"""Every form of a report by the name that users give."""

STREAMED = ("jsonl", "csv")
"""Those that write each item as it comes; the others are made anew from what they keep."""
