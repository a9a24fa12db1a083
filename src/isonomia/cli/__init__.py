"""The command line: parse, call, show. It decides nothing.

- `main`: the group, error messages and exit codes
- `breaking`: break · `record`: verify, replay, show, prove, check · `charters`: charter check, show, diff, new
- `stop`: which safeguards an attack takes
- `play`: govern by hand · `bench`: speed beside bare NumPy · `progress`: how long work tells of itself
"""
