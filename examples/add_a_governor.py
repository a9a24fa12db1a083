# %% [markdown]
# # Add a governor
#
# A governor is any object with `act(view) -> Act | None`. It is asked again until it returns None, sees what a
# governor may see, and is never told which article refused it. This one is frugal: it sets a tenth less than was
# voted. Is that kinder to people than the steward, and does it survive a charter that promises to do what the vote
# said? Run the cells one by one, or the whole file: `python examples/add_a_governor.py`.

# %%
from isonomia.basics.acts import Act
from isonomia.lab.charters import load
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.measures.commons import deficits


class Frugal:
    """Reports what the instrument reads, and sets nine tenths of what was voted."""

    def __init__(self):
        self.day = -1
        self.left = []

    def act(self, view):
        if view["day"] != self.day:  # a new day: settle what to do, then do it act by act
            self.day = view["day"]
            quota = max(50_000, view["mandate"] * 9 // 10)
            self.left = [
                Act("governor", "report", self.day, {"stock": view["stock_measured"]}),
                Act("governor", "set_quota", self.day, {"quota": quota}),
            ]
        return self.left.pop(0) if self.left else None


# %% [markdown]
# Play the same seed twice: the same people with the same wishes, under the steward and under this governor. A person's
# *deficit* on a day is how short they went, from 0 to 1, of what they need or of what the steward's path gave them.


# %%
def shortfall(charter, seed):
    spec = Spec("commons", load(charter), members=40, days=30, after=10, seed=seed)
    steward, frugal = run(spec), run(spec, seats={"governor": Frugal()})
    short = deficits(frugal, steward)
    suspended = sum(day["suspended"] for day in frugal.days)
    return {right: float(v.mean()) for right, v in short.items()}, suspended


if __name__ == "__main__":
    for charter in ("flawed", "hardened"):
        found = [shortfall(charter, seed) for seed in range(3)]
        need, share = (sum(short[right] for short, _ in found) / len(found) for right in ("need", "share"))
        days = sum(suspended for _, suspended in found) / len(found)
        told = f"short of need {need:.3f}, of the steward's share {share:.3f}"
        print(f"{charter:<10} {told}; suspended on {days:.0f} of 40 days")

# %% [markdown]
# The same class stands for election on the command line, with paired seeds, intervals and a report:
# `isonomia break flawed --governor examples/add_a_governor.py:Frugal --seeds 20`
