"""Specs, paired runs, sweeps, plug-ins: everything that asks a polity a question.

- `plugins`: every world, governor and attack there is, and how a stranger's is loaded
- `spec`: one run, described so that it can be run again
- `kits/`: how each world is founded and peopled
- `run`: one run; `replay`: the same from its record; `sweep`: attack × charter cells, resumable
- `cells`: pairs become cells; `breaking`: the whole of `isonomia break`; `controls`: the lab's own
- `stopping`: the smallest sets of safeguards that hold an attack; `benchmark`: against bare NumPy
"""
