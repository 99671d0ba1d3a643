"""XML: the repeated elements as records, every text and attribute a field.

A document type is refused unread: its entities could name other files, or grow without end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from detector.sources.base import Options, Source
from detector.sources.json_records import JsonSource, PlacedText, Record
from detector.sources.opening import Input
from detector.sources.trees import add, tree_records

TEXT = "text"
"""What the text of an element is called that has attributes or elements too."""

_VALUE = "value"
_DEPTH = 400


def open_xml(given: Input, options: Options) -> Source:
    """Return the source of an XML document; raise InputError if it is invalid or has a DTD."""
    tree = _Tree()
    parser = expat.ParserCreate(options.encoding)
    tree.listen(parser)
    try:
        with given.binary() as stream:
            parser.ParseFile(stream)
    except _RefusedError as refused:
        raise given.fault(refused.reason, parser.CurrentLineNumber) from None
    except expat.ExpatError as error:
        raise given.fault("xml", error.lineno, error.offset + 1) from None
    return JsonSource(given, _records(tree), options)


class _RefusedError(Exception):
    """The document asks for something that is not read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Element:
    """An element being read: its name, members so far, and pieces of text with their lines."""

    name: str
    members: dict[str, Any] = field(default_factory=dict)
    pieces: list[tuple[int, str]] = field(default_factory=list)

    def value(self) -> Any:
        """Return a text for an element that holds nothing else, or else its members."""
        text = _joined(self.pieces)
        if text.strip() or not self.members:
            if not self.members:
                return text
            add(self.members, TEXT, text)
        if list(self.members) == [_VALUE]:
            return self.members[_VALUE]  # <note value="…"/>, as FHIR writes it
        return self.members


class _Tree:
    """Builds nested values while expat reads."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self.comments: list[PlacedText] = []
        self._open: list[_Element] = [_Element("")]
        self._parser: expat.XMLParserType

    def listen(self, parser: expat.XMLParserType) -> None:
        """Let `parser` tell this tree what it reads."""
        self._parser = parser
        parser.buffer_text = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._comment
        parser.StartDoctypeDeclHandler = self._refuse_doctype

    def _refuse_doctype(self, *_: object) -> None:
        raise _RefusedError("xml_dtd")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEPTH:
            raise _RefusedError("xml_deep")
        element = _Element(_bare(name))
        line = self._parser.CurrentLineNumber
        for key, value in attributes.items():
            if key.split(":")[0] != "xmlns":
                add(element.members, _bare(key), PlacedText.at(line, value))
        self._open.append(element)

    def _text(self, text: str) -> None:
        self._open[-1].pieces.append((self._parser.CurrentLineNumber, text))

    def _comment(self, text: str) -> None:
        self.comments.append(PlacedText.at(self._parser.CurrentLineNumber, text.strip()))

    def _end(self, _name: str) -> None:
        element, parent = self._open.pop(), self._open[-1]
        if any(text.strip() for _, text in parent.pieces) and element.pieces:
            # Text goes on around an inline element, « patiente <b>voilée</b> » : one sentence.
            line = self._parser.CurrentLineNumber
            parent.pieces += [(line, " "), *element.pieces, (line, " ")]
            element.pieces = []
            if not element.members:
                return
        add(parent.members, element.name, element.value())
        if len(self._open) == 1:
            self.root = parent.members


def _records(tree: _Tree) -> Iterator[Record]:
    (document,) = tree.root.values()
    yield from tree_records(document)
    for text in tree.comments:
        yield Record(text.line, str(text.line), {"comment": text})


def _joined(pieces: list[tuple[int, str]]) -> PlacedText:
    """Return pieces as one text that stands where its first words do."""
    line = next((line for line, text in pieces if text.strip()), 1)
    return PlacedText.at(line, "".join(text for _, text in pieces).strip())


def _bare(name: str) -> str:
    """Return a name without the prefix of its namespace."""
    return name.rpartition(":")[2]
