"""A public budget that a governor spends, day by day, on the projects that the community has chosen.

Money is whole units of one currency; projects go by their position; nothing here knows the mandate.

- *Money in.* The budget and a reserve on top of it reach the treasury evenly over the build period, on its days 1 … T;
  on day 0, when the community votes, the treasury is empty. Each day's money is there before anyone acts.
- *Money out.* A payment moves what was asked, or what is there if that is less. It never comes back, also where a
  project has been paid in full already: overpaying is how a treasury is looted.
- *Delivery.* A project is delivered by the payment that brings what was paid for it up to its present cost; it may be
  paid in parts. From then on its cost is settled, and whoever gave it points has their use of it.
- *Overruns.* Each project's cost rises once, by a share and on a day of the build period drawn from the seed, unless
  it was delivered before. So a plan made on day 0 does not last.

What a governor says of all this is its report: `..._reported` is what was said, `..._measured` is what is so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.errors import IsonomiaError
from isonomia.basics.schema import Flag, Whole
from isonomia.basics.streams import Array, draw_below

MONEY = Whole(0, 4 * 10**15)
MOST_BUDGET = 10**15
GOVERNORS = ("governor", "operator", "office")


@dataclass(frozen=True, slots=True)
class Overrun:
    """At the beginning of `day`, `project` comes to cost `extra` money units more, unless it is delivered by then."""

    day: int
    project: int
    extra: int


@dataclass(frozen=True, slots=True)
class Setting:
    """The physics of one budget, in permille.

    `reserve` of the budget on top of it; `build` of the run's days, over which money arrives and costs rise; `overrun`,
    the most a drawn overrun adds to a project's cost. With reserve ≥ overrun, a mandate that fits the budget can be
    delivered on schedule. `overruns` come on top of those drawn, the same for every seed: a real emergency.
    """

    reserve: int = 300
    build: int = 600
    overrun: int = 300
    overruns: tuple[Overrun, ...] = ()

    def __post_init__(self) -> None:
        if not (0 <= self.reserve <= 1000 and 0 < self.build <= 1000 and 0 <= self.overrun <= 1000):
            raise IsonomiaError("a budget's reserve, build and overrun are permille; build is at least 1")


def money_arrived(total: int, build_days: int, day: int) -> int:
    """How much of `total` has reached the treasury when `day` begins: evenly over days 1 … build_days, rounded up."""
    return -(-total * min(day, build_days) // build_days)


def days_on_schedule(
    order: Sequence[int], costs: Sequence[int], budget: int, build_days: int, first_day: int = 1
) -> tuple[int, ...]:
    """The day by which each project of `order` is delivered if the budget, as it arrives, is spent in that order.

    At original costs and without the reserve, which is there for overruns; nothing before `first_day`, the first on
    which the order is known. What the budget does not cover gets a day after both.
    """
    days, day, due = [], first_day, 0
    for project in order:
        due += costs[project]
        while day <= max(build_days, first_day) and money_arrived(budget, build_days, day) < due:
            day += 1
        days.append(day)
    return tuple(days)


def _kinds(count: int) -> Mapping[str, Kind]:
    pay = Kind(
        "pay",
        body={"project": Whole(0, count - 1), "amount": MONEY},
        facts={
            "amount": MONEY,
            "moved": MONEY,
            "treasury_measured": MONEY,
            "treasury_reported": MONEY,
            "spent_measured": MONEY,
            "paid_measured": MONEY,
            "paid_before": MONEY,
            "cost_now": MONEY,
            "cost_original": MONEY,
            "delivered": Flag(),
        },
        after={
            "treasury_measured": "treasury_measured - moved",
            "spent_measured": "spent_measured + moved",
            "paid_measured": "paid_measured + moved",
        },
        roles=GOVERNORS,
    )
    report = Kind(
        "report",
        body={"delivered": Whole(0, count), "spent": MONEY},
        facts={
            "delivered_said": Whole(0, count),
            "spent_said": MONEY,
            "delivered_measured": Whole(0, count),
            "spent_measured": MONEY,
            "reported_today": Flag(),
        },
        after={"delivered_reported": "delivered_said", "spent_reported": "spent_said"},
        roles=GOVERNORS,
    )
    return MappingProxyType({"pay": pay, "report": report})


class Budget:
    """The budget as an office, and the world.

    `costs`: original, by project; `points`: what each founding person truly wishes, shape (persons, projects), as on a
    sincere ballot; `holders`: founding persons by principal, in the order of their positions; `days`: length of the
    run. Raises IsonomiaError where these do not fit together.
    """

    name = "budget"
    knows: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self,
        costs: Sequence[int],
        budget: int,
        points: Array,
        holders: Mapping[Principal, int],
        seed: int,
        days: int,
        setting: Setting | None = None,
    ) -> None:
        self.setting = setting = setting or Setting()
        self.costs = tuple(int(cost) for cost in costs)
        count = len(self.costs)
        if not count or points.shape != (sum(holders.values()), count):
            raise IsonomiaError(f"points for {sum(holders.values())} persons and {count} projects, got {points.shape}")
        if min(self.costs) < 0 or not 0 < budget <= MOST_BUDGET or sum(self.costs) > MOST_BUDGET:
            raise IsonomiaError(f"a budget is 1 to {MOST_BUDGET:,} units of money, and so are all costs together")
        if sum(self.costs) * int(points.max(initial=0)) >= 2**62:
            raise IsonomiaError("costs × points exceed 62 bits; count money in larger units")
        self.kinds = _kinds(count)
        self.states: Mapping[str, Any] = {
            **dict.fromkeys(("released_measured", "treasury_measured", "treasury_reported"), MONEY),
            **dict.fromkeys(("spent_measured", "spent_reported", "paid_measured", "idle_measured"), MONEY),
            **dict.fromkeys(("delivered_measured", "delivered_reported"), Whole(0, count)),
            "days_idle": Whole(),
            "reported": Flag(),
        }
        self.build_days = max(1, days * setting.build // 1000)
        self.total = budget + -(-budget * setting.reserve // 1000)
        self._places = _places(holders)
        self._points = points
        self._rises = self._draw_overruns(seed)
        self._costs = list(self.costs)
        self._paid = [0] * count
        self._delivered: dict[int, int] = {}  # project -> day, in order of delivery
        self._utility = _frozen(np.zeros(len(points), dtype=np.int64))
        self._day = 0
        self._released = self._spent = self._paid_today = self._days_idle = 0
        self._said_delivered = self._said_spent = 0
        self._reported_on = -1

    def _draw_overruns(self, seed: int) -> dict[int, list[tuple[int, int]]]:
        """Day -> [(project, extra)]: one drawn for each project, and those of the setting."""
        count = len(self.costs)
        shares = draw_below(seed, "overruns", 0, count, self.setting.overrun + 1).tolist()
        days = draw_below(seed, "overrun-days", 0, count, self.build_days).tolist()
        rises: dict[int, list[tuple[int, int]]] = {}
        for project, (share, day) in enumerate(zip(shares, days, strict=True)):
            rises.setdefault(1 + day, []).append((project, self.costs[project] * share // 1000))
        for overrun in self.setting.overruns:
            if not (0 <= overrun.project < count and 0 <= overrun.extra <= MOST_BUDGET // count):
                raise IsonomiaError(f"{overrun}: names no project, or an extra cost that is no sum of money")
            rises.setdefault(overrun.day, []).append((overrun.project, overrun.extra))
        return rises

    # -- acts ----------------------------------------------------------------------------------------------------------
    def plan(self, act: Act) -> tuple[dict[str, Fact], Any]:
        if act.kind == "report":
            said: dict[str, Fact] = {
                "delivered_said": act.body["delivered"],
                "spent_said": act.body["spent"],
                "delivered_measured": len(self._delivered),
                "spent_measured": self._spent,
                "reported_today": self._reported_on == act.day,
            }
            return said, act
        project, amount = act.body["project"], act.body["amount"]
        treasury = self._released - self._spent
        moved = min(amount, treasury)
        facts: dict[str, Fact] = {
            "amount": amount,
            "moved": moved,
            "treasury_measured": treasury,
            "treasury_reported": self._treasury_reported(),
            "spent_measured": self._spent,
            "paid_measured": self._paid_today,
            "paid_before": self._paid[project],
            "cost_now": self._costs[project],
            "cost_original": self.costs[project],
            "delivered": project in self._delivered,
        }
        return facts, (project, moved, act.day)

    def facts(self, act: Act) -> Facts:
        return {}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        if isinstance(plan, Act):
            self._said_delivered, self._said_spent = plan.body["delivered"], plan.body["spent"]
            self._reported_on = -1 if plan.by.startswith("office:") else plan.day  # a default is nobody's duty done
            return {"delivered_reported": self._said_delivered, "spent_reported": self._said_spent}
        project, moved, day = plan
        self._spent += moved
        self._paid_today += moved
        self._paid[project] += moved
        if project not in self._delivered and self._paid[project] >= self._costs[project]:
            self._delivered[project] = day
            gained = self._points[:, project].astype(np.int64) * self.costs[project]
            self._utility = _frozen(self._utility + gained)
        return {"project": project, "paid": self._paid[project], "delivered": project in self._delivered}

    # -- the day -------------------------------------------------------------------------------------------------------
    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        """State the day as it ends; then tomorrow's money arrives and tomorrow's overruns come to light."""
        treasury = self._released - self._spent
        wanted = sum(self._costs[p] - self._paid[p] for p in range(len(self.costs)) if p not in self._delivered)
        idle = min(treasury, wanted)
        self._days_idle = self._days_idle + 1 if idle and not self._paid_today else 0
        stated: dict[str, Fact] = {
            "released_measured": self._released,
            "treasury_measured": treasury,
            "treasury_reported": self._treasury_reported(),
            "spent_measured": self._spent,
            "spent_reported": self._said_spent,
            "paid_measured": self._paid_today,
            "idle_measured": idle,
            "delivered_measured": len(self._delivered),
            "delivered_reported": self._said_delivered,
            "days_idle": self._days_idle,
            "reported": self._reported_on == today["day"],
        }
        self._day = int(today["day"]) + 1
        self._paid_today = 0
        self._released = money_arrived(self.total, self.build_days, self._day)
        for project, extra in self._rises.get(self._day, ()):
            if project not in self._delivered:
                self._costs[project] += extra
        return stated, ()

    def _treasury_reported(self) -> int:
        """What would be left if the last report were true."""
        return max(0, self._released - self._said_spent)

    # -- what is seen --------------------------------------------------------------------------------------------------
    def show(self, who: Principal) -> Mapping[str, Any]:
        """To all: what was delivered and what was reported. To the governor: the books. To holders: their own part."""
        shown: dict[str, Any] = {
            "delivered": tuple(self._delivered.items()),
            "released": self._released,
            "build_days": self.build_days,
            "treasury_reported": self._treasury_reported(),
            "spent_reported": self._said_spent,
            "delivered_reported": self._said_delivered,
        }
        if who == "governor":
            shown |= {
                "treasury": self._released - self._spent,
                "costs_original": self.costs,
                "costs_now": tuple(self._costs),
                "paid": tuple(self._paid),
            }
        elif who in self._places:
            shown |= {"own_points": self._points[self._places[who]], "own_utility": self._utility[self._places[who]]}
        return shown

    def persons(self) -> Mapping[str, Array]:
        """`utility`: Σ original cost × points over what is delivered, int64 (persons,). `points`: the constructor's."""
        return {"utility": self._utility, "points": self._points}


def _places(holders: Mapping[Principal, int]) -> dict[Principal, slice]:
    places, start = {}, 0
    for who, n in holders.items():
        places[who] = slice(start, start + n)
        start += n
    return places


def _frozen(cells: Array) -> Array:
    cells.setflags(write=False)
    return cells
