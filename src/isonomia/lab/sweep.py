"""A sweep: attacks × charters, each cell grown seed by seed until it is decided; resumable, in any number of processes.

The unit of work is one seed of one charter and governor: its control run is played once, and every attack that needs
more seeds is played against it. Each finished pair is a line of `pairs.jsonl`; a sweep that was killed finds them
again, drops a half-written last line, and goes on. Which process played what leaves no trace in any number.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from isonomia.basics.canonical import decode, encode
from isonomia.basics.errors import IsonomiaError
from isonomia.lab.cells import Verdict, judge_table
from isonomia.lab.plugins import worlds
from isonomia.lab.run import paid_by, run
from isonomia.lab.spec import Spec
from isonomia.measures.harm import Pair, Service, measure_pair, measure_service

Tick = Callable[[str, int, int], None]  # (what, done of it now, of how many in this stage)


class SweepError(IsonomiaError):
    """A sweep that cannot go on as asked."""


class CellKey(NamedTuple):
    """Which cell: the attack and the charter, by name."""

    attack: str
    charter: str


@dataclass(frozen=True, slots=True)
class Job:
    """One seed of one charter under one governor: a control run, and the attacks to play against it."""

    control: Spec
    attacks: tuple[tuple[str, Mapping[str, int]], ...] = ()
    reference: Spec | None = None  # a benign twin's reference: then service is measured, not harm


class Done(NamedTuple):
    """What one job found: kind ("pair" or "service"), the cell's key parts, and the numbers as plain values."""

    kind: str
    attack: str
    charter: str
    digest: str
    numbers: dict[str, Any]


def twin_digest(twin: Spec, reference: Spec) -> str:
    """What a service is of: a charter that one diff extends, and that is a diff itself, has two references."""
    return f"{twin.digest}/{reference.digest}"


def play(job: Job) -> list[Done]:
    """Run one job; pure, so any process may."""
    numbers = worlds()[job.control.world].numbers
    control = run(job.control)
    name = job.control.charter.name
    if job.reference is not None:
        same = job.reference.digest == job.control.digest
        service = measure_service(control, control if same else run(job.reference), numbers)
        return [Done("service", "", name, twin_digest(job.control, job.reference), service.plain())]
    done = []
    for attack, point in job.attacks:
        spec = replace(job.control, attack=attack, point=dict(point))
        pair = measure_pair(run(spec), control, numbers, paid_by(spec))
        done.append(Done("pair", attack, name, spec.digest, pair.plain()))
    return done


class Ledger:
    """Finished work by the digest of the spec that gave it, kept in a file as it comes (or only in memory)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._found: dict[str, dict[str, Any]] = {}
        if path is not None and path.exists():
            whole = path.read_bytes()
            kept = whole[: whole.rfind(b"\n") + 1]
            for line in kept.splitlines():
                try:
                    row = decode(line)
                    self._found[row["digest"]] = row["numbers"]
                except (ValueError, KeyError, TypeError) as error:
                    raise SweepError(f"{path} is not a list of pairs; use another --out folder") from error
            if kept != whole:
                path.write_bytes(kept)  # the line that a kill cut short is played again

    def get(self, digest: str) -> dict[str, Any] | None:
        return self._found.get(digest)

    def add(self, done: Done) -> None:
        self._found[done.digest] = done.numbers
        if self._path is not None:
            try:
                with self._path.open("ab") as file:
                    file.write(encode(done._asdict()) + b"\n")
            except OSError as error:
                raise SweepError(
                    f"{self._path} cannot be written: {error.strerror}; nothing finished is lost"
                ) from error


def work(jobs: Sequence[Job], ledger: Ledger, workers: int, tick: Callable[[int], None]) -> None:
    """Play every job, in this process or several; `tick` hears how many pairs each finished job gave."""
    if workers == 1 or len(jobs) < 4:
        for job in jobs:
            for done in _keep(play(job), ledger):
                tick(done)
        return
    pool = ProcessPoolExecutor(workers, initializer=_serve_parent, initargs=(os.getpid(),))
    try:
        for future in as_completed([pool.submit(play, job) for job in jobs]):
            for done in _keep(future.result(), ledger):
                tick(done)
    except BaseException:
        _end(pool)
        raise
    pool.shutdown()


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


def _keep(found: list[Done], ledger: Ledger) -> Iterator[int]:
    for done in found:
        ledger.add(done)
    yield len(found)


def pair_from_plain(plain: Mapping[str, Any]) -> Pair:
    tuples = ("decoupling", "input_capture", "truth_gap", "structural", "by_day", "roots")
    return Pair(**{**plain, **{name: tuple(plain[name]) for name in tuples}})


def service_from_plain(plain: Mapping[str, Any]) -> Service:
    return Service(**plain)


class Sweep:
    """Cells to be decided, and what has been found so far."""

    def __init__(
        self,
        controls: Mapping[CellKey, Spec],
        points: Mapping[str, Mapping[str, int]],
        looks: Sequence[int],
        out: Path | None = None,
        workers: int = 0,
    ) -> None:
        self.controls = dict(controls)  # per cell, its control arm at seed 0
        self.looks = tuple(looks)
        self._points = points
        self._workers = workers or os.cpu_count() or 1
        self._ledger = Ledger(out / "pairs.jsonl" if out is not None else None)
        self.sizes: dict[CellKey, int] = dict.fromkeys(self.controls, 0)

    def attacked(self, key: CellKey, seed: int) -> Spec:
        control = self.controls[key]
        return replace(control, seed=control.seed + seed, attack=key.attack, point=dict(self._points[key.attack]))

    def pairs(self, key: CellKey) -> list[Pair]:
        found = [self._ledger.get(self.attacked(key, seed).digest) for seed in range(self.sizes[key])]
        return [pair_from_plain(plain) for plain in found if plain is not None]

    def grow(self, tick: Tick) -> dict[CellKey, Verdict]:
        """Play look after look; a cell stops growing once the table decides it. `tick(what, pairs, of)` on the way."""
        verdicts: dict[CellKey, Verdict] = {}
        growing = list(self.controls)
        for look in self.looks:
            if not growing:
                break
            self._play_to(look, growing, tick)
            for key in growing:
                self.sizes[key] = look
            keys = list(self.controls)
            verdicts = dict(zip(keys, judge_table([self.pairs(key) for key in keys], self.looks), strict=True))
            growing = [key for key in growing if verdicts[key].status == "undetermined"]
        return verdicts

    def _play_to(self, look: int, growing: Sequence[CellKey], tick: Tick) -> None:
        jobs: dict[str, tuple[Spec, list[tuple[str, Mapping[str, int]]]]] = {}
        missing = 0
        for key in growing:
            for seed in range(self.sizes[key], look):
                spec = self.attacked(key, seed)
                if self._ledger.get(spec.digest) is None:
                    control = spec.control()
                    jobs.setdefault(control.digest, (control, []))[1].append((key.attack, spec.point))
                    missing += 1
        work(
            [Job(control, tuple(attacks)) for control, attacks in jobs.values()],
            self._ledger,
            self._workers,
            lambda n: tick(f"pairs to seed {look}", n, missing),
        )

    def services(self, specs: Sequence[tuple[Spec, Spec]], tick: Callable[[int], None]) -> list[Service]:
        """Benign twins: each (twin, its reference without the safeguard)."""
        missing = [pair for pair in specs if self._ledger.get(twin_digest(*pair)) is None]
        work([Job(spec, reference=reference) for spec, reference in missing], self._ledger, self._workers, tick)
        return [service_from_plain(self._ledger.get(twin_digest(*pair)) or {}) for pair in specs]
