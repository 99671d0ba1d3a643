"""A report as JSON lines: one object for each comment that is not clear, a summary last."""

from __future__ import annotations

from typing import Any, TextIO

from detector.fingerprint import fingerprint
from detector.provenance import provenance
from detector.scanning.reports.base import Style, reason
from detector.scanning.scan import Judged, Summary
from detector.sources.base import Column, Unreadable
from detector.streams import json_text

SCHEMA = 1
"""The version of the form, described in docs/wire-schema.md."""


class JsonLinesReport:
    """Writes each item as it comes."""

    def __init__(self, out: TextIO, style: Style) -> None:
        self._out, self._style = out, style

    def columns(self, source: str, columns: tuple[Column, ...]) -> None:
        """Write which columns were taken."""
        taken = [column.name for column in columns if column.taken]
        left = [column.name for column in columns if not column.taken]
        self._write({"type": "source", "source": source, "columns": taken, "left": left})

    def judged(self, item: Judged) -> None:
        """Write a comment that is not clear, its text only where asked for."""
        comment, verdict, show = item.comment, item.verdict, self._style.show_text
        values: dict[str, Any] = {
            "type": "comment",
            "source": comment.location.source,
            "line": comment.location.line,
            "record": comment.location.record,
            "field": comment.location.field,
            **verdict.as_dict(show_text=show),
            "fingerprint": fingerprint(self._style.key, comment.text, verdict.categories),
        }
        self._write(values | ({"text": comment.text} if show else {}))

    def unreadable(self, item: Unreadable) -> None:
        """Write a piece that could not be read."""
        why = reason(item, self._style.lang)
        self._write({"type": "unreadable", "source": item.source, "line": item.line, "reason": why})

    def close(self, summary: Summary) -> None:
        """Write the summary."""
        self._write({"type": "summary", "schema": SCHEMA} | summary_values(summary))

    def _write(self, values: dict[str, Any]) -> None:
        self._out.write(json_text(values, self._out) + "\n")


def summary_values(summary: Summary) -> dict[str, Any]:
    """Return the counts of a run and what made them, JSON-ready."""
    return {
        "comments": summary.comments,
        "empty": summary.empty,
        "distinct": summary.distinct,
        "distinct_exact": summary.texts.exact,
        "unreadable": summary.unreadable,
        "left": summary.left.paths,
        "accepted": summary.accepted,
        "persons": len(summary.persons),
        "persons_exact": summary.persons.exact,
        "by_status": {status.value: count for status, count in sorted(summary.by_status.items())},
        "by_category": {
            category.value: {
                "comments": count,
                "persons": summary.persons_of(category),
            }
            for category, count in sorted(summary.by_category.items())
        },
        "faults": len(summary.faults),
        "complete": summary.complete,
        "policy": _policy_values(summary),
        "versions": provenance(),
    }


def _policy_values(summary: Summary) -> dict[str, Any] | None:
    """Return which policy held, what each selector does under it, and where that was changed."""
    policy = summary.policy
    if policy is None:
        return None
    return {
        "name": policy.name,
        "actions": {name: action.value for name, action in sorted(policy.actions.items())},
        "changed": sorted(policy.changed),
        "settings": str(summary.settings) if summary.settings else None,
    }
