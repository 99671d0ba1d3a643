"""A judge that costs nothing, for tests of what goes on around judging."""

from __future__ import annotations

import os
import signal
import time

from detector.finding import CLEAR, Finding, Status, Verdict
from detector.taxonomy import Category

FOUND = {
    "sida": (Category.HEALTH, Status.BLOCK),
    "voilée": (Category.RELIGION, Status.BLOCK),
    "surendettement": (Category.SOCIAL_HARDSHIP, Status.WARN),
}


class FakeJudge:
    """Flags three words; can be slow, and can die."""

    def __init__(self, policy=None, *, seconds=0.0):
        self.policy = policy
        self.seconds = seconds
        self.asked = 0
        self.loaded_by = None

    def preload(self):
        self.loaded_by = os.getpid()

    def check_many(self, texts, *, names=None):
        names = names or [()] * len(texts)
        for text, own in zip(texts, names, strict=True):
            self.asked += 1
            if self.seconds:
                time.sleep(self.seconds)
            if "meurs" in text:
                os._exit(9)
            if "éclate" in text:
                raise RuntimeError(text)
            yield judge(text, own)


def judge(text, names=()):
    findings = tuple(
        Finding(category, text.index(word), text.index(word) + len(word), f"fake.{word}", 1.0)
        for word, (category, _) in FOUND.items()
        if word in text and word not in [name.lower() for name in names]
    )
    statuses = {FOUND[finding.rule.removeprefix("fake.")][1] for finding in findings}
    if not findings:
        return CLEAR
    return Verdict(Status.BLOCK if Status.BLOCK in statuses else Status.WARN, findings)


RUN = """
import sys
sys.path.insert(0, {tests!r})
import fakes
from functools import partial
from detector.scanning import checkpoint, progress, run, sift, workers
checkpoint.INTERVAL = {interval}
checkpoint._SHARE = 1000
progress.EVERY = {every}
sift.BLOCK = 500
workers.ALONE = 1500
run.Detector = partial(fakes.FakeJudge, seconds={seconds})
from detector.cli import main
sys.argv = ["art9", *sys.argv[1:]]
main()
"""


def command(*words, seconds=0.0, interval=0.05, every=60.0):
    """Return what runs `art9 words` in a process of its own with a FakeJudge."""
    import sys

    code = RUN.format(
        tests=os.path.dirname(__file__), seconds=seconds, interval=interval, every=every
    )
    return [sys.executable, "-c", code, *map(str, words)]


def hearing():
    """Let a process hear what would stop it: a parent that was begun deaf passes that on."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
