"""The verdict on one comment, for people."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from detector.advice import advice_for
from detector.finding import Finding, Status, Verdict
from detector.messages import say
from detector.scanning.reports.base import masked
from detector.scanning.reports.console import console


def print_verdict(comment: str, verdict: Verdict, *, show_text: bool, lang: str) -> None:
    """Print a verdict, and each finding with its reason and its law."""
    out = console()
    out.print(say(f"check.{verdict.status}", lang), style="bold")
    if verdict.status is not Status.CLEAR:
        out.print(escape(comment if show_text else masked(comment, verdict)))
    for finding in verdict.findings:
        _print_finding(out, finding, lang, show_text=show_text)


def _print_finding(out: Console, finding: Finding, lang: str, *, show_text: bool) -> None:
    advice = advice_for(finding, lang, show_text=show_text)
    place = f"[{finding.start}:{finding.end}]"
    out.print(escape(f"• {advice.what} {place} — {finding.rule}"))
    lines = {"why": advice.why, "law": advice.law, "do": advice.do, "wording": advice.wording}
    for key, line in lines.items():
        if line:
            style = "dim" if key in ("why", "law") else None
            out.print(escape(f"  {say(f'form.{key}', lang, **{key: line})}"), style=style)
