"""A report for people: tables on a terminal."""

from __future__ import annotations

from itertools import chain
from typing import Any, TextIO

from rich.markup import escape
from rich.table import Table

from detector.advice import named, what_to_do
from detector.finding import Status
from detector.messages import say
from detector.scanning.persons import LIMIT
from detector.scanning.reports.base import Style, interrupted, left_out, masked, reason
from detector.scanning.reports.console import console
from detector.scanning.scan import Judged, Summary
from detector.sources.base import Column, Unreadable
from detector.taxonomy import Category

_SHOWN = 200
_WIDTH = 160
_COUNTED = ("line", "comments", "persons")
_COLOURS = {Status.BLOCK: "bold red", Status.WARN: "yellow", Status.CLEAR: "green"}


class TableReport:
    """Keeps the first items to show, and prints everything at the end."""

    def __init__(self, out: TextIO, style: Style) -> None:
        terminal = out.isatty()
        self._console = console(out, None if terminal else _WIDTH)
        self._style = style
        self._judged: list[list[str]] = []
        self._unreadable: list[list[str]] = []
        self._left_out = 0

    def columns(self, source: str, columns: tuple[Column, ...]) -> None:
        """Print which columns are read, which are not, and why."""
        for column in columns:
            words = self._say(
                "scan.column_line", source=source, name=column.name, reason=self._say(column.reason)
            )
            self._console.print(escape(words), style=None if column.taken else "dim")

    def judged(self, item: Judged) -> None:
        """Keep a comment to show."""
        if len(self._judged) < _SHOWN:
            self._judged.append(self._row(item))
        else:
            self._left_out += 1

    def unreadable(self, item: Unreadable) -> None:
        """Keep a piece that could not be read."""
        if len(self._unreadable) < _SHOWN:
            why = reason(item, self._style.lang)
            self._unreadable.append([escape(item.source), str(item.line or ""), escape(why)])

    def memory(self) -> list[Any]:
        """Return the rows kept so far, masked as they will be shown."""
        return [self._judged, self._unreadable, self._left_out]

    def recall(self, values: list[Any]) -> None:
        """Take over the rows that an earlier run kept."""
        self._judged, self._unreadable, self._left_out = values

    def close(self, summary: Summary) -> None:
        """Print records, unreadable lines, categories and the summary."""
        if self._judged:
            self._console.print(self._records())
        if self._left_out:
            self._console.print(self._say("scan.more", count=self._left_out))
        if self._unreadable:
            self._console.print(self._unread())
        for path in list(chain.from_iterable(summary.left.paths.values()))[:_SHOWN]:
            self._console.print(escape(self._say("scan.left_line", path=path)), style="dim")
        if summary.by_category:
            self._console.print(self._categories(summary))
        elif summary.comments:
            self._console.print(
                self._say("scan.nothing_else" if summary.accepted else "scan.nothing")
            )
        for line in closing_lines(summary, self._style.lang):
            self._console.print(escape(line))

    def _records(self) -> Table:
        headers = ("source", "line", "record", "field", "verdict", "found", "text")
        table = self._table("scan.records_title", headers)
        for row in self._judged:
            table.add_row(*row)
        return table

    def _row(self, item: Judged) -> list[str]:
        """Return the cells of a comment; its text is masked unless texts are to be shown."""
        place = item.comment.location
        status = item.verdict.status
        verdict = f"[{_COLOURS[status]}]{self._say(f'status.{status}')}"
        names = [named(finding, self._style.lang) for finding in item.verdict.findings]
        found = "\n".join(map(escape, dict.fromkeys(names)))
        cells = (place.source, str(place.line), place.record, place.field)
        return [*map(escape, cells), verdict, found, escape(self._text(item))]

    def _text(self, item: Judged) -> str:
        text = item.comment.text
        return text if self._style.show_text else masked(text, item.verdict)

    def _unread(self) -> Table:
        table = self._table("scan.unreadable_title", ("source", "line", "reason"))
        for row in self._unreadable:
            table.add_row(*row)
        return table

    def _categories(self, summary: Summary) -> Table:
        headers = ("category", "tier", "comments", "persons", "to_do")
        table = self._table("scan.categories_title", headers)
        for category in Category:
            if count := summary.by_category[category]:
                persons = summary.persons_of(category)
                tier = self._say(f"tier.{category.tier}")
                name = category.named(self._style.lang)
                to_do = what_to_do(category, category.value, self._style.lang)
                table.add_row(name, tier, str(count), str(persons), to_do)
        return table

    def _table(self, title: str, headers: tuple[str, ...]) -> Table:
        table = Table(title=self._say(title), title_justify="left", title_style="bold")
        for header in headers:
            table.add_column(
                self._say(f"scan.{header}"),
                justify="right" if header in _COUNTED else "left",
                overflow="fold",
            )
        return table

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._style.lang, **values)


def closing_lines(summary: Summary, lang: str) -> list[str]:
    """Return what every scan ends with, in words: counts, what is missing, a caution."""
    lines: list[str] = []
    if summary.interrupted_at:
        lines.append(interrupted(summary.interrupted_at, lang))
    if summary.faults:
        lines.append(say("running.faults", lang, count=len(summary.faults)))
    counts = say(
        "scan.summary",
        lang,
        comments=summary.comments,
        empty=summary.empty,
        distinct=summary.distinct,
        persons=len(summary.persons),
        block=summary.blocked,
        warn=summary.by_status[Status.WARN],
    )
    lines.append(counts)
    if not summary.texts.exact:
        lines.append(say("running.estimated", lang))
    if not summary.persons.exact:
        lines.append(say("running.persons_at_most", lang, limit=LIMIT))
    if summary.accepted:
        lines.append(say("scan.accepted", lang, count=summary.accepted))
    if summary.unreadable:
        lines.append(say("scan.unreadable_count", lang, count=summary.unreadable))
    if summary.left.paths:
        lines.append(left_out(summary.left.counts, lang))
    return [*lines, *_policy_lines(summary, lang), say("scan.caution", lang)]


def _policy_lines(summary: Summary, lang: str) -> list[str]:
    """Return under which policy and settings a scan was made."""
    if summary.policy is None:
        return []
    lines = [say("running.policy", lang, name=summary.policy.name)]
    if summary.settings:
        count = len(summary.policy.changed)
        lines.append(say("running.settings", lang, path=summary.settings, count=count))
    return lines
