"""What a folder holds: the files to read, and those that are left, none of them in silence."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from detector.sources.encoding import is_container
from detector.sources.opening import refused

HIDDEN, LINK, NO_ENDING, DEVICE = "hidden", "link", "no_ending", "device"
_ENOUGH = 64  # bytes, to know a format by


@dataclass(slots=True)
class LeftOut:
    """Files and folders within folders given that are not read: their paths, by kind.

    A kind is an ending such as `.log`, or `hidden`, `link` (to a folder), `no_ending` or `device`
    (a pipe, a socket and the like, which may never end).
    """

    paths: dict[str, list[str]] = field(default_factory=dict)

    def add(self, path: Path, kind: str = "") -> None:
        """Keep `path`, by its ending unless its kind is another."""
        self.paths.setdefault(kind or path.suffix.lower() or NO_ENDING, []).append(str(path))

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind, the commonest first."""
        counts = {kind: len(paths) for kind, paths in self.paths.items()}
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def files_in(folder: Path, endings: Container[str], left: LeftOut) -> Iterator[Path]:
    """Yield the files below `folder` in the order of their names; tell `left` of the others.

    Those are to be read that have one of `endings`. Archives and office files come too, for they
    may hold what is looked for: opening them says why they cannot be read. Raises InputError for
    a folder that cannot be looked into.
    """
    for path in _walk(folder, left):
        if path.suffix.lower() in endings or _is_refused(path):
            yield path
        else:
            left.add(path)


def _walk(folder: Path, left: LeftOut) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in sorted(folders) if _may_enter(Path(parent, name), left)]
        for path in (Path(parent, name) for name in sorted(files)):
            if path.name.startswith("."):
                left.add(path, HIDDEN)
            elif _is_device(path):
                left.add(path, DEVICE)
            else:
                yield path


def _is_device(path: Path) -> bool:
    try:
        return path.exists() and not path.is_file()
    except OSError:
        return False  # opening it will say why


def _may_enter(folder: Path, left: LeftOut) -> bool:
    hidden = folder.name.startswith(".")
    if hidden or folder.is_symlink():
        left.add(folder, HIDDEN if hidden else LINK)
        return False
    return True


def _is_refused(path: Path) -> bool:
    """Whether opening the file will fail in a way that must be told."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return is_container(stream.read(_ENOUGH))
    except OSError:
        return True


def _refuse(error: OSError) -> None:
    raise refused(str(error.filename), error)
