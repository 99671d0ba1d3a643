"""Writes comments as hurried people type them; for training, and to measure robustness."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata
from collections.abc import Callable

from detector.text import fold


def without_accents(text: str, _: random.Random) -> str:
    """Return `text` with its accents lost.

    >>> without_accents("mère voilée", random.Random(0))
    'mere voilee'
    """
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def capitals(text: str, dice: random.Random) -> str:
    """Return `text` in capitals without accents, as old software had it."""
    return without_accents(text, dice).upper()


def without_apostrophes(text: str, dice: random.Random) -> str:
    """Return `text` with each apostrophe lost or made a space."""
    return re.sub("['’]", dice.choice(["", " "]), text)


def mojibake(text: str, _: random.Random) -> str:
    """Return `text` as UTF-8 looks when it is read as cp1252."""
    return text.encode("utf-8").decode("cp1252", "replace")


def typo(text: str, dice: random.Random) -> str:
    """Return `text` with one or two letters of longer words dropped, doubled, swapped or missed."""
    for _ in range(1 + len(text) // 60):
        text = _one_typo(text, dice)
    return text


def glued(text: str, dice: random.Random) -> str:
    """Return `text` with some of its spaces lost."""
    return re.sub(" ", lambda _: "" if dice.random() < 0.2 else " ", text)


def repeated(text: str, dice: random.Random) -> str:
    """Return `text` with the last letter of one word drawn out, and more exclamation."""
    words = text.split(" ")
    place = dice.randrange(len(words))
    if words[place][-1:].isalpha():
        words[place] += words[place][-1] * 2
    return " ".join(words) + dice.choice(["", " !!!", "!!", " +++"])


_SMS = {
    "pas": "pa", "avec": "avc", "pour": "pr", "que": "ke", "qui": "ki", "c'est": "c", "quand": "qd",
    "tout": "tt", "toujours": "tjs", "dans": "ds", "sans": "ss", "mais": "mé", "problème": "pb",
    "beaucoup": "bcp", "rendez-vous": "rdv", "patient": "pt", "patiente": "pte", "quelqu'un": "qqn",
}  # fmt: skip


def sms(text: str, _: random.Random) -> str:
    """Return `text` with common words shortened as in text messages."""
    return " ".join(_SMS.get(word, word) for word in text.split(" "))


_LONG = 6
"""How long a word is at least that is torn, cut or disguised."""
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = {"a": "@", "e": "3", "i": "1", "o": "0", "s": "$"}


def disguised(text: str, dice: random.Random) -> str:
    """Return `text` with one letter of its longest word given by a sign, as if to hide it."""

    def disguise(word: str) -> str:
        places = [place for place, letter in enumerate(word[1:], 1) if letter in _SIGNS]
        if not places:
            return word
        place = dice.choice(places)
        return word[:place] + _SIGNS[word[place]] + word[place + 1 :]

    return _longest_changed(text, disguise)


def torn(text: str, dice: random.Random) -> str:
    """Return `text` with its longest word torn in two, as at the end of a narrow column."""

    def tear(word: str) -> str:
        place = dice.randrange(2, len(word) - 1)
        return word[:place] + dice.choice(" -") + word[place:]

    return _longest_changed(text, tear)


def cut(text: str, dice: random.Random) -> str:
    """Return `text` with its longest word cut short by a point, behind more than half of it.

    >>> cut("mise sous curatelle, RAS", random.Random(0))
    'mise sous curate., RAS'
    """
    return _longest_changed(
        text, lambda word: word[: dice.randrange(len(word) // 2 + 1, len(word) - 1)] + "."
    )


def _longest_changed(text: str, change: Callable[[str], str]) -> str:
    """Return `text` with its longest word changed, if it has one of some letters."""
    longest = max(_WORD.finditer(text), key=lambda match: len(match[0]), default=None)
    if longest is None or len(longest[0]) < _LONG:
        return text
    return text[: longest.start()] + change(longest[0]) + text[longest.end() :]


NOISES: dict[str, Callable[[str, random.Random], str]] = {
    "accents": without_accents,
    "capitals": capitals,
    "apostrophes": without_apostrophes,
    "mojibake": mojibake,
    "typo": typo,
    "glued": glued,
    "repeated": repeated,
    "sms": sms,
    "disguised": disguised,
    "torn": torn,
    "cut": cut,
}
"""Every kind of noise by name."""

_NEIGHBOURS = {
    letter: neighbour
    for row in ("azertyuiop", "qsdfghjklm", "wxcvbn")
    for letter, neighbour in itertools.pairwise(row)
}


def _one_typo(text: str, dice: random.Random) -> str:
    places = [m.start() for m in re.finditer(r"(?<=\w)\w(?=\w\w)", text)]
    if not places:
        return text
    place = dice.choice(places)
    letter, rest = text[place], text[place + 1 :]
    wrong = _NEIGHBOURS.get(fold(letter).folded, letter)
    changed = dice.choice(["", letter * 2, rest[:1] + letter, wrong])
    if changed == rest[:1] + letter:
        rest = rest[1:]
    return text[:place] + changed + rest
