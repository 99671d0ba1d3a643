"""Trains `detector.model.language` with torch, from the texts of comments alone.

    python -m detector.workshop.language

writes models/language.npz, pieces.npz and language.json, in an hour and a quarter on two cores:
what the language model knows of words is kept as it is, all else is taught what the comments of
corpus train are, some of them with noise, some joined by twos. One seed, the same bytes each time
on the same machine. The packages of the dependency group `language` are needed, for nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from detector.model.classifier import FLAGGED, OUTPUTS, words_of
from detector.model.language import HEADS, MOST_PIECES, Block, LanguageLayers, Unit
from detector.model.pieces import END, Pieces
from detector.provenance import tree_hash
from detector.resources import corpus_folder, models_folder, patterns_folder
from detector.text import fold, readable
from detector.workshop.features import SEED, length_weights
from detector.workshop.language_base import PACKAGE, Base, read_base
from detector.workshop.lessons import Lessons, read_lessons, targets
from detector.workshop.storing import store_json, store_language

_BLOCKS = 6
"""How many of the base's twelve blocks are kept: the lower ones, which know words and phrases."""
_ROUNDS, _PIECES_AT_ONCE = 5.0, 1400
_RATE, _HEAD_RATE, _DECAY, _WARM, _LEAST_RATE = 2e-4, 3e-3, 0.01, 0.06, 0.02
_DROPPED, _LARGEST_STEP = 0.1, 1.0
_NOISY, _JOINED = 0.25, 0.1
"""How often a comment is met with noise, and how often with another behind it."""
_FLAGGED_WEIGHT = 4.0
_THREADS = 2

Flags = npt.NDArray[np.bool_]


