"""Where pieces of work are played: the only difference that an engine makes is when a result comes.

A piece of work and what it gives are plain values that travel between processes; what a piece gives depends on the
piece alone. An engine keeps nothing and decides nothing: what is finished is the ledger's to remember, and what is
played next the sweep's to say. `docs/design/005-engine.md` says how one for a cluster would answer the same promise.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from threading import Thread
from types import MappingProxyType
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Found = TypeVar("Found")
FEW = 4  # jobs for which no process is started


class Engine(Protocol):
    """Plays pieces of work that do not depend on one another."""

    def each(self, play: Callable[[Job], Found], jobs: Sequence[Job]) -> Iterator[Found]:
        """What `play` gives for every job, each once, in whatever order they end.

        What a job raises is raised here; whoever stops asking, or is interrupted, leaves no work behind.
        """
        ...


class Local:
    """Processes on this machine, as many as asked for; one means this process itself."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers or os.cpu_count() or 1

    def each(self, play: Callable[[Job], Found], jobs: Sequence[Job]) -> Iterator[Found]:
        if self._workers == 1 or len(jobs) < FEW:
            yield from map(play, jobs)
            return
        pool = ProcessPoolExecutor(self._workers, initializer=_serve_parent, initargs=(os.getpid(),))
        try:
            for future in as_completed([pool.submit(play, job) for job in jobs]):
                yield future.result()
        except BaseException:
            _end(pool)
            raise
        pool.shutdown()


ENGINES: Mapping[str, Callable[[int], Engine]] = MappingProxyType({"local": Local})


def _end(pool: ProcessPoolExecutor) -> None:
    """Leave at once: who interrupts does not wait for what is half done, and a second interrupt must not hang."""
    workers = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.kill()


def _serve_parent(parent: int) -> None:
    """Leave interrupts to the parent, and do not outlive it: a killed one can tell nobody to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    Thread(target=watch, daemon=True).start()
