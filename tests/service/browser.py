"""A running service and a headless Chromium in front of it, for tests and pictures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.needs import module, program

_STARTED = re.compile(r"https?://\S+")
_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-dev-shm-usage "
    "--force-color-profile=srgb --lang=fr"
)


@contextmanager
def running(
    *options: str, env: dict[str, str] | None = None, folder: Path | None = None
) -> Iterator[Service]:
    """Yield a service of its own process on a free port; stop it at the end."""
    command = [sys.executable, "-m", "detector", "serve", "--port", "0", *options]
    # A file, not a pipe: nobody need read it for the service to go on.
    words = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  closed with the service
    process = subprocess.Popen(
        command,
        stderr=words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **(env or {})},
    )
    service = Service(process, words)
    try:
        service.wait()
        yield service
    finally:
        service.stop()


class Service:
    """A service in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], words: IO[str]) -> None:
        self.process, self._words, self.url = process, words, ""

    @property
    def said(self) -> str:
        """All it has written so far."""
        self._words.seek(0)
        return self._words.read()

    def wait(self) -> None:
        """Wait until it listens; its first line names the address."""
        found = until(lambda: _STARTED.search(self.said) or self.process.poll() is not None, 60)
        assert isinstance(found, re.Match), f"the service did not start: {self.said}"
        self.url = found[0]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def chromium(width: int = 1280, height: int = 900) -> Iterator[object]:
    """Yield a headless Chromium with an empty profile that reaches this machine alone."""
    module("selenium")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium")
    driver_path = program("chromedriver")
    with tempfile.TemporaryDirectory() as profile:
        for flag in (
            *_FLAGS.split(),
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
        ):
            options.add_argument(flag)
        options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options, webdriver.ChromeService(driver_path))
        try:
            resize(driver, width, height)
            yield driver
        finally:
            driver.quit()


def resize(driver, width: int, height: int) -> None:
    """Give the page exactly this size; a window cannot be made as narrow as a telephone."""
    values = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", values)


def until(condition, seconds: float = 20.0):
    """Return the first truth that `condition` gives; fail when it gives none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("what was waited for did not come")
