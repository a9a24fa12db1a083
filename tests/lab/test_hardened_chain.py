"""What honest people have of the hardened charters: honest trouble, no attack, against the same seeds in flawed."""

from __future__ import annotations

import pytest
from stage import hardened, service_of, spec_of

from isonomia.lab.plugins import worlds

SEEDS = range(3)
MOST_FRICTION, LEAST_SERVICE = 0.10, 0.9
world_by_world = pytest.mark.parametrize("world", worlds())


def served(world: str, charter: str, governor: str = "steward") -> list[float]:
    """Service by seed, as a share of what the steward gives in flawed."""
    found = []
    for seed in SEEDS:
        size = {"members": 60, "days": 20, "after": 20, "seed": seed, "benign": True}
        twin, reference = spec_of(world, charter, governor=governor, **size), spec_of(world, **size)
        found.append(service_of(twin, reference).served / service_of(reference, reference).served)
    return found


@world_by_world
@pytest.mark.parametrize("charter", hardened())
def test_it_costs_little_of_honest_service(world: str, charter: str) -> None:
    """Point estimates on a few seeds; `isonomia break` gives them with intervals."""
    found = served(world, charter)
    assert 1 - sum(found) / len(found) <= MOST_FRICTION, found
    assert min(found) >= LEAST_SERVICE, found


@world_by_world
def test_a_steward_in_flawed_serves_better_than_nobody(world: str) -> None:
    """So that service can fall: where it cannot, friction proves nothing."""
    assert served(world, "flawed") == [1.0] * len(SEEDS)
    idle = served(world, "flawed", "idle")
    assert max(idle) < 1, idle
