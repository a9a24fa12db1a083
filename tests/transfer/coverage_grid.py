"""The named grid on which intervals of the transfer metric are measured: worlds with a known τ and b. It tests nothing.

An item's chance with the unprotected model is Beta(4m, 4(1 − m)), alone it is a fixed part of that, with the layer
a + τ(m − a), so that τ is exact. "yes-no": five attempts an item, each at the chance that makes the best of five come
out so; the best counts. "steps": grades of 0, ¼ … 1 of five attempts, of which the attacker's rating, which knows
nothing, takes one. "tied" worlds give all arms of an item half of their luck in common.
`python benchmarks/transfer_coverage.py` prints the tables.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from isonomia.measures.statistics.bootstrap import bca_bounds, resample_counts
from isonomia.measures.statistics.shares import share_interval
from isonomia.transfer.attempts import Attempts, Names

Array = np.ndarray[Any, Any]
SIZES = (50, 100, 200, 400)
TAUS = (0.03, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
SERVICES = (0.5, 0.7, 0.9, 1.0)
TRIES = 5
# name: (mean with the unprotected model, mean alone, luck in common, yes-no or steps)
WORLDS = {
    "yes-no": (0.8, 0.0, 0.0, True),
    "yes-no, known a little, tied": (0.8, 0.1, 0.5, True),
    "steps": (0.8, 0.0, 0.0, False),
    "steps, known a little": (0.95, 0.05, 0.0, False),
}
TIED = ("tied to the guess", "tied to both")
NAMES = (*WORLDS, *TIED)
GUESSED, STEPS = 1 / 12, 5  # the chance of a guess at each step of an item


def draw(world: str, n: int, tau: float, samples: int) -> tuple[Array, Array, Array]:
    """What the attack on the target, on the unprotected model, and alone gets: (samples, n) each."""
    rng = np.random.default_rng([n, round(100 * tau), NAMES.index(world)])
    if world in TIED:
        alone, lost = rng.binomial(STEPS, GUESSED, (2, samples, n)) / STEPS
        whole = 1.0 - lost * (world == "tied to both")
        return np.where(rng.random((samples, n)) < tau, whole, alone), whole, alone
    mean, known, common, yes_no = WORLDS[world]
    bare = rng.beta(4 * mean, 4 * (1 - mean), (samples, n))
    alone = bare * known / mean
    shared, tied = rng.random((samples, n, TRIES)), rng.random((samples, n, 1)) < common
    found = []
    for chance in (alone + tau * (bare - alone), bare, alone):
        if yes_no:
            each = 1.0 - (1.0 - chance) ** (1.0 / TRIES)
            luck = np.where(tied, shared, rng.random((samples, n, TRIES)))
            found.append((luck < each[..., None]).any(axis=-1).astype(np.float64))
        else:
            grades = rng.binomial(4, np.repeat(chance[..., None], TRIES, axis=-1)) / 4
            taken = rng.integers(TRIES, size=(samples, n, 1))
            found.append(np.take_along_axis(grades, taken, axis=-1)[..., 0])
    return found[0], found[1], found[2]


def served(n: int, service: float, samples: int) -> tuple[Array, Array]:
    """Grades on benign twins, with the layer and without: (samples, n) each; the mean is .9 without."""
    rng = np.random.default_rng([n, round(100 * service), 99])
    bare = rng.beta(9.0, 1.0, (samples, n))
    return tuple(rng.binomial(1, chance).astype(np.float64) for chance in (service * bare, bare))  # type: ignore[return-value]


Bounds = Callable[[Array, Array, Array], tuple[float, float] | None]


def by_score(part: Array, whole: Array, floor: Array) -> tuple[float, float] | None:
    found = share_interval(part, whole, floor)
    return None if found is None else (found.lo, found.hi)


def by_bca(part: Array, whole: Array, floor: Array) -> tuple[float, float] | None:
    """BCa over items, for comparison; a point where every resample says the same."""
    a, b = part - floor, whole - floor
    counts = resample_counts(a.size)
    resampled = (counts @ a) / (counts @ b)
    if resampled.max() == resampled.min():
        return float(resampled[0]), float(resampled[0])
    left_out = (a.sum() - a) / (b.sum() - b)
    return bca_bounds(float(a.sum() / b.sum()), resampled, left_out, (0.025, 0.025))


def coverage(arms: tuple[Array, Array, Array], truth: float, bounds: Bounds = by_score) -> tuple[float, float]:
    """The share of samples whose interval holds the truth, and the mean width. No interval is a miss."""
    found = [bounds(*rows) for rows in zip(*arms, strict=True)]
    held = [pair is not None and pair[0] <= truth <= pair[1] for pair in found]
    return float(np.mean(held)), float(np.mean([pair[1] - pair[0] for pair in found if pair is not None]))


def table(n: int, tau: float, service: float, refused: float, seed: int, tries: int = TRIES) -> Attempts:
    """A whole table of yes-no attempts without ratings, for the path from attempts to rows; the tripwire refuses .8."""
    rng = np.random.default_rng([n, round(100 * tau), round(100 * service), seed])
    bare = rng.beta(3.2, 0.8, n)
    arms = ("alone", "attack", "bare", "benign", "benign-bare", "tripwire")
    grades, refusals, counts = [], [], []
    for chance in (0.05 * bare, 0.05 * bare + tau * 0.95 * bare, bare):
        each = 1.0 - (1.0 - chance) ** (1.0 / tries)
        grades.append((rng.random((n, tries)) < each[:, None]).astype(np.float64).ravel())
        refusals.append(np.zeros(n * tries, dtype=np.int8))
        counts.append(tries)
    well = rng.beta(9.0, 1.0, n)
    for chance, rate in ((service * well, refused), (well, 0.0), (np.zeros(n), 0.8)):
        grades.append((rng.random(n) < chance).astype(np.float64))
        refusals.append((rng.random(n) < rate).astype(np.int8))
        counts.append(1)
    size = sum(n * count for count in counts)
    one = Names(np.zeros(size, dtype=np.int64), ("m",))
    arm = np.repeat(np.arange(6), [n * count for count in counts])
    twin = np.concatenate([np.repeat(np.arange(n), count) for count in counts])
    attempt = np.concatenate([np.tile(np.arange(1, count + 1), n) for count in counts])
    words = tuple(f"{i:09d}" for i in range(n))
    return Attempts(
        one, one, Names(arm, arms), Names(twin, words), one, one, attempt.astype(np.int64), np.concatenate(grades),
        np.concatenate(refusals), np.full(size, np.nan), np.ones(size), np.zeros(size, dtype=np.int64),
    )  # fmt: skip
