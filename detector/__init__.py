"""art9 finds special-category personal data (GDPR Art. 9) in French free-text comments.

>>> from detector import Detector
>>> Detector().check("mère musulmane voilée").categories
frozenset({<Category.RELIGION: 'religion'>})
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detector.detector import Detector as Detector
    from detector.finding import Finding as Finding
    from detector.finding import Verdict as Verdict
    from detector.policy import Policy as Policy
    from detector.taxonomy import Category as Category

_HOMES = {
    "Detector": "detector.detector",
    "Finding": "detector.finding",
    "Verdict": "detector.finding",
    "Policy": "detector.policy",
    "Category": "detector.taxonomy",
}
__all__ = ["Category", "Detector", "Finding", "Policy", "Verdict"]


def __getattr__(name: str) -> Any:
    """Return a public name, its module imported at first use: importing art9 costs nothing."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
