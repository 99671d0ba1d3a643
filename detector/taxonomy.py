"""What the law protects: categories, their tiers, and whom a finding is about.

Ids are those of docs/annotation-guide.md; names and legal references in both
languages stand in the message catalogues under `category` and `law`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from detector.messages import DEFAULT_LANGUAGE, say


class StrEnum(str, Enum):
    """`enum.StrEnum`, which Python 3.10 lacks."""

    def __str__(self) -> str:
        return str(self.value)


class Tier(StrEnum):
    """How the law ranks a category: Art. 9, Art. 10, sensitive in practice, identifier."""

    ART9 = "art9"
    ART10 = "art10"
    SENSITIVE = "sensitive"
    IDENTIFIER = "identifier"


class Subject(StrEnum):
    """Whom a finding is about: the person of the record, a relative, somebody else."""

    PATIENT = "patient"
    FAMILY = "family"
    OTHER = "other"


class Category(StrEnum):
    """A kind of special-category or neighbouring personal data.

    >>> Category("health").tier
    <Tier.ART9: 'art9'>
    >>> Category.RELIGION.named("fr")
    'Religion et convictions'
    """

    HEALTH = "health"
    SEX_LIFE = "sex_life"
    SEXUAL_ORIENTATION = "sexual_orientation"
    RELIGION = "religion"
    ETHNIC_ORIGIN = "ethnic_origin"
    POLITICAL_OPINION = "political_opinion"
    TRADE_UNION = "trade_union"
    GENETIC = "genetic"
    BIOMETRIC = "biometric"
    CRIMINAL_OFFENCE = "criminal_offence"
    VIOLENCE = "violence"
    GENDER_IDENTITY = "gender_identity"
    SOCIAL_HARDSHIP = "social_hardship"
    JUDGEMENT = "judgement"
    IDENTIFIER = "identifier"

    @property
    def tier(self) -> Tier:
        """The tier of this category."""
        return _TIERS.get(self, Tier.ART9)

    @property
    def sensitive(self) -> bool:
        """Whether a comment of this category counts as flagged under the default policy."""
        return self not in WARNING_ONLY

    def named(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return the name that people read."""
        return say(f"category.{self.value}", lang)

    def law(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """Return the legal reference."""
        return say(f"law.{self.value}", lang)


def ids_of(categories: Iterable[Category]) -> list[str]:
    """Return the ids of categories, sorted, as answers, reports and fingerprints hold them.

    >>> ids_of({Category.RELIGION, Category.HEALTH})
    ['health', 'religion']
    """
    return sorted(category.value for category in categories)


_TIERS = {
    Category.CRIMINAL_OFFENCE: Tier.ART10,
    Category.VIOLENCE: Tier.SENSITIVE,
    Category.GENDER_IDENTITY: Tier.SENSITIVE,
    Category.SOCIAL_HARDSHIP: Tier.SENSITIVE,
    Category.JUDGEMENT: Tier.SENSITIVE,
    Category.IDENTIFIER: Tier.IDENTIFIER,
}

WARNING_ONLY = frozenset({Category.SOCIAL_HARDSHIP, Category.JUDGEMENT, Category.IDENTIFIER})
