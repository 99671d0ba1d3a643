"""YAML: the entries of the longest list as records, every scalar a field; its comments too.

Nodes are read, never objects made of them, and each node once: an alias adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from detector.errors import InputError
from detector.sources.base import Options, Source
from detector.sources.json_records import JsonSource, PlacedText, Record
from detector.sources.opening import Input
from detector.sources.trees import add, tree_records

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"#+([^\r\n]*)")
_NO_TEXT = frozenset({"tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"})
_DEPTH = 200
_BEGINS = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_ENDS = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def open_yaml(given: Input, options: Options) -> Source:
    """Return the source of a YAML file, which may hold several documents; raise InputError."""
    text = given.whole(options.encoding)
    try:
        comments = list(_comments(text))  # first: it refuses what would overflow the composer
        documents = [_value(node, set()) for node in yaml.compose_all(text, Loader=_Loader)]
    except yaml.MarkedYAMLError as error:
        raise _fault(given, error) from None
    except yaml.YAMLError:
        raise given.fault("yaml") from None
    except RecursionError:
        raise given.fault("yaml_deep") from None
    return JsonSource(given, _records(documents, comments), options)


def _fault(given: Input, error: yaml.MarkedYAMLError) -> InputError:
    mark = error.problem_mark
    return given.fault("yaml", mark.line + 1, mark.column + 1) if mark else given.fault("yaml")


def _records(documents: list[Any], comments: list[PlacedText]) -> Iterator[Record]:
    for document in documents:
        yield from tree_records(document)
    for text in comments:
        yield Record(text.line, str(text.line), {"comment": text})


def _value(node: yaml.Node | None, seen: set[int]) -> Any:
    """Return a node as nested lists and members, its scalars placed."""
    if node is None or id(node) in seen:
        return None
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag in _NO_TEXT else PlacedText.at(_line(node), node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, seen) for item in node.value]
    members: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else f"#{len(members) + 1}"
        add(members, name, _value(value, seen))
    return members


def _line(node: yaml.ScalarNode) -> int:
    """Return the line of a scalar's first words: those of « note: | » stand below it."""
    return int(node.start_mark.line) + (2 if node.style in ("|", ">") else 1)


def _comments(text: str) -> Iterator[PlacedText]:
    """Yield the comments of a YAML text, which stand between its tokens; raise RecursionError."""
    end = line = depth = 0
    for token in yaml.scan(text, Loader=_Loader):
        depth += isinstance(token, _BEGINS) - isinstance(token, _ENDS)
        if depth > _DEPTH:
            raise RecursionError
        gap = text[end : token.start_mark.index]
        for match in _COMMENT.finditer(gap):
            yield PlacedText.at(line + 1 + gap.count("\n", 0, match.start()), match[1].strip())
        end, line = token.end_mark.index, token.end_mark.line
