"""docs/performance.md, put together from what each benchmark measured last."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
STORE = DOCS / "performance.json"

_HEAD = """# Performance

Written by `make bench` (tests/bench); not edited by hand. `python -m tests.bench NAME` measures one section anew. A rate depends on
the machine; the ratios are taken side by side in one run and depend on it less. Inputs are made by `tests/bench/exports.py`: the *stress*
file, in which every row has a comment and no two are alike (one in ten sensitive), and the *breach* file, shaped like that of the breach (19 rows for 15
persons, 1.1 % of rows with a note).
"""


@dataclass
class Section:
    """What one benchmark found: how it was measured, a table, and the ratio that counts."""

    title: str
    how: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    outcome: str = ""
    machine: str = field(default_factory=lambda: machine())

    def render(self) -> str:
        """Return the section as Markdown."""
        lines = [f"## {self.title}", "", self.how, ""]
        lines += [_line(self.headers), _line(["---", *["---:"] * (len(self.headers) - 1)])]
        lines += [_line(row) for row in self.rows]
        return "\n".join([*lines, "", f"{self.outcome} *{self.machine}.*".strip(), ""])


def publish(name: str, section: Section) -> None:
    """Print a section, keep it, and write the page anew."""
    print(section.render(), flush=True)
    kept = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    kept[name] = asdict(section)
    STORE.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_page()


def write_page() -> None:
    """Write docs/performance.md from the sections kept."""
    from tests.bench.__main__ import ORDER

    kept = json.loads(STORE.read_text(encoding="utf-8"))
    sections = [Section(**kept[name]).render() for name in ORDER if name in kept]
    plot = "![Time and memory as the file grows](growth.svg)\n" if "growth" in kept else ""
    page = "\n".join([_HEAD, *sections, plot]).rstrip() + "\n"
    (DOCS / "performance.md").write_text(page, encoding="utf-8")


def scaled(count: int) -> int:
    """Return `count` times ART9_BENCH_SCALE: how large a benchmark should be, 1 by default."""
    return max(int(count * float(os.environ.get("ART9_BENCH_SCALE", "1"))), 1)


def machine() -> str:
    """Return on what the figures were taken."""
    from detector.scanning import cores

    return f"{cores()} cores, Python {platform.python_version()}, {platform.system()}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
