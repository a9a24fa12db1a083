"""The bench model in Mesa's own idiom, for the side by side of `isonomia bench`; only where Mesa is installed."""

from __future__ import annotations

from typing import Any

import numpy as np


def play_mesa(members: int, days: int, seed: int) -> float:
    """Play the bench model with one Mesa agent per member; mean wealth. Raises ImportError without Mesa (3.x)."""
    import mesa  # type: ignore[import-not-found,unused-ignore]

    class Member(mesa.Agent):  # type: ignore[misc,unused-ignore]
        def __init__(self, model: Any, greed: float, caution: float) -> None:
            super().__init__(model)
            self.greed, self.caution, self.wealth, self.harvest = greed, caution, 0.0, 0.0

        def take(self) -> None:
            self.harvest = min(6 * self.greed * self.random.random(), self.model.quota)

        def settle(self) -> None:
            self.wealth += self.model.scale * self.harvest

        def vote(self) -> bool:
            return bool(self.model.stock / self.model.capacity < self.caution)

    class Commons(mesa.Model):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__(seed=seed)
            traits = np.random.default_rng(seed)
            self.capacity = self.stock = 10.0 * members
            self.quota = self.scale = 1.0
            greed, caution = traits.random(members), 0.2 + 0.6 * traits.random(members)
            Member.create_agents(self, members, greed.tolist(), caution.tolist())

        def step(self) -> None:
            self.agents.do("take")
            total = self.agents.agg("harvest", sum)
            self.scale = min(1.0, self.stock / total) if total > 0 else 1.0
            self.agents.do("settle")
            grown = 0.4 * self.stock * (1 - self.stock / self.capacity)
            self.stock = max(0.0, self.stock + grown - self.scale * total)
            lower = sum(self.agents.map("vote"))
            self.quota = min(10.0, max(0.05, self.quota * (0.90 if 2 * lower > members else 1.02)))

    model = Commons()
    for _ in range(days):
        model.step()
    return float(sum(model.agents.get("wealth")) / members)
