"""A public budget that a governor spends, day by day, on the projects that the community has chosen.

Money is whole units of one currency; projects go by position. What the community chose is known here as it was
published: by acts `adopt` of the office of decisions, one for each project, in order, on record.

- *Money in.* The budget and a reserve on top of it reach the treasury evenly over the build period, on its days 1 … T;
  on day 0, when the community votes, the treasury is empty. Each day's money is there before anyone acts.
- *Money out.* A payment moves what was asked, or what is there if that is less. It never comes back, also where a
  project has been paid in full already: overpaying is how a treasury is looted.
- *Delivery.* A project is delivered by the payment that brings what was paid for it up to its present cost; it may be
  paid in parts. From then on its cost is settled, and whoever gave it points has their use of it.
- *What of the mandate can be had*: projects adopted, in their order, each if money suffices for what it costs by now
  (`affordable`). `pay_next` pays those as far as the treasury goes: what a caretaker can do who decides nothing.
- *Overruns.* Each project's cost rises once, by a share and on a day of the build period drawn from the seed, unless
  it was delivered before. So a plan made on day 0 does not last.

What a governor says of all this is its report: `..._reported` is what was said, `..._measured` is what is so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from isonomia.basics.acts import Act, Fact, Facts, Kind, Permit, Principal
from isonomia.basics.errors import IsonomiaError
from isonomia.basics.schema import FactSchema, Flag, Whole
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


def affordable(order: Iterable[int], rest: Mapping[int, int], funds: int) -> tuple[int, ...]:
    """The projects of `order` that are not finished (`rest`: what each still costs) and that `funds` can finish.

    One that no longer fits is passed over, so what overruns make too much falls away from the end."""
    kept = []
    for project in order:
        if project in rest and rest[project] <= funds:
            kept.append(project)
            funds -= rest[project]
    return tuple(kept)


def _kinds(count: int) -> Mapping[str, Kind]:
    books: dict[str, FactSchema] = dict.fromkeys(
        ("moved", "treasury_measured", "spent_measured", "spent_mandate_measured", "paid_measured"), MONEY
    )
    after = {
        "treasury_measured": "treasury_measured - moved",
        "spent_measured": "spent_measured + moved",
        "paid_measured": "paid_measured + moved",
    }
    adopt = Kind(
        "adopt",
        body={"project": Whole(0, count - 1), "rank": Whole(1, count)},
        facts={"rank": Whole(1, count), "adopted": Flag(), "cost_original": MONEY},
        roles=("office",),
    )
    pay_next = Kind(
        "pay_next",
        facts={**books, "projects_paid": Whole(0, count)},
        after={**after, "spent_mandate_measured": "spent_mandate_measured + moved"},
        roles=GOVERNORS,
    )
    pay = Kind(
        "pay",
        body={"project": Whole(0, count - 1), "amount": MONEY},
        facts={
            **books,
            "amount": MONEY,
            "treasury_reported": MONEY,
            "for_mandate": MONEY,
            "paid_before": MONEY,
            "cost_now": MONEY,
            "cost_original": MONEY,
            "delivered": Flag(),
        },
        after={**after, "spent_mandate_measured": "spent_mandate_measured + for_mandate"},
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
    return MappingProxyType({kind.name: kind for kind in (adopt, pay, pay_next, report)})


class Budget:
    """The budget as an office, and the world.

    `costs`: original, by project; `points`: what each founding person truly wishes, shape (persons, projects), as on a
    sincere ballot; `holders`: founding persons by principal, in the order of their positions; `days`: length of the
    run; `sincere`: what the declared rule makes of `points`, in its order: truth about what persons are owed, and when,
    of which no act and no view learns. Raises IsonomiaError where these do not fit together.
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
        sincere: Sequence[int] = (),
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
            **dict.fromkeys(("spent_measured", "spent_reported", "spent_mandate_measured", "paid_measured"), MONEY),
            **dict.fromkeys(("paid_outside_measured", "mandate_left_measured", "idle_measured"), MONEY),
            **dict.fromkeys(("delivered_cost", "delivered_mandate_cost"), MONEY),
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
        self._utility = self._due = _frozen(np.zeros(len(points), dtype=np.int64))
        due = days_on_schedule(sincere, self.costs, budget, self.build_days)
        self._schedule = tuple(zip(due, sincere, strict=True))  # (day by which it is owed, project)
        self._mandate: tuple[int, ...] = ()
        self._day = 0
        self._released = self._spent = self._spent_mandate = 0
        self._paid_today = self._outside_today = self._days_idle = self._said_delivered = self._said_spent = 0
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
        if act.kind == "adopt":
            project, rank = act.body["project"], act.body["rank"]
            return {"rank": rank, "adopted": project in self._mandate, "cost_original": self.costs[project]}, act
        if act.kind == "pay_next":
            payments = self._next_payments()
            return {**self._books(sum(n for _, n in payments)), "projects_paid": len(payments)}, (act, payments)
        return self._plan_payment(act)

    def _books(self, moved: int) -> dict[str, Fact]:
        return {
            "moved": moved,
            "treasury_measured": self._released - self._spent,
            "spent_measured": self._spent,
            "spent_mandate_measured": self._spent_mandate,
            "paid_measured": self._paid_today,
        }

    def _plan_payment(self, act: Act) -> tuple[dict[str, Fact], Any]:
        project, amount = act.body["project"], act.body["amount"]
        moved = min(amount, self._released - self._spent)
        facts: dict[str, Fact] = {
            **self._books(moved),
            "amount": amount,
            "treasury_reported": self._treasury_reported(),
            "for_mandate": self._for_mandate(project, moved),
            "paid_before": self._paid[project],
            "cost_now": self._costs[project],
            "cost_original": self.costs[project],
            "delivered": project in self._delivered,
        }
        return facts, (act, [(project, moved)])

    def _rest(self) -> dict[int, int]:
        """What each project that is not delivered still costs."""
        return {p: self._costs[p] - self._paid[p] for p in range(len(self.costs)) if p not in self._delivered}

    def _for_mandate(self, project: int, moved: int) -> int:
        """How much of a payment goes to what an adopted project still costs; the rest of it serves no mandate."""
        return min(moved, self._rest().get(project, 0)) if project in self._mandate else 0

    def _next_payments(self) -> list[tuple[int, int]]:
        treasury, rest, payments = self._released - self._spent, self._rest(), []
        for project in affordable(self._mandate, rest, self.total - self._spent):
            moved = min(rest[project], treasury)
            if moved or not rest[project]:
                payments.append((project, moved))
                treasury -= moved
        return payments

    def facts(self, act: Act) -> Facts:
        return {}

    def apply(self, plan: Any, permit: Permit) -> Facts:
        if isinstance(plan, Act) and plan.kind == "report":
            self._said_delivered, self._said_spent = plan.body["delivered"], plan.body["spent"]
            self._reported_on = -1 if plan.by.startswith("office:") else plan.day  # a default is nobody's duty done
            return {"delivered_reported": self._said_delivered, "spent_reported": self._said_spent}
        if isinstance(plan, Act):
            if plan.body["project"] not in self._mandate:
                self._mandate += (plan.body["project"],)
            return {"adopted": len(self._mandate)}
        act, payments = plan
        for project, moved in payments:
            self._pay(act, project, moved)
        if act.kind == "pay":
            return {"project": project, "paid": self._paid[project], "delivered": project in self._delivered}
        return {f"moved_{project}": moved for project, moved in payments}

    def _pay(self, act: Act, project: int, moved: int) -> None:
        for_mandate = self._for_mandate(project, moved)
        self._spent += moved
        self._spent_mandate += for_mandate
        self._paid_today += moved
        if act.by == "governor":
            self._outside_today += moved - for_mandate
        self._paid[project] += moved
        if project not in self._delivered and self._paid[project] >= self._costs[project]:
            self._delivered[project] = act.day
            self._utility = self._with(self._utility, project)

    def _with(self, utility: Array, project: int) -> Array:
        """What persons have once this project is theirs too."""
        return _frozen(utility + self._points[:, project].astype(np.int64) * self.costs[project])

    # -- the day -------------------------------------------------------------------------------------------------------
    def close(self, today: Facts) -> tuple[Facts, Sequence[Act]]:
        """State the day as it ends; then tomorrow's money arrives and tomorrow's overruns come to light."""
        treasury, rest = self._released - self._spent, self._rest()
        idle = min(treasury, left := sum(rest[p] for p in affordable(self._mandate, rest, self.total - self._spent)))
        for project in [project for day, project in self._schedule if day == self._day]:
            self._due = self._with(self._due, project)
        self._days_idle = self._days_idle + 1 if idle and not self._paid_today else 0
        stated: dict[str, Fact] = {
            "released_measured": self._released,
            "treasury_measured": treasury,
            "treasury_reported": self._treasury_reported(),
            "spent_measured": self._spent,
            "spent_reported": self._said_spent,
            "spent_mandate_measured": self._spent_mandate,
            "paid_measured": self._paid_today,
            "paid_outside_measured": self._outside_today,
            "mandate_left_measured": left,
            "idle_measured": idle,
            "delivered_cost": sum(self.costs[p] for p in self._delivered),
            "delivered_mandate_cost": sum(self.costs[p] for p in self._delivered if p in self._mandate),
            "delivered_measured": len(self._delivered),
            "delivered_reported": self._said_delivered,
            "days_idle": self._days_idle,
            "reported": self._reported_on == today["day"],
        }
        self._day = int(today["day"]) + 1
        self._paid_today = self._outside_today = 0
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
            "funds": self.total,
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
        """Σ original cost × points, int64 (persons,): `utility` over what is delivered, `due` over what is owed by now.

        Owed is what untampered ballots would have funded, on the schedule of the budget without its reserve."""
        return {"utility": self._utility, "due": self._due}


def _places(holders: Mapping[Principal, int]) -> dict[Principal, slice]:
    places, start = {}, 0
    for who, n in holders.items():
        places[who] = slice(start, start + n)
        start += n
    return places


def _frozen(cells: Array) -> Array:
    cells.setflags(write=False)
    return cells
