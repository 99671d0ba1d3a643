"""Blocks of texts judged by several processes, their order kept.

The parent reads and parts; each worker has a detector of its own, made where it runs, and is
given a new block while it still works on one. Short inputs are judged in the parent: a worker
takes seconds to start. On Linux the first worker reads packs and model and then forks the others,
which share its memory; elsewhere each reads them for itself.
"""

from __future__ import annotations

import gc
import os
import queue
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol

from detector.errors import DetectorError, InternalError, WorkerError
from detector.finding import CLEAR, Verdict
from detector.interrupts import ENDS
from detector.scanning.sift import Block

ALONE = 5_000
"""How many texts are judged before workers are worth their start."""

_NEW_OBJECTS, _YOUNGER = 100_000, 20
_FEW = 256  # texts that make the first worker read what most texts need, for the others to share
_HELD = 8
_AHEAD = 2  # blocks given to a worker: one to work on, one at hand
_WAITING = 6  # blocks held back for each worker, until those before them are done

JudgedBlock = tuple[Block, Sequence[Verdict]]
Asked = tuple[list[str], list[tuple[str, ...]]]
Reply = tuple[str, object]


def collect_seldom() -> None:
    """Look less often for unused objects in circles: what a scan makes is kept, or in none."""
    gc.set_threshold(_NEW_OBJECTS, _YOUNGER, _YOUNGER)


class Checker(Protocol):
    """What judges texts: a Detector, or anything like it; it must survive pickling."""

    def check_many(
        self, texts: Sequence[str], *, names: Sequence[Sequence[str]] | None = None
    ) -> Iterator[Verdict]:
        """Yield the verdict on each text, in order."""
        ...

    def preload(self) -> None:
        """Read now what texts in doubt would wait for, if it has not been; processes share it."""
        ...


def judge_blocks(
    blocks: Iterator[Block], checker: Checker, workers: int = 1
) -> Iterator[JudgedBlock]:
    """Yield each block with the verdicts on its texts, in order; raise WorkerError if one dies.

    Workers are started once there are enough texts to be worth it.
    """
    held: list[Block] = []
    texts = 0
    for block in blocks:
        held.append(block)
        texts += len(block.texts)
        if workers > 1 and texts > ALONE:
            with Pool(checker, workers) as pool:
                yield from pool.judge(chain(held, blocks))
            return
        if workers == 1 or len(held) == _HELD:
            yield from _alone(held, checker)
            held = []
    yield from _alone(held, checker)


def _alone(blocks: Sequence[Block], checker: Checker) -> Iterator[JudgedBlock]:
    for block in blocks:
        yield block, _verdicts(checker, block.texts, block.names)


def _verdicts(
    checker: Checker, texts: Sequence[str], names: Sequence[tuple[str, ...]]
) -> list[Verdict]:
    return list(checker.check_many(texts, names=names)) if texts else []


@dataclass(eq=False)
class _Task:
    block: Block
    verdicts: Sequence[Verdict] | None = None


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    pid: int | None = None
    tasks: deque[_Task] = field(default_factory=deque)


class Pool:
    """Worker processes for as long as the `with` lasts."""

    def __init__(self, checker: Checker, count: int) -> None:
        self._checker, self._count = checker, count
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        with _deaf():
            self._workers = _start(self._checker, self._count)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.connection.close()  # it ends when it sees that
        for worker in self._workers:
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()

    @property
    def pids(self) -> list[int | None]:
        """The process ids of the workers that are at work."""
        return [worker.pid for worker in self._workers]

    def judge(self, blocks: Iterator[Block]) -> Iterator[JudgedBlock]:
        """Yield each block with the verdicts on its texts, in order."""
        waiting: deque[_Task] = deque()
        for block in blocks:
            task = _Task(block, None if block.texts else [])
            waiting.append(task)
            if block.texts:
                self._give(task)
            self._receive(timeout=0)
            while waiting and (
                waiting[0].verdicts is not None or len(waiting) > _WAITING * self._count
            ):
                yield self._first(waiting)
        while waiting:
            yield self._first(waiting)

    def _first(self, waiting: deque[_Task]) -> JudgedBlock:
        task = waiting.popleft()
        while task.verdicts is None:
            self._receive()
        return task.block, task.verdicts

    def _give(self, task: _Task) -> None:
        """Give `task` to the worker with the least to do, once one is free."""
        while True:
            worker = min(self._workers, key=lambda worker: len(worker.tasks))
            if len(worker.tasks) < _AHEAD:
                break
            self._receive()
        worker.tasks.append(task)
        try:
            worker.connection.send((task.block.texts, task.block.names))
        except OSError:
            raise _died(worker) from None

    def _receive(self, timeout: float | None = None) -> None:
        """Take in what workers have done; wait for it unless `timeout` says how long."""
        connections = {worker.connection: worker for worker in self._workers}
        for ready in wait(list(connections), timeout):
            worker = connections[ready]  # type: ignore[index]
            try:
                reply: Reply = worker.connection.recv()
            except (EOFError, OSError):
                raise _died(worker) from None
            self._settle(worker, reply)

    def _settle(self, worker: _Worker, reply: Reply) -> None:
        kind, content = reply
        if kind == "ready":
            worker.pid = content  # type: ignore[assignment]
            return
        if isinstance(content, DetectorError):
            raise content
        if kind != "done":
            raise InternalError("internal", problem=content)
        task = worker.tasks.popleft()
        verdicts = [CLEAR] * len(task.block.texts)
        for place, verdict in content:  # type: ignore[attr-defined]
            verdicts[place] = verdict
        task.verdicts = verdicts


