"""Findings that a person has accepted, by keyed fingerprint: one line each, no text, no place.

Lines are sorted and hold neither dates nor line numbers, so that two branches can each add some
and git's union merge joins them. docs/hook.md says what the key protects and what not.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from detector.detector import Detector
from detector.errors import BaselineError, Place
from detector.finding import Finding, Verdict
from detector.fingerprint import fingerprint
from detector.policy import Policy
from detector.taxonomy import Category

KEY_VARIABLE = "ART9_KEY"
"""Names a secret of at least 16 characters that a team shares outside of its repository."""

_SALT, _SECRET = "#key salt ", "#key secret "
_ENTRY = re.compile(r"([0-9a-f]{32}) ([a-z_]+)(?: (.*))?")
_SALT_BYTES, _CHECK = 16, 16
_LEAST = 16


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One accepted finding."""

    mark: str
    category: Category
    reason: str

    def line(self) -> str:
        """Return the entry as it stands in the file."""
        return f"{self.mark} {self.category.value} {self.reason}".rstrip()


@dataclass(frozen=True, slots=True)
class Baseline:
    """Accepted findings and the keys of their fingerprints; `header` names these keys."""

    header: tuple[str, ...]
    keys: tuple[bytes, ...]
    entries: tuple[Entry, ...] = ()

    def entry(self, text: str, category: Category) -> Entry | None:
        """Return the entry that accepts `category` in `text`, under whichever key."""
        known = {(entry.mark, entry.category): entry for entry in self.entries}
        marks = (fingerprint(key, text, [category]) for key in self.keys)
        return next((known[mark, category] for mark in marks if (mark, category) in known), None)

    def accepts(self, text: str, finding: Finding) -> bool:
        """Whether a person has accepted `finding` in `text`."""
        return self.entry(text, finding.category) is not None

    def with_findings(self, found: Iterable[tuple[str, Finding]], reason: str) -> Baseline:
        """Return this baseline with the findings that it did not hold."""
        new = {
            Entry(fingerprint(self.keys[0], text, [finding.category]), finding.category, reason)
            for text, finding in found
            if not self.accepts(text, finding)
        }
        return replace(self, entries=tuple(sorted({*self.entries, *new})))

    def keeping(self, entries: Iterable[Entry]) -> Baseline:
        """Return this baseline with no others than `entries`."""
        return replace(self, entries=tuple(sorted(entries)))

    def text(self) -> str:
        """Return the baseline as its file holds it."""
        return "".join(f"{line}\n" for line in [*self.header, *(e.line() for e in self.entries)])


def new_baseline() -> Baseline:
    """Return an empty baseline: under the team's secret where there is one, else a random salt."""
    secret = _secret()
    if secret is not None:
        return Baseline((_SECRET + _check(secret),), (secret,))
    salt = secrets.token_hex(_SALT_BYTES)
    return Baseline((_SALT + salt,), (bytes.fromhex(salt),))


def read_baseline(path: Path) -> Baseline:
    """Return the baseline in `path`; raise BaselineError if broken or the key is not at hand."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(
            "baseline.unreadable", Place(str(path)), problem=type(error).__name__
        ) from None
    header: dict[str, bytes] = {}
    entries: dict[tuple[str, Category], Entry] = {}
    for number, line in enumerate(lines, 1):
        place = Place(str(path), number)
        if line.startswith((_SALT, _SECRET)):
            header[line] = _key(line, place)
        elif line.strip() and not line.startswith("# "):
            entry = _entry(line, place)
            entries.setdefault((entry.mark, entry.category), entry)
    if not header:
        raise BaselineError("baseline.no_key", Place(str(path)))
    keys = tuple(header[line] for line in sorted(header))
    return Baseline(tuple(sorted(header)), keys, tuple(sorted(entries.values())))


class PolicyChecker(Protocol):
    """What judges comments under a policy."""

    policy: Policy

    def check(self, text: str, *, names: Sequence[str] = ()) -> Verdict:
        """Return the verdict on one comment."""
        ...

    def check_many(
        self, texts: Sequence[str], *, names: Sequence[Sequence[str]] | None = None
    ) -> Iterator[Verdict]:
        """Yield the verdict on each comment, in order."""
        ...

    def preload(self) -> None:
        """Read now what comments in doubt would wait for, before processes are forked."""
        ...


class Accepting:
    """A detector that passes over the findings a baseline accepts, and says which they were."""

    def __init__(self, detector: Detector, baseline: Baseline) -> None:
        self._detector, self._baseline = detector, baseline
        self.policy = detector.policy

    def check(self, text: str, *, names: Sequence[str] = ()) -> Verdict:
        """Return the verdict over the findings in `text` that nobody has accepted."""
        return self._accepting(text, self._detector.check(text, names=names))

    def check_many(
        self, texts: Sequence[str], *, names: Sequence[Sequence[str]] | None = None
    ) -> Iterator[Verdict]:
        """Yield the verdict on each comment, in order, as `check` gives it."""
        return map(self._accepting, texts, self._detector.check_many(texts, names=names))

    def preload(self) -> None:
        """Read now what comments in doubt would wait for, before processes are forked."""
        self._detector.preload()

    def _accepting(self, text: str, verdict: Verdict) -> Verdict:
        accepted = tuple(f for f in verdict.findings if self._baseline.accepts(text, f))
        if not accepted:
            return verdict
        others = [finding for finding in verdict.findings if finding not in accepted]
        return replace(self.policy.decide(others), accepted=accepted)


def _key(line: str, place: Place) -> bytes:
    """Return the key that a line of the header names."""
    if line.startswith(_SALT):
        try:
            return bytes.fromhex(line.removeprefix(_SALT))
        except ValueError:
            raise BaselineError("baseline.line", place) from None
    secret = _secret()
    if secret is None or _check(secret) != line.removeprefix(_SECRET).strip():
        raise BaselineError("baseline.other_key", place, name=KEY_VARIABLE)
    return secret


def _secret() -> bytes | None:
    value = os.environ.get(KEY_VARIABLE, "")
    if value and len(value) < _LEAST:
        raise BaselineError("baseline.short_key", name=KEY_VARIABLE, least=_LEAST)
    return value.encode() or None


def _check(secret: bytes) -> str:
    """Return what tells a secret from another without giving it away."""
    return hmac.new(secret, b"art9 baseline", "sha256").hexdigest()[:_CHECK]


def _entry(line: str, place: Place) -> Entry:
    match = _ENTRY.fullmatch(line.rstrip())
    if match is None or match[2] not in [category.value for category in Category]:
        raise BaselineError("baseline.line", place)
    return Entry(match[1], Category(match[2]), match[3] or "")
