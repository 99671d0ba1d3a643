"""Each text is judged once, and no verdict is ever that of another text or another name."""

import pytest
from fakes import FakeJudge, judge
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InputError
from detector.lexicon.guards import name_words
from detector.scanning import sift
from detector.scanning.distinct import Distinct
from detector.scanning.scan import Summary, scan, scan_blocks
from detector.scanning.sift import Sieve, _Clear, events, named
from detector.sources.base import Comment, Location
from detector.text import fold
from detector.workshop.noise import mojibake


class Given:
    name, columns, empty, headed = "a.csv", (), 0, True

    def __init__(self, comments, error=None):
        self._comments, self._error = comments, error

    def __iter__(self):
        yield from self._comments
        if self._error:
            raise self._error


def comment(text, line=1, names=()):
    return Comment(text, Location("a.csv", line, str(line), "note"), names)


def found(comments, checker, **options):
    summary = Summary()
    items = list(scan([Given(comments)], checker, summary, **options))
    return [(item.comment.location.line, item.verdict) for item in items], summary


TEXTS = st.sampled_from(
    ["RAS", "porteur sida", "mère voilée", "sida et voilée", "rappeler", "surendettement"]
)
NAMES = st.sampled_from([(), ("SIDA",), ("Voilée", "Lyon"), ("Martin",), ("",)])


@given(st.lists(st.tuples(TEXTS, NAMES), max_size=60), st.sampled_from([1, 2, 7, 500]))
def test_whatever_repeats_every_comment_gets_its_own_verdict(pairs, size):
    comments = [comment(text, line, names) for line, (text, names) in enumerate(pairs)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sift, "BLOCK", size)
        items, summary = found(comments, FakeJudge())
    verdicts = [(line, judge(text, names)) for line, (text, names) in enumerate(pairs)]
    assert items == [(line, verdict) for line, verdict in verdicts if verdict.findings]
    assert summary.comments == len(pairs)
    assert summary.distinct == len({text for text, _ in pairs})


def test_equal_comments_are_judged_once_whatever_the_names():
    judge_ = FakeJudge()
    texts = ["RAS", "porteur sida", "RAS", "porteur sida"] * 5_000
    comments = [comment(text, n, (f"NOM{n}",)) for n, text in enumerate(texts)]
    items, _ = found(comments, judge_)
    assert len(items) == 10_000
    assert judge_.asked == 2


def test_a_comment_is_judged_again_for_whoever_bears_its_words_as_a_name():
    comments = [comment("porteur sida", 1), comment("porteur sida", 2, ("SIDA",))] * 3
    items, _ = found(comments, FakeJudge())
    assert [line for line, _ in items] == [1, 1, 1]


def test_memory_of_what_was_judged_is_bounded(monkeypatch):
    monkeypatch.setattr(sift, "_VERDICTS", 10)
    sieve = Sieve(Distinct())
    stream = iter([comment(f"sida {n}") for n in range(5_000)])
    for block in sieve.blocks(stream):
        sieve.learn(block, [judge(text) for text in block.texts])
    assert len(sieve._verdicts) == 10


def test_the_table_of_clear_texts_forgets_but_never_invents():
    import numpy as np

    table = _Clear(slots=64)
    table.add(np.arange(1, 1_001, dtype=np.int64))
    held = table.hold(range(2_000))
    assert sum(held) == 64
    assert not any(held[1_001:])
    assert not held[0]


WORDS = st.lists(st.sampled_from(["Noël", "GAY", "Le", "Œuvré", "Ñandú", "bâtiment", "5 €", "n° 3", "d’Alger"]), max_size=5)  # fmt: skip


@given(WORDS, WORDS, st.booleans())
def test_no_name_that_stands_in_a_text_is_overlooked(words, names, garbled):
    text = " ".join(words)
    text = mojibake(text, None) if garbled else text
    shared = name_words(names) & name_words([fold(text).folded])
    assert not shared or named(text, names)


def test_an_input_that_breaks_off_is_a_fault_and_the_next_is_read():
    broken = Given([comment("porteur sida")], InputError("input.empty"))
    summary = Summary()
    stream = events([broken, Given([comment("mère voilée", 2)])])
    items = [
        item for done in scan_blocks(stream, FakeJudge(), summary) for item in done.settle(summary)
    ]
    names = [type(item).__name__ for item in items]
    assert names == ["Opened", "Judged", "Fault", "Opened", "Judged"]
    assert [fault.key for fault in summary.faults] == ["input.empty"]
    assert summary.exit_code == 3


def test_whoever_scans_without_a_report_is_told_by_an_exception():
    broken, items = Given([comment("porteur sida")], InputError("input.empty")), []
    with pytest.raises(InputError):
        items += scan([broken], FakeJudge(), Summary())


def test_events_tell_which_source_is_read():
    names = [type(event).__name__ for event in events([Given([comment("a")]), Given([])])]
    assert names == ["Opened", "Comment", "Opened"]