def _start(checker: Checker, count: int) -> list[_Worker]:
    # Spawned everywhere: the same on every system, and nothing of the parent is copied half-way.
    context = get_context("spawn")
    pipes = [context.Pipe() for _ in range(count)]
    crews = [pipes] if sys.platform == "linux" else [[pipe] for pipe in pipes]
    workers = []
    for crew in crews:
        theirs = [end for _, end in crew]
        process = context.Process(target=_work_as_crew, args=(theirs, checker), daemon=True)
        process.start()
        for end in theirs:
            end.close()
        workers += [_Worker(process, end) for end, _ in crew]
    return workers


def _died(worker: _Worker) -> WorkerError:
    worker.process.join(1)
    code = worker.process.exitcode
    return WorkerError("worker.died", code="?" if code is None else code)


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes begin deaf to Ctrl-C and its like, which go to all: the parent ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _work_as_crew(connections: Sequence[Connection], checker: Checker) -> None:
    """Read what is needed, judge a few texts, then fork a worker for each other connection."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)
    collect_seldom()
    first = connections[0]
    try:
        texts, names = asked = first.recv()
    except (EOFError, OSError):
        return
    if len(connections) > 1:
        _reply(checker, texts[:_FEW], names[:_FEW])  # what goes wrong will again, and be told
    gc.collect()
    gc.freeze()  # packs and model stay: no need to look through them again, or to copy their pages
    for spot, connection in enumerate(connections[1:], 1):
        if _fork() == 0:
            for other in (first, *connections[spot + 1 :]):
                other.close()
            _work(connection, checker)
            os._exit(0)
        connection.close()
    _work(first, checker, asked)


def _fork() -> int:
    with warnings.catch_warnings():
        # Python 3.12 warns of threads; those of numpy are made for this, and there are no others.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _work(connection: Connection, checker: Checker, asked: Asked | None = None) -> None:
    """Judge what was `asked` and what comes, until the parent closes its end."""
    tasks: queue.SimpleQueue[Asked] = queue.SimpleQueue()
    if asked is not None:
        tasks.put(asked)
    # The pipe is emptied at all times: else both sides could wait for each other to read.
    threading.Thread(target=_take_in, args=(connection, tasks), daemon=True).start()
    try:
        connection.send(("ready", os.getpid()))
        while True:
            connection.send(_reply(checker, *tasks.get()))
    except OSError:
        return


def _take_in(connection: Connection, tasks: queue.SimpleQueue[Asked]) -> None:
    while True:
        try:
            tasks.put(connection.recv())
        except (EOFError, OSError):
            os._exit(0)  # the parent is gone or wants no more: leave in the middle of anything


def _reply(checker: Checker, texts: list[str], names: list[tuple[str, ...]]) -> Reply:
    try:
        checker.preload()
        verdicts = _verdicts(checker, texts, names)
    except DetectorError as error:
        return "error", error
    except Exception as error:  # noqa: BLE001  a traceback could show a comment
        return "failed", type(error).__name__
    found = [(place, verdict) for place, verdict in enumerate(verdicts) if not verdict.silent]
    return "done", found
