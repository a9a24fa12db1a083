"""Specs, paired runs, sweeps, plug-ins: everything that asks a polity a question.

- `plugins`: every world, governor and attack there is, and how a stranger's is loaded
- `spec`: one run, described so that it can be run again
- `kits/`: how each world is founded and peopled
- `run`: one run; `replay`: the same from its record; `sweep`: attack × charter cells, resumable
- `verdict`: pairs become cells; `controls`: the lab's own; `benchmark`: against bare NumPy
"""
