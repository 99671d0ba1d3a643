"""How long a form check takes from start to exit, beside what it is promised against.

Run: python -m tests.bench.startup. The clear path is promised within 5 times `python -c "import
argparse"`, a strong finding within 2 times `python -c "import presidio_analyzer"`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

CLEAR, FINDING = '{"commentaire": "rappeler lundi"}', '{"commentaire": "porteuse sida"}'
HOOK = ["-m", "detector.hook", "--form"]
RUNS = {
    "import argparse": (["-c", "import argparse"], "", 15),
    "clear form": (HOOK, CLEAR, 15),
    "import presidio_analyzer": (["-c", "import presidio_analyzer"], "", 5),
    "strong finding": (HOOK, FINDING, 5),
}


def seconds(words: list[str], given: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *words], input=given, text=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> None:
    took = {
        name: median(seconds(words, given) for _ in range(count))
        for name, (words, given, count) in RUNS.items()
    }
    for name, time_ in took.items():
        print(f"{name:26} {time_ * 1000:7.0f} ms")
    print(
        f"clear form / argparse      {took['clear form'] / took['import argparse']:7.1f}  (promised 5)"
    )
    ratio = took["strong finding"] / took["import presidio_analyzer"]
    print(f"strong finding / presidio  {ratio:7.1f}  (promised 2)")


if __name__ == "__main__":
    main()
