# %% [markdown]
# # Stress a charter of your own
#
# A charter is a TOML file; a hardened one is a diff of another. This one forbids every newcomer. It surely stops a ring
# of made-up names. What does it cost honest people, and which attacks does it leave as they were?

# %%
import tempfile
from pathlib import Path

from isonomia.lab.breaking import Request, break_polities
from isonomia.lab.charters import load
from isonomia.lab.spec import Spec

CLOSED = """
name = "closed"
extends = "flawed"
why = "Nobody new, ever."

[[article]]
id = "mine.closed"
on = "join"
text = "1 == 2"
why = "Whoever is not here today need not come."
"""

# %% [markdown]
# `break_polities` is what `isonomia break` calls: attacks × charters, paired seeds growing from 20 until the table
# decides, benign twins for friction, and the lab's own controls. Few seeds here, so that it is quick.


# %%
def stress(text, attacks=("sybil-majority", "captured-governor"), seeds=4):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "closed.toml")
        path.write_text(text)
        mine, flawed = load(str(path)), load("flawed")  # every fault of the file would be said here, at once
    base = Spec("commons", mine, members=30, days=15, after=15)
    request = Request(base, (flawed, mine), {"closed": flawed}, attacks, seeds=seeds, workers=1)
    return break_polities(request, None, lambda *_: None)[0]


if __name__ == "__main__":
    result = stress(CLOSED)
    for cell in result["cells"]:
        print(f"{cell['attack']:<18} {cell['charter']:<8} {cell['status']:<13} harm {cell['harm']:.3f}")
    for row in result["friction"]:
        told = "not identifiable" if row["mean"] is None else f"{row['mean']:.3f}"
        print(f"friction of {row['charter']} over {row['against']}: {told}")

# %% [markdown]
# From the command line, with a report: `isonomia charter new --from flawed > mine.toml`, then
# `isonomia break flawed mine.toml`, and `isonomia safeguards mine.toml` for each safeguard's own numbers.
