"""Several processes give what one gives, in the same order; a dead one is told."""

import os
import signal
import time

import pytest
from fakes import FakeJudge, judge
from test_sift import comment, found

from detector.baseline import Accepting, new_baseline
from detector.errors import InternalError, ModelError, WorkerError
from detector.finding import Status
from detector.policy import Policy
from detector.scanning import workers
from detector.scanning.distinct import Distinct
from detector.scanning.sift import Sieve
from detector.scanning.workers import Pool, judge_blocks
from tests.bench.comments import distinct_comments

WORDS = ["sida", "RAS", "voilée", "surendettement", "rappeler"]


def texts(count):
    return [f"{WORDS[n % 5]} {n % (count // 2)}" for n in range(count)]


@pytest.fixture
def early(monkeypatch):
    """Workers start for next to nothing."""
    monkeypatch.setattr(workers, "ALONE", 10)
    monkeypatch.setattr("detector.scanning.sift.BLOCK", 100)


@pytest.mark.parametrize("count", [2, 4])
def test_the_report_is_the_same_with_any_number_of_workers(early, count):
    comments = [comment(text, line, ("RAS",)) for line, text in enumerate(texts(3_000))]
    alone, together = found(comments, FakeJudge()), found(comments, FakeJudge(), workers=count)
    assert together[0] == alone[0]
    assert len(alone[0]) > 1_000
    for name in ("comments", "distinct", "by_status", "by_category"):
        assert getattr(together[1], name) == getattr(alone[1], name)


def test_the_real_detector_finds_the_same_in_two_processes(early, detector):
    comments = [comment(text, line) for line, text in enumerate(distinct_comments(1_200))]
    assert found(comments, detector, workers=2)[0] == found(comments, detector)[0]


def test_a_short_input_starts_no_worker(monkeypatch):
    monkeypatch.setattr(workers, "Pool", None)
    items, _ = found(
        [comment(f"sida {n}", n) for n in range(workers.ALONE)], FakeJudge(), workers=4
    )
    assert len(items) == workers.ALONE


def test_a_long_input_of_few_different_texts_starts_no_worker_and_is_not_held(monkeypatch):
    monkeypatch.setattr(workers, "Pool", None)
    sieve, most = Sieve(Distinct()), 0
    stream = (comment(f"RAS {n % 50}", n) for n in range(200_000))
    given = 0

    def counted():
        nonlocal given
        for block in sieve.blocks(stream):
            given += 1
            yield block

    for done, (block, verdicts) in enumerate(judge_blocks(counted(), FakeJudge(), 4)):
        sieve.learn(block, verdicts)
        most = max(most, given - done)
    assert most <= workers._HELD


def blocks_of(words):
    return Sieve(Distinct()).blocks(comment(word, n) for n, word in enumerate(words))


def test_no_more_is_read_ahead_than_workers_can_chew(early):
    read = 0

    def stream():
        nonlocal read
        for n in range(20_000):
            read += 1
            yield comment(f"a {n}", n)

    with Pool(FakeJudge(seconds=0.001), 2) as pool:
        next(pool.judge(Sieve(Distinct()).blocks(stream())))
    assert read <= 100 * (workers._WAITING * 2 + 2)


def test_a_worker_that_dies_at_work_is_told(early):
    with pytest.raises(WorkerError, match="worker process ended"):
        list(judge_blocks(blocks_of([*texts(500), "meurs"]), FakeJudge(), 2))


@pytest.mark.parametrize("victim", [0, 1])
def test_a_worker_that_is_killed_is_told_and_nothing_hangs(early, victim):
    begun = time.monotonic()
    with pytest.raises(WorkerError), Pool(FakeJudge(seconds=0.01), 2) as pool:
        for number, _ in enumerate(pool.judge(blocks_of(texts(20_000)))):
            if number == 5:
                os.kill(pool.pids[victim], signal.SIGKILL)
    assert time.monotonic() - begun < 60


def test_an_error_in_a_worker_names_its_kind_and_no_text(early):
    with pytest.raises(InternalError, match="RuntimeError") as caught:
        list(judge_blocks(blocks_of([*texts(500), "éclate chuchotement"]), FakeJudge(), 2))
    assert "chuchotement" not in repr(caught.value)


class Broken(FakeJudge):
    def check_many(self, texts, *, names=None):
        raise ModelError("model.missing")


class Unloadable(FakeJudge):
    def preload(self):
        raise ModelError("model.missing")


@pytest.mark.parametrize("judge", [Broken(), Unloadable()])
def test_an_error_of_ours_comes_out_of_a_worker_as_it_is(early, judge):
    with pytest.raises(ModelError):
        list(judge_blocks(blocks_of(texts(500)), judge, 2))


class Loaded(FakeJudge):
    def check_many(self, texts, *, names=None):
        assert self.loaded_by is not None
        return super().check_many(texts, names=names)


def test_every_worker_has_what_was_loaded_before_the_first_was_forked(early):
    with Pool(Loaded(), 3) as pool:
        assert len(list(pool.judge(blocks_of(texts(2_000))))) > 3


def test_workers_end_with_the_pool(early):
    with Pool(FakeJudge(), 3) as pool:
        list(pool.judge(blocks_of(texts(2_000))))
        pids = pool.pids
    assert len(set(pids)) == 3
    deadline = time.monotonic() + 20
    while any(map(alive, pids)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_a_baseline_accepts_is_passed_over_and_counted_in_workers_too(early):
    baseline = new_baseline().with_findings(
        [("RAS sida", finding) for finding in judge("RAS sida").findings], "vu"
    )
    checker = Accepting(FakeJudge(Policy("mine", {})), baseline)
    comments = [comment("RAS sida", n) for n in range(30)]
    comments += [comment(f"sida {n}", n) for n in range(300)]
    items, summary = found(comments, checker, workers=2)
    assert len(items) == 300
    assert summary.accepted == 30
    assert summary.by_status[Status.CLEAR] == 30
