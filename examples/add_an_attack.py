# %% [markdown]
# # Add an attack
#
# An attack is a *card* (what it is, what it may vary, what it may spend, who gains, said beforehand) and the seats it
# fills. It acts by acts only. This one is the sleepy governor: it holds the office and does nothing at all, so that the
# quota stays where it was however people vote.

# %%
from isonomia.basics.acts import Act
from isonomia.lab.charters import load
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.measures import commons
from isonomia.measures.harm import measure_pair
from isonomia.seats.attacks.card import Card
from isonomia.seats.purse import Purse


class Doze:
    """Awake on every `wake`th day only, and then it sets the quota that was voted; asleep, it does nothing."""

    def __init__(self, wake):
        self.wake = wake
        self.done = -1

    def act(self, view):
        if view["day"] % self.wake or view["day"] == self.done:
            return None
        self.done = view["day"]
        return Act("governor", "set_quota", view["day"], {"quota": view["mandate"]})


class Sleepy:
    card = Card(
        name="sleepy-governor",
        title="The governor sleeps",
        who="the governor itself",
        mechanism="what was voted is not done, since nothing is done",
        taxonomy=("T55",),
        worlds=("commons",),
        purse=Purse(),
        space={"wake": (40, 7, 2)},
    )

    def seats(self, point, scene):
        return {"governor": Doze(point["wake"])}


# %% [markdown]
# One pair is one seed played twice, with the attack and with its seats played honestly; harm is what the first cost the
# victims beyond the second. Installed under the entry point group `isonomia.attacks`, this class is attacked with
# like any other; here its seat is put in by hand, and stays for the whole run.


# %%
def harm(charter, wake, seed):
    spec = Spec("commons", load(charter), members=40, days=60, after=0, seed=seed)
    control = run(spec)
    attacked = run(spec, seats=dict(Sleepy().seats({"wake": wake}, None)))
    return measure_pair(attacked, control, commons, paid=[]).harm


if __name__ == "__main__":
    for charter in ("bare", "flawed", "hardened"):
        told = []
        for wake in Sleepy.card.space["wake"]:
            values = [harm(charter, wake, seed) for seed in range(3)]
            told.append(f"awake every {wake} days {sum(values) / len(values):+.3f}")
        print(f"{charter:<10} {' · '.join(told)}")
