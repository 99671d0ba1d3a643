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


@dataclass(frozen=True)
class Ratio:
    """A ratio of one run, and what it is promised to be at least or at most."""

    what: str
    value: float
    least: float | None = None
    most: float | None = None

    def render(self) -> str:
        """Return the ratio beside its promise."""
        return f"{self.what}: {self.value:.2f} (promised: {self.promise}{'' if self.kept else '; NOT KEPT'})"

    @property
    def promise(self) -> str:
        """What is promised, in words."""
        if self.least is not None:
            return f"at least {self.least:g}"
        return "nothing" if self.most is None else f"at most {self.most:g}"

    @property
    def kept(self) -> bool:
        """Whether the ratio is as promised."""
        enough = self.least is None or self.value >= self.least
        return enough and (self.most is None or self.value <= self.most)


@dataclass
class Section:
    """What one benchmark found: how it was measured, a table, and the ratios that count."""

    title: str
    how: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    outcome: str = ""
    ratios: Sequence[Ratio] = ()
    machine: str = field(default_factory=lambda: machine())

    def render(self) -> str:
        """Return the section as Markdown."""
        lines = [f"## {self.title}", "", self.how, ""]
        lines += [_line(self.headers), _line(["---", *["---:"] * (len(self.headers) - 1)])]
        lines += [_line(row) for row in self.rows]
        lines += ["", *(f"- {ratio.render()}" for ratio in self.ratios)]
        return "\n".join([*lines, "", f"{self.outcome} *{self.machine}.*".strip(), ""])


def measured(name: str) -> Section | None:
    """Return what was published last under `name`."""
    kept = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    if name not in kept:
        return None
    fields = kept[name]
    return Section(**{**fields, "ratios": [Ratio(**one) for one in fields.get("ratios", ())]})


def print_ratios(names: Sequence[str]) -> None:
    """Print every ratio measured, each with its promise beside it."""
    for name in names:
        if section := measured(name):
            for ratio in section.ratios:
                print(f"{'ok ' if ratio.kept else 'NOT'} {name}: {ratio.render()}")


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

    sections = [section.render() for name in ORDER if (section := measured(name))]
    kept = json.loads(STORE.read_text(encoding="utf-8"))
    plot = "![Time and memory as the file grows](growth.svg)\n" if "growth" in kept else ""
    page = "\n".join([_HEAD, *sections, plot]).rstrip() + "\n"
    (DOCS / "performance.md").write_text(page, encoding="utf-8")


def scaled(count: int) -> int:
    """Return `count` times ART9_BENCH_SCALE: how large a benchmark should be, 1 by default."""
    return max(int(count * float(os.environ.get("ART9_BENCH_SCALE", "1"))), 1)


def machine() -> str:
    """Return on what the figures were taken."""
    from detector.scanning.run import cores

    return f"{cores()} cores, Python {platform.python_version()}, {platform.system()}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
