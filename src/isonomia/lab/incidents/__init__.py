"""History replayed by its acts, in a polity founded on its institutions.

- `incident`: an incident as values; `file`: reading one from TOML; `changes`: its institutions and its safeguards
- `faults`: every fault of a file at once, with its path
- `polity`: the treasury it is founded in, and what a file may speak of
- `replaying`: the acts through the gate, and the same acts under each safeguard
- `reading`: what became of it, read off the record; `recording`: as a run folder that replays
"""
