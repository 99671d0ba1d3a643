"""The tokens of SQL, in constant memory: words, literals, comments, each with its line.

Dialects differ in what ends a literal: MySQL and PostgreSQL's E'…' know `\\'`, the standard only
`''`. Which one a file follows is told by its first lines, or by the first literal that makes sense
in MySQL's alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from detector.sources.records import CELL_LIMIT, RECORD_LINES


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL: `word`, `name`, `text`, `comment`, `mark` or `fault`, where it begins.

    `glued` says that a letter or digit follows a closing quote, which in SQL it never does.
    """

    kind: str
    text: str
    line: int
    glued: bool = False


_STANDARD = r"'[^']*(?:''[^']*)*'(?!')"
_ESCAPED = r"'[^'\\]*(?:(?:''|\\[\s\S])[^'\\]*)*'(?!')"
_REST = r"""
    | (?P<comment>--[^\r\n]*|/\*[\s\S]*?\*/)
    | (?P<name>`[^`]*`|\[[A-Za-z_][^\]\r\n]*\])
    | \$(?P<tag>\w*)\$(?P<dollar>[\s\S]*?)\$(?P=tag)\$
    | (?P<word>[^\W]+(?:\.\w+)*)
    | (?P<open>['"`]|/\*|\$\w*\$)
    | (?P<mark>\S)
"""
# A name in backticks, a header or a conditional comment; or `\'` within a word, « l\'accueil »,
# which makes no sense elsewhere but in PostgreSQL's E'…'.
_MYSQL = re.compile(
    r"""^\s*(?:INSERT|REPLACE|CREATE|DROP|LOCK|ALTER|UPDATE)\b[^'"]*`
      | ^--\ (?:MySQL|MariaDB|phpMyAdmin) | ^/\*!\d | \w\\'\w""",
    re.IGNORECASE | re.VERBOSE,
)
_ESCAPED_LITERAL = re.compile(rf"\b[eE]{_ESCAPED}")
_OPEN_ENDED = re.compile(r"(?<!\\)(?:\\\\)*\\['\"]\Z")
# Where reading goes on after quotes that match nothing: a statement, or a row of values.
_BEGINS = re.compile(
    r"""^(?: (?:INSERT|REPLACE|CREATE|DROP|LOCK|UNLOCK|ALTER|UPDATE|DELETE|COPY)\s
           | (?P<row>\s*\(\s*(?:-?\d+|NULL|'[^'\\]*')\s*,) )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_BACKSLASH = re.compile(r"\\([\s\S])")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "", "Z": "", "b": "", "f": ""}


def _grammar(literal: str, comment: str) -> re.Pattern[str]:
    double = literal.replace("'", '"')
    text = rf"\s+ | (?P<escaped>[eE]{_ESCAPED}) | [nN]?(?P<text>{literal}) | (?P<double>{double})"
    return re.compile(text + comment + _REST, re.VERBOSE)


_GRAMMARS = {
    True: _grammar(_ESCAPED, r"| (?P<hash>\#[^\r\n]*)"),
    False: _grammar(_STANDARD, r"| (?P<hash>(?!))"),  # PostgreSQL has operators that begin so
}


class Tokens:
    """The tokens of `lines`; `raw_lines` hands out the lines that follow as they are."""

    def __init__(self, lines: Iterator[str], head: Sequence[str]) -> None:
        self._lines = lines
        self._backslash = any(_MYSQL.search(_ESCAPED_LITERAL.sub("", line)) for line in head)
        self._buffer, self._at = "", 0
        self._first, self._held = 1, 0  # number of the buffer's first line, how many it holds
        self._line, self._counted = 1, 0  # the line of the place up to which lines are counted

    def __iter__(self) -> Iterator[Token]:
        while self._next_line():
            while self._at < len(self._buffer):
                if token := self._token():
                    yield token

    def raw_lines(self) -> Iterator[tuple[int, str]]:
        """Yield number and text of each line that follows, until the caller has enough."""
        self._at = len(self._buffer)
        while self._next_line():
            self._at = len(self._buffer)
            yield self._first, self._buffer.rstrip("\r\n")

    def set_aside(self) -> tuple[int, bool]:
        """Drop what follows the last token, to the next line that begins a statement or a row.

        Returns the number of the last line dropped, and whether a row follows.
        """
        following = self._buffer.find("\n", self._counted) + 1
        begin = _BEGINS.search(self._buffer, following) if following else None
        if begin:
            self._at = begin.start()
            return self._line_here() - 1, begin["row"] is not None
        while self._next_line():
            if begin := _BEGINS.match(self._buffer):
                break
        return self._first - 1, begin is not None and begin["row"] is not None

    def _next_line(self) -> bool:
        line = next(self._lines, "")
        self._first += self._held
        self._buffer, self._at, self._held = line, 0, 1 if line else 0
        self._line, self._counted = self._first, 0
        return bool(line)

    def _token(self) -> Token | None:
        """Return the token at hand; a literal that goes on takes in the lines it needs."""
        while True:
            match = _GRAMMARS[self._backslash].match(self._buffer, self._at)
            if match is None or match.end() == self._at:
                self._at += 1
                return None
            if self._speaks_for_backslash(match):
                self._backslash = True
            elif not match["open"] or not self._more():
                break
        line = self._line_here()
        self._at = match.end()
        return Token("fault", "", line) if match["open"] else self._made(match, line)

    def _speaks_for_backslash(self, match: re.Match[str]) -> bool:
        """Whether a literal « 'l\\' » is followed by a letter, so that its end is none."""
        literal = match["text"] or match["double"]
        if self._backslash or not literal or not self._is_glued(match):
            return False
        return _OPEN_ENDED.search(literal) is not None

    def _is_glued(self, match: re.Match[str]) -> bool:
        return self._buffer[match.end() : match.end() + 1].isalnum()

    def _more(self) -> bool:
        too_much = self._held > RECORD_LINES or len(self._buffer) - self._at > CELL_LIMIT
        line = "" if too_much else next(self._lines, "")
        self._buffer += line
        self._held += 1 if line else 0
        return bool(line)

    def _line_here(self) -> int:
        self._line += self._buffer.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _made(self, match: re.Match[str], line: int) -> Token | None:
        for kind in ("word", "mark", "name", "comment"):
            if match[kind] is not None:
                return Token(kind, _CLEAN[kind](match[kind]), line)
        if match["hash"] is not None:
            return Token("comment", _comment(match["hash"]), line)
        if match["dollar"] is not None:
            return Token("text", match["dollar"], line)
        return self._quoted(match, line)

    def _quoted(self, match: re.Match[str], line: int) -> Token | None:
        """Return a literal, or a name in double quotes, which MySQL takes for a literal."""
        glued = self._is_glued(match)
        if match["escaped"] is not None:
            return Token("text", unescaped(_unquoted(match["escaped"][1:])), line, glued)
        for kind, group in (("text", "text"), ("name", "double")):
            if match[group] is not None:
                text = _unquoted(match[group])
                return Token(kind, unescaped(text) if self._backslash else text, line, glued)
        return None


def unescaped(text: str) -> str:
    r"""Return a text with its backslashes resolved.

    >>> unescaped(r"l\'accueil\nRAS")
    "l'accueil\nRAS"
    """
    if "\\" not in text:
        return text
    return _BACKSLASH.sub(lambda match: _ESCAPES.get(match[1], match[1]), text)


def _unquoted(literal: str) -> str:
    return literal[1:-1].replace(literal[0] * 2, literal[0])


def _name(quoted: str) -> str:
    return quoted[1:-1]


def _comment(text: str) -> str:
    return text.removesuffix("*/").lstrip("-#/*! ").strip()


_CLEAN: dict[str, Callable[[str], str]] = {
    "word": str,
    "mark": str,
    "name": _name,
    "comment": _comment,
}
