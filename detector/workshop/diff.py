"""What a change of rules or model changes: findings gained and lost, by rule.

`python -m detector.workshop.diff [REVISION] [SPLIT]` compares the checkout with a git revision
(default HEAD) on a split of the corpus (default dev): both judge the same comments, each with its
own code, packs and model.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from detector.resources import code_folder
from detector.workshop.corpus import read_split

_JUDGE = """
import json, sys
from detector import Detector
verdicts = Detector().check_many(json.load(sys.stdin))
json.dump([[[f.rule, f.start, f.end] for f in v.findings] for v in verdicts], sys.stdout)
"""

Found = tuple[int, str, int, int]
"""A finding: the number of its comment, its rule, its start and end."""


def findings_of(checkout: Path, texts: Sequence[str]) -> set[Found]:
    """Return what the code in `checkout` finds in `texts`."""
    done = subprocess.run(
        [sys.executable, "-c", _JUDGE],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
    )
    found = enumerate(json.loads(done.stdout))
    return {(number, rule, start, end) for number, row in found for rule, start, end in row}


@contextmanager
def checkout_of(revision: str) -> Iterator[Path]:
    """Yield a folder with the tree of a git revision."""
    root = code_folder().parent
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _git(root, "worktree", "add", "--detach", str(tree), revision)
        try:
            yield tree
        finally:
            _git(root, "worktree", "remove", "--force", str(tree))


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def table(before: set[Found], after: set[Found]) -> list[str]:
    """Return a line for each rule whose findings changed: gained, lost, and its id.

    >>> table({(0, "a.b", 0, 4)}, {(1, "a.b", 2, 5), (1, "c.d", 0, 1)})
    ['    +1    -1  a.b', '    +1    -0  c.d']
    """
    gained = Counter(rule for _, rule, _, _ in after - before)
    lost = Counter(rule for _, rule, _, _ in before - after)
    rules = sorted(gained.keys() | lost.keys())
    return [f"{f'+{gained[rule]}':>6}{f'-{lost[rule]}':>6}  {rule}" for rule in rules]


def main(revision: str = "HEAD", split: str = "dev") -> None:
    """Print what changed since `revision` on corpus `split`."""
    texts = [row.text for row in read_split(split)]
    with checkout_of(revision) as old:
        before = findings_of(old, texts)
    after = findings_of(code_folder().parent, texts)
    for line in table(before, after):
        print(line)
    print(f"{len(after - before)} findings gained, {len(before - after)} lost on corpus {split}")


if __name__ == "__main__":
    main(*sys.argv[1:])
