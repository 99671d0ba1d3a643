"""The verdict on one comment, for people and for programs."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from detector.finding import Finding, Status, Verdict
from detector.messages import say
from detector.reports.base import about, masked


def verdict_values(verdict: Verdict, *, show_text: bool) -> dict[str, Any]:
    """Return a verdict JSON-ready."""
    return {
        "status": verdict.status.value,
        "categories": sorted(category.value for category in verdict.categories),
        "findings": [finding.as_dict(show_text) for finding in verdict.findings],
    }


def print_verdict(comment: str, verdict: Verdict, *, show_text: bool, lang: str) -> None:
    """Print a verdict, and each finding with its reason and its law."""
    console = Console(highlight=False)
    console.print(say(f"check.{verdict.status}", lang), style="bold")
    if verdict.status is not Status.CLEAR:
        console.print(escape(comment if show_text else masked(comment, verdict)))
    for finding in verdict.findings:
        _print_finding(console, finding, lang)


def _print_finding(console: Console, finding: Finding, lang: str) -> None:
    more = about(finding, lang)
    place = f"[{finding.start}:{finding.end}]"
    name = finding.category.named(lang)
    console.print(escape(f"• {name} {place}{f' ({more})' if more else ''} — {finding.rule}"))
    console.print(escape(f"  {say('check.why', lang)} : {finding.why}"), style="dim")
    console.print(escape(f"  {say('check.law', lang)} : {finding.category.law(lang)}"), style="dim")
