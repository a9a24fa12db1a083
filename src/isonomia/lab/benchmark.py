"""Speed beside bare NumPy: the same model, once as twelve lines of NumPy, once through the whole kernel.

The bench model: N members on a stock of capacity K = 10·N units that regrows logistically (r = .4). Each day a member
wants 6·g·u (g their own greed, u a fresh draw), takes at most the quota, all are cut if the stock is short; a majority
that finds the stock below its own threshold lowers the quota by a tenth, else it rises by a fiftieth. In the kernel
that is the `commons` world with a law of 20 articles, and each day a ballot act, a claim act, a quota act and a close,
every one judged, recorded, hashed and written to a run folder that verifies.

The two alternate in one process, so that the ratio holds where the machine's speed does not; rows give medians.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Fact, Office, Recipe
from isonomia.basics.streams import Array, draw_shorts
from isonomia.decisions.direction import LOWER, Direction
from isonomia.identity.roll import Roll
from isonomia.lab.mesa_model import play_mesa
from isonomia.law.articles import Article
from isonomia.polity.polity import Polity
from isonomia.record.folder import RunFolder
from isonomia.record.keys import LogKey, key_from_seed
from isonomia.record.log import Log
from isonomia.record.verify import check_folder
from isonomia.worlds.commons import MICRO, QUOTA, Commons, Setting

GREED_TOP = 6000  # milli-units a day that the greediest may want
SHARE = 65_536
SIZES = (100, 10_000, 1_000_000)
DAYS = {100: 400, 10_000: 120, 1_000_000: 8}
REPEATS = 15
ARTICLES = tuple(
    Article(f"{on}.{i}", on, text)
    for on, texts in {
        "claim": (
            "role == 'member'",
            "claimants <= accounts",
            "not claimed",
            "claimants >= 1",
            "accounts <= roll",
            "roll >= 1",
        ),
        "ballot": (
            "role == 'member'",
            "voters <= accounts",
            "not voted",
            "voters >= 1",
            "1000 * voters >= 45 * roll",
            "accounts <= roll",
        ),
        "set_quota": (
            "role == 'governor'",
            "not quota_set_today",
            "quota_new == mandate",
            "100 * quota_new >= 89 * quota",
            "100 * quota_new <= 103 * quota",
            "quota_new >= 50000 and quota_new <= 10000000",
            "stock_measured <= capacity",
            "implies(votes_lower > votes_raise, quota_new <= quota)",
        ),
    }.items()
    for i, text in enumerate(texts, 1)
)
DENY = Article("deny", "claim", "claimants < 1")  # with this one more article nobody eats


def caution(members: int, seed: int) -> Array:
    """The share of the capacity below which each wants the quota lowered: .2 to .8, in 65,536ths, (members,) uint32."""
    drawn = draw_shorts(seed, "bench/caution", 0, members).astype("<u4")
    return np.uint32(SHARE // 5) + drawn * np.uint32(3) // np.uint32(5)


def found_bench(members: int, seed: int, log: Log, articles: tuple[Article, ...] = ARTICLES) -> tuple[Polity, Commons]:
    """The bench polity and its world."""
    world = Commons({"members": members}, seed, Setting(start_permille=1000))
    decisions = Direction(MICRO, (QUOTA.lo, QUOTA.hi), steps=(90, 102))
    offices: list[Office] = [world, decisions, Roll({"members": members})]  # the model has no petitions and no contract
    return Polity(offices, articles, log, seed), world


def play_bench(
    members: int, days: int, seed: int, log: Log, articles: tuple[Article, ...] = ARTICLES
) -> dict[str, float]:
    """Play the bench model through the kernel: mean stock ÷ capacity and quota over the second half, mean wealth."""
    polity, world = found_bench(members, seed, log, articles)
    threshold = caution(members, seed)
    submit, stocks, quotas = polity.submit, [], []
    stock = capacity = world.capacity
    for day in range(days):
        if day:
            choice = (threshold <= np.uint32(SHARE * stock // capacity)) + np.uint8(LOWER)  # one more is RAISE
            submit(Act("members", "ballot", day, {"choice": choice}), "members")
        claim = Recipe("bench/claims", day, 0, members, 0, GREED_TOP, "bench/greed")
        submit(Act("members", "claim", day, {"milli": claim}), "members")
        submit(Act("governor", "set_quota", day, {"quota": polity.view("governor")["mandate"]}), "governor")
        closed = polity.close_day().facts
        stock = int(closed["stock_measured"])
        stocks.append(stock)
        quotas.append(int(closed["quota"]))
    wealth = float(world.total_served()) / 1000 / members
    half = days // 2
    return {
        "stock_share": float(np.mean(stocks[half:])) / capacity,
        "quota": float(np.mean(quotas[half:])) / MICRO,
        "wealth": wealth,
    }


def play_numpy(members: int, days: int, seed: int) -> dict[str, float]:
    """The same model by hand in float64 NumPy: what the kernel is measured against."""
    traits = np.random.default_rng(seed)
    greed, threshold = traits.random(members), 0.2 + 0.6 * traits.random(members)
    draws = np.random.default_rng(seed + 1)
    capacity = 10.0 * members
    stock, quota, wealth = capacity, 1.0, np.zeros(members)
    stocks, quotas = [], []
    for _ in range(days):
        harvest = np.minimum(6 * greed * draws.random(members), quota)
        total = harvest.sum()
        scale = min(1.0, stock / total) if total > 0 else 1.0
        wealth += scale * harvest
        stock = max(0.0, stock + 0.4 * stock * (1 - stock / capacity) - scale * total)
        lower = int((stock / capacity < threshold).sum())
        quota = min(10.0, max(0.05, quota * (0.90 if 2 * lower > members else 1.02)))
        stocks.append(stock)
        quotas.append(quota)
    half = days // 2
    return {
        "stock_share": float(np.mean(stocks[half:])) / capacity,
        "quota": float(np.mean(quotas[half:])),
        "wealth": float(wealth.mean()),
    }


# -- timing ------------------------------------------------------------------------------------------------------------
def _key() -> LogKey:
    return key_from_seed(b"bench".ljust(32, b"\0"))


def record_bench(members: int, days: int, folder: Path, articles: tuple[Article, ...] = ARTICLES) -> dict[str, float]:
    """One run of the bench model into a sealed run folder."""
    spec = {"bench": True, "members": members, "days": days, "seed": 1}
    with RunFolder.create(folder, spec) as run:
        found = play_bench(members, days, 1, run.log, articles)
        run.finish(_key())
    return found


def bench_row(members: int, repeats: int, tick: Callable[[str, int, int], None]) -> dict[str, Any]:
    """One size: ratio and cost per day as medians over alternating repeats, peak memory above NumPy's, gate p50."""
    days = DAYS.get(members, max(4, 12_000_000 // members))
    bare, ours = [], []
    with TemporaryDirectory() as scratch:
        for i in range(repeats + 1):
            gc.collect()
            bare.append(_timed(lambda: play_numpy(members, days, 1)))
            with RunFolder.create(Path(scratch) / str(i), {"bench": True}) as run:
                gc.collect()
                ours.append(_timed(lambda log=run.log: play_bench(members, days, 1, log)))  # type: ignore[misc]
                if i == repeats:
                    run.finish(_key())
            tick(f"{members:,} members", 1, repeats + 1)
        verified = check_folder(Path(scratch) / str(repeats)).ok  # the last timed run itself
    ratios = [a / b for a, b in zip(bare[1:], ours[1:], strict=True)]  # the first of each only warms up
    return {
        "members": members,
        "numpy_ratio": median(ratios),
        "us_per_day": median(ours[1:]) / days * 1e6,
        "numpy_us_per_day": median(bare[1:]) / days * 1e6,
        "gate_us_p50": gate_us(members),
        "peak_mb": peak_mb(members) - peak_mb(members, bare=True),
        "mesa_numpy_ratio": mesa_ratio(members),
        "days": days,
        "repeats": repeats,
        "verified": verified,
    }


def mesa_ratio(members: int) -> float | None:
    """Mesa's speed as a share of NumPy's, over a few days of the same model; None where Mesa is not installed."""
    if find_spec("mesa") is None:
        return None
    days = max(2, min(50, 200_000 // members))
    return _timed(lambda: play_numpy(members, days, 1)) / _timed(lambda: play_mesa(members, days, 1))


def _timed(play: Callable[[], object]) -> float:
    start = time.perf_counter()
    play()
    return time.perf_counter() - start


def gate_us(members: int = 100, times: int = 2000) -> float:
    """Median microseconds to judge a quota act by twenty articles on that one kind."""
    judge, facts = _gate_of_twenty(members)
    laps = []
    for _ in range(times):
        start = time.perf_counter_ns()
        judge("set_quota", facts)
        laps.append(time.perf_counter_ns() - start)
    return median(laps) / 1000


def _gate_of_twenty(members: int) -> tuple[Callable[[str, Mapping[str, Fact]], tuple[str, ...]], dict[str, Fact]]:
    texts = [a.text for a in ARTICLES if a.on == "set_quota"]
    twenty = tuple(Article(f"Q.{i}", "set_quota", texts[i % len(texts)]) for i in range(20))
    polity, _ = found_bench(members, 1, Log(), twenty)
    known: dict[str, Fact] = {"quota": MICRO, "quota_new": MICRO, "mandate": MICRO, "capacity": 10 * MICRO * members}
    facts: dict[str, Fact] = {
        **known,
        "stock_measured": MICRO,
        "stock_reported": MICRO,
        "quota_set_today": False,
        "role": "governor",
        "votes_lower": 0,
        "votes_raise": 0,
        "accounts": 0,
        "roll": members,
    }
    assert not polity.gate.judge("set_quota", facts), "the benched act must be one that all twenty articles permit"
    return polity.gate.judge, facts


def peak_mb(members: int, bare: bool = False) -> float:
    """Peak resident memory of a fresh process that plays some days, in MB."""
    context = get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_peak, (members, bare))


def _peak(members: int, bare: bool) -> float:
    days = 10
    if bare:
        play_numpy(members, days, 1)
    else:
        with TemporaryDirectory() as scratch:
            record_bench(members, days, Path(scratch) / "run")
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would also count what the parent held when it forked
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return peak_bytes / 2**20
