"""What the adapters share: one detector for each policy, one sentence, no word of the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from detector.detector import Detector
from detector.errors import DetectorError, Place
from detector.finding import Verdict
from detector.hooks.form import in_one_sentence
from detector.messages import DEFAULT_LANGUAGE
from detector.policy import DEFAULT, Policy
from detector.sources.json_records import is_name
from detector.taxonomy import Category, ids_of


class CommentRefusedError(DetectorError):
    """A text must not be saved as it is; the error names the field and categories, not the text."""

    exit_code = 1

    @property
    def categories(self) -> frozenset[Category]:
        """What was found."""
        return frozenset(map(Category, str(self.values["categories"]).split()))


def shared_detector(policy: Policy | str | None = None) -> Detector:
    """Return the detector of a policy, which every field or batch of a process shares."""
    return _detector(policy or DEFAULT)


@lru_cache(maxsize=16)
def _detector(policy: Policy | str) -> Detector:
    return Detector(policy)


def names_of(record: Mapping[str, object]) -> tuple[str, ...]:
    """Return the surnames, first names and towns of a record, which rule out homonyms.

    >>> names_of({"nom": "GAY", "commentaire": "RAS", "ville": None})
    ('GAY',)
    """
    return tuple(
        value
        for name, value in record.items()
        if isinstance(value, str) and value.strip() and is_name(name)
    )


def refusal(field: str, verdict: Verdict, lang: str = DEFAULT_LANGUAGE) -> CommentRefusedError:
    """Return the error for a text that is refused in `field`."""
    names = " ".join(ids_of(verdict.categories))
    sentence = in_one_sentence(verdict, lang)
    return CommentRefusedError("form.refused", Place(field), sentence=sentence, categories=names)


def check(text: str, names: Iterable[str] = (), policy: Policy | str | None = None) -> Verdict:
    """Return the verdict on one text under `policy`, or the one of that name."""
    return shared_detector(policy).check(text, names=tuple(names))
