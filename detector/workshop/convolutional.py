"""A convolutional text classifier of spaCy on the French word vectors: for comparison only.

Nothing at run time uses it; `detector.workshop.designs` measures what it would bring.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import fix_random_seed

from detector.classifier import FLAGGED
from detector.recognizers import LANGUAGE, french_vocabulary

_SEED, _WIDTH, _BATCH, _DROPPED = 9, 96, 64, 0.3
_PIPE = "textcat_multilabel"
_EMBED = {
    "@architectures": "spacy.MultiHashEmbed.v2",
    "width": _WIDTH,
    "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
    "rows": [8000, 2500, 2500, 2500],
    "include_static_vectors": True,
}
_ENCODE = {
    "@architectures": "spacy.MaxoutWindowEncoder.v2",
    "width": _WIDTH,
    "depth": 2,
    "window_size": 1,
    "maxout_pieces": 3,
}
_MODEL = {
    "@architectures": "spacy.TextCatReduce.v1",
    "exclusive_classes": False,
    "use_reduce_first": False,
    "use_reduce_last": False,
    "use_reduce_max": True,
    "use_reduce_mean": True,
    "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": _EMBED, "encode": _ENCODE},
}


class Convolutional:
    """Two layers of convolution over word vectors and hashed forms; mean and maximum pooled."""

    def __init__(self, texts: Sequence[str], flagged: Sequence[bool], rounds: int) -> None:
        fix_random_seed(_SEED)
        self._pipeline: Language = spacy.blank(LANGUAGE, vocab=french_vocabulary())
        self._pipeline.add_pipe(_PIPE, config={"model": _MODEL})
        examples = list(self._examples(texts, flagged))
        optimizer = self._pipeline.initialize(lambda: examples[:2000])
        optimizer.learn_rate = 0.001
        dice = random.Random(_SEED)
        for _ in range(rounds):
            dice.shuffle(examples)
            for start in range(0, len(examples), _BATCH):
                batch = examples[start : start + _BATCH]
                self._pipeline.update(batch, sgd=optimizer, drop=_DROPPED)

    def _examples(self, texts: Sequence[str], flagged: Sequence[bool]) -> Iterator[Example]:
        for text, wanted in zip(texts, flagged, strict=True):
            labels: dict[str, Any] = {"cats": {FLAGGED: float(wanted)}}
            yield Example.from_dict(self._pipeline.make_doc(text), labels)

    def scores(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the natural-log odds that each text is flagged."""
        said = [doc.cats[FLAGGED] for doc in self._pipeline.pipe(texts, batch_size=128)]
        chances = np.clip(np.array(said, dtype=np.float64), 1e-7, 1 - 1e-7)
        odds: npt.NDArray[np.float64] = np.log(chances / (1 - chances))
        return odds

    @property
    def size(self) -> int:
        """How many bytes its own weights take, the word vectors not counted."""
        pipe: Any = self._pipeline.get_pipe(_PIPE)
        return len(pipe.model.to_bytes())
