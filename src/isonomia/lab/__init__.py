"""Specs, paired runs, sweeps, plug-ins: everything that asks a polity a question.

- `plugins`: every world, governor and attack there is, and how a stranger's is loaded
- `spec`: one run, described so that it can be run again
- `kits/`: how each world is founded and peopled
- `port`: tampering with the law in force of a run, and the reader who restores it
- `run`: one run; `replay`: the same from its record; `pairing`: runs against their control, measured as they play
- `sweep`: attack × charter cells, resumable; `engines`: where its runs are played
- `results`: a sweep as Parquet; `finding`: what lies in a folder, and how two sweeps differ
- `cells`: pairs become cells; `breaking`: the whole of `isonomia break`; `controls`: the lab's own
- `incidents`: history replayed by its acts (`incident*`: the file, its polity, its reading, its recording)
- `search`: an attacker looks for its worst point; `safeguards`: what can be taken out of a charter, or added alone
- `arms`: runs of such arms, kept; `comparison`: all of a charter; `differential`: the whole of `isonomia safeguards`
- `tripwires`: what is counted at the door; `filtering`: on whom refusal falls; `findings`: what came out, in words
- `catalogue`: everything there is of a kind, as `isonomia list` shows it; `taxonomy`: ways to attack
- `stopping`: the smallest sets of safeguards that hold an attack; `benchmark`: against bare NumPy
"""
