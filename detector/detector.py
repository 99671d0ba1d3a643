"""The pipeline as one object: comments in, verdicts out."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from detector.finding import CLEAR, Verdict
from detector.judging.case import Case
from detector.judging.parts import Parts, load_parts
from detector.lexicon.guards import name_words
from detector.policy import Policy, as_policy

if TYPE_CHECKING:
    from detector.recognizers import Engine

_BLOCK = 256


class Detector:
    """Finds special-category personal data in French comments.

    Packs and model are read at the first check. Safe to share between threads; a pickled
    detector carries its policy and reads packs and model again where it wakes up.

    >>> verdict = Detector().check("porteuse sida !!! !!!!")
    >>> verdict.status.value, [finding.category.value for finding in verdict.findings]
    ('block', ['health'])
    """

    def __init__(self, policy: Policy | str | None = None) -> None:
        self.policy = as_policy(policy)
        self._lock = threading.Lock()
        self._parts: Parts | None = None
        self._presidio: Engine | None = None

    def check(self, text: str, *, names: Sequence[str] = ()) -> Verdict:
        """Return the verdict on one comment.

        `names` are the record's own surname, first name and town: they veto cues that
        may be names, and are used for nothing else.
        """
        _want_names(names)
        case = self._ready().gate.case(text)
        return CLEAR if case is None else self._judged(text, case, names)

    def check_many(
        self, texts: Iterable[str], *, names: Iterable[Sequence[str]] | None = None
    ) -> Iterator[Verdict]:
        """Yield the verdict on each comment, in order; `names` holds those of each one's record.

        It reads 256 texts before the first verdict, and so on: a generator that waits for an answer
        waits for a block. Names of another number than the texts raise ValueError before any
        verdict of their block.

        >>> [verdict.flagged for verdict in Detector().check_many(["RAS", "mère musulmane voilée"])]
        [False, True]
        """
        if isinstance(texts, str):
            raise TypeError('check_many wants many texts, as in ["RAS"]; for one there is check')
        if names is None:
            return self._verdicts((text, ()) for text in texts)
        return self._verdicts(zip(texts, names, strict=True))

    def preload(self) -> None:
        """Read now what the first comments in doubt would wait for, before processes are forked."""
        from detector.recognizers import french_model

        self._engine()
        french_model()
        self._ready().language.load()

    def _verdicts(self, pairs: Iterator[tuple[str, Sequence[str]]]) -> Iterator[Verdict]:
        while block := list(islice(pairs, _BLOCK)):
            cases = self._ready().blocks.cases([text for text, _ in block])
            for spot, (text, own) in enumerate(block):
                _want_names(own)
                case = cases.get(spot)
                yield CLEAR if case is None else self._judged(text, case, own)

    def _judged(self, text: str, case: Case, names: Sequence[str]) -> Verdict:
        return self.policy.decide(self._engine().findings(text, case, name_words(names)))

    def _ready(self) -> Parts:
        if self._parts is None:
            with self._lock:
                if self._parts is None:
                    self._parts = load_parts(self.policy)
        return self._parts

    def _engine(self) -> Engine:
        """Return Presidio's engine, imported for the first comment that is not proved clear."""
        parts = self._ready()
        if self._presidio is None:
            with self._lock:
                if self._presidio is None:
                    from detector.recognizers import Engine, judge_of

                    self._presidio = Engine(judge_of(parts), self.policy)
        return self._presidio

    def __getstate__(self) -> dict[str, Any]:
        return {"policy": self.policy}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["policy"])  # type: ignore[misc]


def _want_names(names: Sequence[str]) -> None:
    """Raise TypeError for a bare string, each letter of which would be taken for a name."""
    if isinstance(names, str):
        raise TypeError('the names of a record are wanted as a sequence, as in ["GAY", "Limoges"]')
