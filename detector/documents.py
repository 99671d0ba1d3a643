"""YAML read with the place of every value, so that errors name line and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from detector.errors import Near, PackError, Place

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Entry:
    """A YAML value and where it stands."""

    node: yaml.Node
    file: str

    @property
    def place(self) -> Place:
        """File, line and column of the value."""
        mark = self.node.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def fault(self, key: str, **values: object) -> PackError:
        """Return the error `key` at this place."""
        return PackError(key, self.place, **values)

    def text(self) -> str:
        """Return a scalar as written."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.fault("pack.want_text")
        return str(self.node.value)

    def flag(self) -> bool:
        """Return a truth value."""
        if self.text() not in ("true", "false"):
            raise self.fault("pack.want_flag")
        return self.text() == "true"

    def number(self) -> int:
        """Return a whole number."""
        if not self.text().isdigit():
            raise self.fault("pack.want_number")
        return int(self.text())

    def list(self) -> list[Entry]:
        """Return the values of a sequence; raise PackError without any."""
        if not isinstance(self.node, yaml.SequenceNode) or not self.node.value:
            raise self.fault("pack.want_list")
        return [Entry(node, self.file) for node in self.node.value]

    def texts(self) -> tuple[str, ...]:
        """Return a sequence of scalars, or one scalar as a sequence of one."""
        if isinstance(self.node, yaml.ScalarNode):
            return (self.text(),)
        return tuple(entry.text() for entry in self.list())

    def items(self) -> Iterator[tuple[Entry, Entry]]:
        """Yield keys and values of a mapping; raise PackError for a key that stands twice."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fault("pack.want_mapping")
        seen: set[str] = set()
        for key_node, value_node in self.node.value:
            key = Entry(key_node, self.file)
            if key.text() in seen:
                raise key.fault("pack.twice", name=key.text())
            seen.add(key.text())
            yield key, Entry(value_node, self.file)

    def fields(self, required: set[str], optional: set[str]) -> dict[str, Entry]:
        """Return a mapping with closed keys; raise PackError for unknown or missing ones."""
        found: dict[str, Entry] = {}
        known = sorted(required | optional)
        for key, value in self.items():
            if key.text() not in known:
                raise key.fault("pack.unknown_key", name=key.text(), near=Near(key.text(), known))
            found[key.text()] = value
        if missing := sorted(required - found.keys()):
            raise self.fault("pack.missing_key", name=", ".join(missing))
        return found


def read_document(path: Path, name: str) -> Entry:
    """Return the root of the YAML file at `path`, called `name` in errors."""
    try:
        with path.open(encoding="utf-8") as file:
            node = yaml.compose(file, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        raise PackError("pack.not_yaml", place, problem=error.problem) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PackError("pack.unreadable", Place(name), problem=type(error).__name__) from None
    if node is None:
        raise PackError("pack.empty", Place(name))
    return Entry(node, name)
