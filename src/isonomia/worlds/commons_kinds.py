"""What may be done in a commons, what is known of each act, and what is stated of a day.

An ordinance (`ordain`) sets shares by law: persons start … stop get `inside` permille of the quota, everybody else
`outside`; with 1000 for both it is repealed. It stands until another, a repeal or `equalise`; a governor's `allocate`
overrides it where no article forbids that.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from isonomia.basics.acts import Kind
from isonomia.basics.schema import Cells, Flag, Whole

MICRO, MILLI = 10**6, 1000
EQUAL = 1000  # permille: a share of exactly the quota
STOCK = Whole(0, 10**15)
QUOTA = Whole(50_000, 10 * MICRO)
PERMILLE = Whole(0, 10_000)
COUNT = Whole(0, 2**26)
GOVERNORS = ("governor", "operator", "office")

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "claim": Kind(
            "claim",
            body={"milli": Cells("<u2")},
            facts={"claimants": COUNT, "claimed": Flag()},
            roles=("member",),
        ),
        "set_quota": Kind(
            "set_quota",
            body={"quota": QUOTA},
            facts={
                "quota": QUOTA,
                "quota_new": QUOTA,
                "quota_set_today": Flag(),
                "capacity": STOCK,
                "stock_measured": STOCK,
                "stock_reported": STOCK,
            },
            after={"quota": "quota_new"},
            roles=GOVERNORS,
        ),
        "set_reserve": Kind(
            "set_reserve",
            body={"permille": Whole(0, 1000)},
            facts={"reserve_permille_new": Whole(0, 1000)},
            after={"reserve_permille": "reserve_permille_new"},
            roles=GOVERNORS,
        ),
        "allocate": Kind(
            "allocate",
            body={"permille": Cells("<u2", 10_000)},
            facts={
                "shares_given": COUNT,
                "share_max": PERMILLE,
                "share_min": PERMILLE,
                "favoured_new": COUNT,
                "ordained": Flag(),
            },
            after={"allocation_max": "share_max", "allocation_min": "share_min", "favoured": "favoured_new"},
            roles=GOVERNORS,
        ),
        "equalise": Kind("equalise", facts={"share_max": PERMILLE}, roles=GOVERNORS),
        "ordain": Kind(
            "ordain",
            body={"start": COUNT, "stop": COUNT, "inside": PERMILLE, "outside": PERMILLE},
            facts={"share_max_new": PERMILLE, "share_min_new": PERMILLE, "favoured_new": COUNT},
            after={"allocation_max": "share_max_new", "allocation_min": "share_min_new", "favoured": "favoured_new"},
            roles=("operator", "office"),
        ),
        "report": Kind(
            "report",
            body={"stock": STOCK},
            facts={"said": STOCK, "reported_today": Flag(), "stock_measured": STOCK, "capacity": STOCK},
            after={"stock_reported": "said"},
            roles=GOVERNORS,
        ),
    }
)
STATES: Mapping[str, Any] = MappingProxyType(
    {
        "quota": QUOTA,
        "quota_set": Flag(),
        "reserve_permille": Whole(0, 1000),
        "allocation_max": PERMILLE,
        "allocation_min": PERMILLE,
        "favoured": COUNT,
        "ordained": Flag(),
        "reported": Flag(),
        "capacity": STOCK,
        "stock_measured": STOCK,
        "stock_measured_at_opening": STOCK,
        "stock_reported": STOCK,
        "taken": STOCK,
        "cut": Flag(),
    }
)
