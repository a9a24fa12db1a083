"""Specs, paired runs, sweeps, plug-ins: everything that asks a polity a question.

- `plugins`: every world, governor and attack there is, and how a stranger's is loaded
- `spec`: one run, described so that it can be run again
- `kits/`: how each world is founded and peopled
- `port`: tampering with the law in force of a run, and the reader who restores it
- `run`: one run; `replay`: the same from its record; `recording`: a run kept as a folder, and told
- `sweeps/`: attack × charter, grown until decided; `breaking`: the whole of `isonomia break`
- `differential/`: what each safeguard is worth; `incidents/`: history replayed by its acts
- `controls`: the lab's own; `benchmark`: against bare NumPy, with `mesa_model` beside it
- `charters`: charters checked against every world; `catalogue`: all there is; `taxonomy`: ways to attack
"""
