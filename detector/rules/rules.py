"""What a rule is: the words in which a category shows, and the guards that may silence them."""

from __future__ import annotations

from dataclasses import dataclass

from detector.errors import Place
from detector.taxonomy import Category, StrEnum


class Strength(StrEnum):
    """Whether a rule is believed alone, or only with a second cue or the classifier."""

    STRONG = "strong"
    WEAK = "weak"


class Where(StrEnum):
    """Where a guard's terms stand, seen from the cue."""

    NEAR = "near"
    BEFORE = "before"
    AFTER = "after"
    ANYWHERE = "anywhere"
    PART_OF = "part_of"
    ENTITY = "entity"
    RECORD = "record"


class Capitalised(StrEnum):
    """Whether a guard asks for a cue that begins with a capital.

    `true`: also in a comment of one case throughout, right beside the guard's term; `strict`:
    only in a comment that mixes cases.
    """

    NO = "false"
    YES = "true"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class Guard:
    """A reason inside the comment not to believe a cue.

    `within` counts words between cue and term.
    """

    name: str
    where: Where
    terms: tuple[str, ...]
    within: int
    capitalised: Capitalised


@dataclass(frozen=True, slots=True)
class Rule:
    """One named way in which a category shows in words."""

    id: str
    title: str
    categories: tuple[Category, ...]
    strength: Strength
    why: str
    terms: tuple[str, ...]
    acronyms: tuple[str, ...]
    patterns: tuple[str, ...]
    unless: tuple[Guard, ...]
    implies: tuple[str, ...]
    check: str | None
    flag: tuple[str, ...]
    passes: tuple[str, ...]
    todo_flag: tuple[str, ...]
    place: Place
