"""Latency of the check service under load, beside that of its health answer in the same run.

`python -m tests.bench.service [SECONDS]` starts the service on loopback and lets 4 clients make 200 checks a
second together (default 30 s), each over one connection; the same clients ask for /v1/health in between, in
turn. It prints the rates reached, the latencies and their ratios.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.comments import distinct_comments
from tests.service.browser import running

CLIENTS = 4
CHECKS_A_SECOND = 200
_KIND = {"content-type": "application/json"}

Times = dict[str, list[float]]


def client(url: str, number: int, seconds: float, results: multiprocessing.Queue[Times]) -> None:
    """Ask at an even pace for `seconds`: a check, then health, and so on."""
    door = http.client.HTTPConnection(urlsplit(url).netloc)
    every = CLIENTS / CHECKS_A_SECOND
    count = int(seconds / every)
    bodies = [
        json.dumps({"fields": {"commentaire": text}, "purpose": "typing"}).encode()
        for text in distinct_comments(count, seed=number)
    ]
    times: Times = {"check": [], "health": []}
    begin = time.perf_counter() + 0.2 + number * every / CLIENTS
    for turn, body in enumerate(bodies):
        _sleep_until(begin + turn * every)
        times["check"].append(_ask(door, "POST", "/v1/check", body))
        _sleep_until(begin + (turn + 0.5) * every)
        times["health"].append(_ask(door, "GET", "/v1/health", None))
    times["seconds"] = [time.perf_counter() - begin]
    results.put(times)


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.perf_counter()))


def _ask(door: http.client.HTTPConnection, method: str, path: str, body: bytes | None) -> float:
    """Return how many milliseconds an answer took."""
    start = time.perf_counter()
    door.request(method, path, body, _KIND if body else {})
    answer = door.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return (time.perf_counter() - start) * 1000


def quantile(values: list[float], share: float) -> float:
    """Return the value below which `share` of `values` lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main(seconds: float = 30.0) -> None:
    """Run the load and print what came of it."""
    results: multiprocessing.Queue[Times] = multiprocessing.Queue()
    with tempfile.TemporaryDirectory() as folder:
        env = {"ART9_KEY_FILE": str(Path(folder) / "key")}
        with running(env=env, folder=Path(folder)) as service:
            clients = [
                multiprocessing.Process(target=client, args=(service.url, number, seconds, results))
                for number in range(CLIENTS)
            ]
            for one in clients:
                one.start()
            gathered = [results.get(timeout=seconds * 2 + 20) for _ in clients]
            for one in clients:
                one.join()
    _print(gathered)


def _print(gathered: list[Times]) -> None:
    took = max(one["seconds"][0] for one in gathered)
    times = {kind: [t for one in gathered for t in one[kind]] for kind in ("check", "health")}
    print(f"{os.cpu_count()} cores, {CLIENTS} clients, {took:.1f} s")
    for kind, values in times.items():
        shown = " ".join(f"p{int(100 * q)} {quantile(values, q):.2f}" for q in (0.5, 0.9, 0.99))
        print(f"{kind:7} {len(values)} asked, {len(values) / took:.0f}/s; ms: {shown}")
    for share in (0.5, 0.99):
        ratio = quantile(times["check"], share) / quantile(times["health"], share)
        print(f"p{int(100 * share)} of check over p{int(100 * share)} of health: {ratio:.2f}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
