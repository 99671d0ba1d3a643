"""Terms and patterns of the packs, turned into regular expressions on the folded view.

A term is literal text in which
- `*` stands for any ending, as in `alcoolique*`;
- a space stands for spaces, dashes or dots, a dash may be missing, an apostrophe too;
- `oe` and `ae` also match their ligatures;
- in words of four letters or more a letter may be repeated (« sidaaa »), and a doubled consonant
  but s be single (« homosexuele »).
"""

from __future__ import annotations

import re

from detector.text import LETTER, NO_LETTER_AFTER, NO_LETTER_BEFORE, fold

_GAP = "(?:[ .'-]{1,3})"
_DASH = "[ '-]?"
_APOSTROPHE = "(?:[' ]|' )?"
_ENDING = f"{LETTER}*"
REPEATABLE = 4
"""How long a word must be for its letters to be repeated."""
_VOWELS = "aeiouyœæ"


def boundaries(source: str) -> str:
    """Return `source` bounded by word ends; digits may touch letters.

    >>> bool(re.search(boundaries("ivg"), "3ivg faite"))
    True
    """
    return f"{NO_LETTER_BEFORE}(?:{source}){NO_LETTER_AFTER}"


def term_source(term: str) -> str:
    """Return the regular expression of one term, without boundaries.

    >>> bool(re.fullmatch(term_source("témoin* de Jéhovah"), "temoins-de jehovah"))
    True
    >>> bool(re.fullmatch(term_source("homosexuel*"), "homosexuele"))
    True
    >>> bool(re.search(term_source("115"), "0115"))
    False
    """
    folded = fold(term).folded
    source = _GAP.join(_word_source(word) for word in folded.split(" "))
    begin = "(?<![0-9])" if folded[0].isdigit() else ""
    end = "(?![0-9])" if folded[-1].isdigit() else ""
    return f"{begin}{source}{end}"


def acronym_source(acronym: str) -> str:
    """Return the regular expression of an acronym, letter for letter, without boundaries."""
    return re.escape(fold(acronym).folded)


def _word_source(word: str) -> str:
    repeatable = sum(map(str.isalpha, word)) >= REPEATABLE
    runs = re.finditer(r"oe|ae|(.)\1*", word)
    return "".join(_run_source(run[0], repeatable=repeatable) for run in runs)


def _run_source(run: str, *, repeatable: bool) -> str:
    letter = run[0]
    if run in ("oe", "ae"):
        return f"(?:{run}|{'œ' if run == 'oe' else 'æ'})"
    if letter == "*":
        return _ENDING
    if letter == "'":
        return _APOSTROPHE
    if letter == "-":
        return _DASH
    if not letter.isalpha():
        return re.escape(run)
    if not repeatable:
        return run
    if letter == "s":
        return "ss+" if len(run) > 1 else "s"
    return f"{run}+" if letter in _VOWELS else f"{letter}+"


_FORBIDDEN = {
    r"(?<!\\)\\[a-zA-Z]": "class",
    r"(?<!\\)\[\^": "crosses",
    r"(?<!\\)\.[*+]": "unbounded",
    r"(?<!\\)\((?!\?:)": "group",
    r"(?<!\\)\\[1-9]": "group",
    r"\)[*+]": "unbounded",
}


def pattern_fault(pattern: str) -> str | None:
    """Return why `pattern` may not stand in a pack, as a message key, or None.

    Refused: what could match across comments (`\\s`, `[^x]`), repeat without bound
    (`.*`, `(…)+`), or needs more than a regular language (look-around, back-references).
    """
    for fault, key in _FORBIDDEN.items():
        if re.search(fault, pattern):
            return f"pack.pattern_{key}"
    try:
        re.compile(pattern_source(pattern))
    except re.error:
        return "pack.pattern_broken"
    return None


def pattern_source(pattern: str) -> str:
    """Return the regular expression of a pattern: folded, its spaces and apostrophes flexible.

    >>> bool(re.fullmatch(pattern_source("(?:pb|problemes?) d'alcool"), "pb d alcool"))
    True
    """
    pieces = re.split(r"(\\.|\[(?:\\.|[^\]])*\])", pattern)
    return "".join(piece if index % 2 else _flexible(piece) for index, piece in enumerate(pieces))


def alternatives(pattern: str) -> list[str]:
    """Return the alternatives between the bars that stand outside all groups.

    >>> alternatives("a|b(?:c|d)|[|]")
    ['a', 'b(?:c|d)', '[|]']
    """
    depth, found = 0, [""]
    for piece in re.findall(r"\\.|\[(?:\\.|[^\]])*\]|.", pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += piece
    return found


def _flexible(piece: str) -> str:
    flexible = {" ": _GAP, "'": _APOSTROPHE}
    return "".join(flexible.get(character, character) for character in fold(piece).folded)
