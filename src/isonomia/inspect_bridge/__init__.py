"""Inspect (UK AISI) as a face of the lab: tasks, solvers, scorers, a provider. It measures and governs nothing itself.

- `_registry`: what the entry point loads, and so the names under which Inspect finds everything
- `arguments`: a wrong argument ends in one line
- `provider`: models `isonomia/…` without a network: organisms, scripted controls, scripted governors
- `minds`: what the scripted governors make of a day
- `waiting`: how plain code waits for the event loop
- `target`: a model of Inspect's as a Target that asks and waits
- `arms`: what one sample of the transfer task plays
- `transfer`: the task `isonomia/transfer`
- `scoring`: grades by program, and τ, r, b and what follows as metrics
- `__main__`, `export`: a log as a table of attempts, or as an artefact of JailbreakBench
- `made`: how a log came about, for whoever makes a card of it
- `hall`: one run of a polity whose governor sits on Inspect's side
- `office`: the acts of a polity as tools, the governor as an agent, the gate as an approver
- `company`: members, petitioners and monitors who are models
- `polity`: the task `isonomia/polity`
- `harm`: what an attack did, as a score and metrics
- `probes`: the tasks `isonomia/sycophancy`, `isonomia/say_do`, `isonomia/conflict_twins`

Commands and what they print: docs/inspect.md. Needs the extra: pip install "isonomia[inspect]".
"""