class _Attending(nn.Module):
    """One block: attention, then two layers, each added to what came in."""

    def __init__(self, base: Base, number: int) -> None:
        super().__init__()
        width = len(base.arrays["emb.ln.w"])
        inner = len(base.arrays[f"l{number}.fi.b"])
        own = {name: torch.tensor(base.arrays[f"l{number}.{name}"]) for name in _NAMES}
        self.asked = _linear(
            torch.cat([own[f"{part}.w"].view(width, width) for part in "qkv"]),
            torch.cat([own[f"{part}.b"] for part in "qkv"]),
        )
        self.drawn = _linear(own["ao.w"].view(width, width), own["ao.b"])
        self.norm = _norm(own["aln.w"], own["aln.b"])
        self.wide = _linear(own["fi.w"].view(inner, width), own["fi.b"])
        self.narrow = _linear(own["fo.w"].view(width, inner), own["fo.b"])
        self.end_norm = _norm(own["oln.w"], own["oln.b"])
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, values: Tensor, there: Tensor) -> Tensor:
        texts, count, width = values.shape
        parts = self.asked(values).view(texts, count, 3, HEADS, width // HEADS)
        asked, keys, held = parts.permute(2, 0, 3, 1, 4)
        drawn = functional.scaled_dot_product_attention(
            asked, keys, held, attn_mask=there[:, None, None, :]
        )
        drawn = self.drawn(drawn.transpose(1, 2).reshape(texts, count, width))
        values = self.norm(values + self.drop(drawn))
        wide = functional.gelu(self.wide(values), approximate="tanh")
        ended: Tensor = self.end_norm(values + self.drop(self.narrow(wide)))
        return ended


_NAMES = [
    f"{part}.{kind}"
    for part in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln")
    for kind in ("w", "b")
]


class LanguageModel(nn.Module):
    """The reader as torch trains it; the vectors of words stay as the base has them."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        self.table = base.words
        words = base.words.rows(range(len(base.pieces)))
        self.words = nn.Embedding.from_pretrained(torch.tensor(words), freeze=True)
        self.places = nn.Parameter(torch.tensor(base.places))
        self.norm = _norm(*(torch.tensor(base.arrays[f"emb.ln.{kind}"]) for kind in "wb"))
        self.blocks = nn.ModuleList(_Attending(base, number) for number in range(_BLOCKS))
        self.head = nn.Linear(2 * words.shape[1], len(OUTPUTS))

    def forward(self, pieces: Tensor, there: Tensor) -> Tensor:
        """Return texts x outputs; `there` tells where a text has a piece and is not filled up."""
        values = self.norm(self.words(pieces) + self.places[: pieces.shape[1]])
        for block in self.blocks:
            values = block(values, there)
        shown, values = there[..., None], values.float()
        mean = (values * shown).sum(1) / shown.sum(1)
        highest = values.masked_fill(~shown, -torch.inf).max(1).values
        answers: Tensor = self.head(torch.cat([mean, highest], 1))
        return answers


def train_language(
    texts: Sequence[str], noisy: Sequence[str], wanted: Flags, base: Base, seed: int
) -> LanguageModel:
    """Return a model that learned what is `wanted` of `texts`, and of the same with noise.

    `wanted` is comments x outputs.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(_THREADS)
    model = LanguageModel(base)
    pieces = Pieces(base.pieces, base.scores.tolist())
    plain, spoilt = ([pieces.cut(text) for text in kind] for kind in (texts, noisy))
    weights = length_weights([words_of(fold(text)) for text in texts], wanted[:, 0])
    dice = random.Random(seed)
    rounds = [_round(plain, spoilt, dice) for _ in range(int(np.ceil(_ROUNDS)))]
    batches = [batch for one in rounds for batch in _batches(one, dice)]
    _fit(model, batches[: int(len(batches) * _ROUNDS / len(rounds))], wanted, weights)
    model.eval()
    return model


class _Met:
    """A text that is met once: its pieces, and which comments it holds."""

    def __init__(self, pieces: list[int], comments: Sequence[int]) -> None:
        self.pieces, self.comments = pieces[:MOST_PIECES], comments


def _round(
    plain: Sequence[list[int]], spoilt: Sequence[list[int]], dice: random.Random
) -> list[_Met]:
    """Return each comment once, some with noise, some with another behind it."""
    met = []
    for place in range(len(plain)):
        kind = spoilt if dice.random() < _NOISY else plain
        own, comments = kind[place], [place]
        if dice.random() < _JOINED:
            other = dice.randrange(len(plain))
            own, comments = [*own[:-1], *plain[other][1:]], [place, other]
        met.append(_Met(own, comments))
    return met


def _batches(texts: Sequence[_Met], dice: random.Random) -> list[list[_Met]]:
    """Return texts of near lengths together, in any order."""
    batches: list[list[_Met]] = [[]]
    for text in sorted(texts, key=lambda text: len(text.pieces)):
        if (len(batches[-1]) + 1) * len(text.pieces) > _PIECES_AT_ONCE and batches[-1]:
            batches.append([])
        batches[-1].append(text)
    dice.shuffle(batches)
    return batches


def _fit(
    model: LanguageModel,
    batches: Sequence[Sequence[_Met]],
    wanted: Flags,
    weights: npt.NDArray[np.float64],
) -> None:
    head = list(model.head.parameters())
    body = [one for name, one in model.named_parameters() if not name.startswith("head")]
    body = [one for one in body if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": _RATE}, {"params": head, "lr": _HEAD_RATE}], weight_decay=_DECAY
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _share_of_rate(len(batches)))
    columns = torch.ones(len(OUTPUTS))
    columns[OUTPUTS.index(FLAGGED)] = _FLAGGED_WEIGHT
    model.train()
    for batch in batches:
        goal = np.array([wanted[text.comments].any(axis=0) for text in batch])
        own = torch.tensor([weights[text.comments].mean() for text in batch])
        with torch.autocast("cpu", torch.bfloat16):
            answers = model(*filled_up([text.pieces for text in batch])).float()
        wrong = functional.binary_cross_entropy_with_logits(
            answers, torch.tensor(goal, dtype=torch.float32), reduction="none"
        )
        optimizer.zero_grad()
        ((wrong * columns).sum(1) * own.float()).mean().backward()
        nn.utils.clip_grad_norm_([*body, *head], _LARGEST_STEP)
        optimizer.step()
        schedule.step()


def _share_of_rate(steps: int) -> object:
    warm = _WARM * steps
    return lambda step: min(1.0, (step + 1) / warm) * max(_LEAST_RATE, 1 - step / steps)


def filled_up(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return texts x pieces, shorter ones filled up, and where a piece is there."""
    longest = max(map(len, texts))
    pieces = torch.tensor([[*text, *[END] * (longest - len(text))] for text in texts])
    lengths = torch.tensor(list(map(len, texts)))
    return pieces, torch.arange(longest)[None, :] < lengths[:, None]


def layers_of(model: LanguageModel) -> LanguageLayers:
    """Return the weights of a trained model, as the reader wants them: inputs x outputs."""
    blocks = tuple(
        Block(*(_unit(getattr(block, name)) for name in Block._fields)) for block in model.blocks
    )
    places = model.places.detach().numpy()
    return LanguageLayers(model.table, places, _unit(model.norm), blocks, _unit(model.head))


def _unit(layer: nn.Linear | nn.LayerNorm) -> Unit:
    weights = layer.weight.detach().numpy()
    return np.ascontiguousarray(weights.T), layer.bias.detach().numpy()


def _linear(weights: Tensor, biases: Tensor) -> nn.Linear:
    layer = nn.Linear(weights.shape[1], weights.shape[0])
    layer.weight.data, layer.bias.data = weights, biases
    return layer


def _norm(scale: Tensor, shift: Tensor) -> nn.LayerNorm:
    layer = nn.LayerNorm(len(scale), eps=1e-12)
    layer.weight.data, layer.bias.data = scale, shift
    return layer


def _spellings(lessons: Lessons) -> Iterator[str]:
    """Yield French words as they are written, with and without capitals and accents."""
    for word, _ in lessons.table.spellings:
        yield from (word, word.lower(), fold(word).folded)


def main(folder: Path | None = None) -> None:
    """Train from corpus train and write into models/."""
    lessons = read_lessons()
    texts = [readable(lessons.spelling.read(text)) for text in lessons.texts[: lessons.comments]]
    base = read_base().narrowed(_spellings(lessons))
    wanted = targets(lessons.labels[: lessons.comments : 2])
    model = train_language(texts[::2], texts[1::2], wanted, base, SEED)
    root = folder or models_folder()
    store_language(root, base.pieces, base.scores, layers_of(model))
    store_provenance(root, len(wanted))


def store_provenance(folder: Path, comments: int) -> None:
    """Write into `folder` what the stored reader was made of."""
    told = {
        "comments": comments,
        "corpus": tree_hash(corpus_folder(), "train/*.jsonl"),
        "packs": tree_hash(patterns_folder(), "**/*.yaml"),
        "seed": SEED,
        "versions": {name: version(name) for name in (PACKAGE, "torch")},
    }
    store_json(folder / "language.json", told)


if __name__ == "__main__":
    main()
