"""art9 finds special-category personal data (GDPR Art. 9) in French free-text comments.

>>> from detector import Detector
>>> Detector().check("mère musulmane voilée").categories
frozenset({<Category.RELIGION: 'religion'>})

docs/python.md tells the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detector.detector import Detector as Detector
    from detector.errors import DetectorError as DetectorError
    from detector.errors import ModelError as ModelError
    from detector.errors import PackError as PackError
    from detector.errors import PolicyError as PolicyError
    from detector.finding import Finding as Finding
    from detector.finding import Span as Span
    from detector.finding import Status as Status
    from detector.finding import Verdict as Verdict
    from detector.policy import Action as Action
    from detector.policy import Policy as Policy
    from detector.policy import load_policy as load_policy
    from detector.taxonomy import Category as Category
    from detector.taxonomy import Subject as Subject
    from detector.taxonomy import Tier as Tier

    __version__: str

_HOMES = {
    "Action": "detector.policy",
    "Category": "detector.taxonomy",
    "Detector": "detector.detector",
    "DetectorError": "detector.errors",
    "Finding": "detector.finding",
    "ModelError": "detector.errors",
    "PackError": "detector.errors",
    "Policy": "detector.policy",
    "PolicyError": "detector.errors",
    "Span": "detector.finding",
    "Status": "detector.finding",
    "Subject": "detector.taxonomy",
    "Tier": "detector.taxonomy",
    "Verdict": "detector.finding",
    "load_policy": "detector.policy",
}
__all__ = [
    "Action",
    "Category",
    "Detector",
    "DetectorError",
    "Finding",
    "ModelError",
    "PackError",
    "Policy",
    "PolicyError",
    "Span",
    "Status",
    "Subject",
    "Tier",
    "Verdict",
    "__version__",
    "load_policy",
]


def __getattr__(name: str) -> Any:
    """Return a public name, its module imported at first use: importing art9 costs nothing."""
    if name == "__version__":
        from importlib.metadata import version

        return version("art9")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names beside what every module has."""
    return sorted({*globals(), *__all__})
