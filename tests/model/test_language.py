import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import ModelError
from detector.model.classifier import OUTPUTS
from detector.model.language import MOST_PIECES, Block, Language, LanguageLayers, Table
from detector.model.language_file import StoredLanguage, load_language
from detector.model.pieces import BEGIN, END, UNKNOWN, WORD_START, Pieces
from detector.text import fold
from detector.workshop.storing import store_language

WIDTH = 96
NAMES = ["<s>", "</s>", "<unk>", WORD_START, "a", "b", "ab", "▁a", "▁ab", "ba", "aba"]
SCORES = np.array([0, 0, 0, -4, -3, -3.5, -4.5, -3, -5, -6, -6.5], np.float32)


def likeliest(signs, pieces):
    """The best score of all ways to cut `signs`, tried one by one."""
    if not signs:
        return 0.0
    known = [name for name in pieces if signs.startswith(name)]
    cuts = [pieces[name] + likeliest(signs[len(name) :], pieces) for name in known]
    if signs[0] not in pieces:
        cuts.append(float(SCORES.min()) - 10 + likeliest(signs[1:], pieces))
    return max(cuts)


@given(st.text("abz", min_size=1, max_size=7))
def test_of_all_ways_to_cut_a_word_it_takes_the_likeliest(word):
    pieces = dict(zip(NAMES[3:], SCORES[3:].tolist(), strict=True))
    _, *numbers, _ = Pieces(NAMES, SCORES.tolist()).cut(word)
    score = sum(float(SCORES.min()) - 10 if n == UNKNOWN else SCORES[n] for n in numbers)
    assert score == pytest.approx(likeliest(WORD_START + word, pieces))
    if UNKNOWN not in numbers:
        assert "".join(NAMES[number] for number in numbers) == WORD_START + word


def test_words_are_cut_each_by_itself():
    pieces = Pieces(NAMES, SCORES.tolist())
    own = [pieces.cut(word)[1:-1] for word in ("ab", "ba")]
    assert pieces.cut(" ab \n ba") == [BEGIN, *own[0], *own[1], END]


@pytest.fixture
def layers():
    dice = np.random.RandomState(1)

    def linear(inputs, outputs):
        weights = dice.normal(size=(inputs, outputs), scale=inputs**-0.5)
        return weights.astype(np.float32), dice.normal(size=outputs).astype(np.float32)

    def norm():
        return dice.normal(1, 0.1, WIDTH).astype(np.float32), np.zeros(WIDTH, np.float32)

    def block():
        asked, drawn = linear(WIDTH, 3 * WIDTH), linear(WIDTH, WIDTH)
        wide, narrow = linear(WIDTH, 2 * WIDTH), linear(2 * WIDTH, WIDTH)
        return Block(asked, drawn, norm(), wide, narrow, norm())

    halves = dice.randint(0, 256, (len(NAMES), WIDTH // 2)).astype(np.uint8)
    words = Table(halves, dice.rand(len(NAMES), WIDTH // 32).astype(np.float16))
    places = dice.normal(size=(MOST_PIECES, WIDTH), scale=0.1).astype(np.float32)
    head = linear(2 * WIDTH, len(OUTPUTS))
    return LanguageLayers(words, places, norm(), (block(), block()), head)


@pytest.fixture
def language(layers):
    return Language(Pieces(NAMES, SCORES.tolist()), layers)


def test_stored_and_read_again_it_says_the_same(language, layers, tmp_path):
    store_language(tmp_path, NAMES, SCORES, layers)
    for text in ("", "ab", "aba b zab", "b " * 300):
        found = StoredLanguage(tmp_path).scores(fold(text))
        assert len(found) == len(OUTPUTS)
        assert found == pytest.approx(language.scores(fold(text)), abs=0.2)


def test_the_order_of_words_counts(language):
    assert language.scores(fold("ab ba")) != pytest.approx(language.scores(fold("ba ab")))


def test_capitals_and_mended_words_are_read_as_they_are_meant(language):
    assert language.scores(fold("AB BA")) == language.scores(fold("ab ba"))


def test_of_a_long_text_the_stretch_that_says_most_counts(language):
    room = MOST_PIECES - 2
    parts = "b " * room, "ab " * room, "a"
    alone = [language.scores(fold(part)) for part in parts]
    assert language.scores(fold("".join(parts))) == pytest.approx(np.max(alone, axis=0).tolist())


@pytest.mark.parametrize("name", ["pieces.npz", "language.npz"])
def test_a_file_that_is_missing_or_damaged_is_told(layers, tmp_path, name):
    store_language(tmp_path, NAMES, SCORES, layers)
    whole = (tmp_path / name).read_bytes()
    for content in (whole[: len(whole) // 2], b"", None):
        if content is None:
            (tmp_path / name).unlink()
        else:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelError, match=name.replace(".", r"\.")):
            load_language(tmp_path)
