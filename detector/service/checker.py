"""From texts to answers: the detector, its advice, and the fingerprint that the audit log keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from detector.advice import advised, protects
from detector.detector import Detector
from detector.finding import Finding, Status, Verdict
from detector.fingerprint import fingerprint
from detector.rules.markup import parse
from detector.rules.packs import all_rules, read_packs
from detector.service.models import Act, FieldAnswer, FindingAnswer
from detector.service.refusal import Refusal
from detector.settings import ServiceSettings
from detector.taxonomy import Category

_SHORT = 600
"""Up to how many characters a text is checked at once: a change of thread would cost more."""

_RECORDED = {Category.HEALTH, Category.GENETIC, Category.VIOLENCE}
"""What has a place of its own: the medical record, or a protected field."""


def warm_up(detector: Detector) -> None:
    """Check an example of every rule, so that no first request pays for compiling or loading."""
    detector.preload()
    for rule in all_rules(read_packs()):
        detector.check(parse(rule.flag[0]).text)


class FieldChecker:
    """Checks texts for the service, one at a time, without holding up the other requests."""

    def __init__(self, detector: Detector, settings: ServiceSettings, key: bytes) -> None:
        self._detector, self._settings, self._key = detector, settings, key

    async def verdict(self, text: str, names: Sequence[str] = ()) -> Verdict:
        """Return the verdict on one text; raise Refusal if it is too long."""
        most = self._settings.characters
        if len(text) > most:
            raise Refusal(413, "characters", {"most": most})
        if len(text) > _SHORT:
            return await asyncio.to_thread(self._detector.check, text, names=names)
        # One text at a time, then whoever waits: a batch must not keep a person waiting.
        await asyncio.sleep(0)
        return self._detector.check(text, names=names)

    async def field(self, text: str, names: Sequence[str], lang: str) -> FieldAnswer:
        """Return the answer on one text."""
        verdict = await self.verdict(text, names)
        findings = [
            finding_answer(finding, self._status_of(finding), lang) for finding in verdict.findings
        ]
        values = verdict.as_dict() | {"findings": findings}
        return FieldAnswer(**values, fingerprint=self.fingerprint(text, verdict))

    def _status_of(self, finding: Finding) -> Status:
        return Status.BLOCK if self._detector.policy.blocks(finding) else Status.WARN

    def fingerprint(self, text: str, verdict: Verdict) -> str | None:
        """Return the keyed fingerprint of a text with findings, None of a clear one."""
        if verdict.status is Status.CLEAR:
            return None
        return fingerprint(self._key, text, verdict.categories)


def finding_answer(finding: Finding, status: Status, lang: str) -> FindingAnswer:
    """Return a finding with what a person is told of it."""
    told = advised(finding, lang)
    offered = list(actions(finding, wording=told["wording"]))
    return FindingAnswer(status=status, **told, actions=offered)


def actions(finding: Finding, *, wording: str | None) -> tuple[Act, ...]:
    """Return what is offered; what may protect somebody is never offered for deletion."""
    protected = protects(finding)
    offered = {
        Act.MOVE: protected or finding.category in _RECORDED,
        Act.REWRITE: wording is not None,
        Act.DELETE: not protected,
        Act.KEEP: True,
    }
    return tuple(act for act, fits in offered.items() if fits)
