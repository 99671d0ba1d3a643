"""All benchmarks in turn, or those named: `python -m tests.bench [NAME…]`."""

from __future__ import annotations

import sys
from importlib import import_module

from tests.bench.page import print_ratios

ORDER = (
    "against_presidio",
    "against_edsnlp",
    "against_phrasematcher",
    "reading",
    "stages",
    "workers",
    "latency",
    "cold_start",
    "growth",
    "spark_rate",
)
PRINTED = ("startup", "service")
"""Those that print their figures, and are not part of the page."""


def main(names: list[str]) -> None:
    """Run each benchmark; each prints its section and writes docs/performance.md anew."""
    if unknown := sorted({*names} - {*ORDER, *PRINTED}):
        known = ", ".join((*ORDER, *PRINTED))
        sys.exit(f"No benchmark is called {', '.join(unknown)}. Known: {known}.")
    for name in names or (*ORDER, *PRINTED):
        import_module(f"tests.bench.{name}").main()
    print_ratios(names or ORDER)


if __name__ == "__main__":
    main(sys.argv[1:])
