"""The command line: parse, call, show. It decides nothing.

- `main`: the group, error messages and exit codes
- `breaking`: break · `record`: verify, replay, show, prove, check · `charters`: charter check, show, diff, new
- `safeguards`: what each is worth · `stop`: which an attack takes · `runs`: what is kept, and how two sweeps differ
- `incident`: history replayed, and whether it would have broken us
- `transfer`: report · `transfer_run`: run, targets, monitors · `transfer_train`: train · `transfer_card`: card ·
  `transfer_probe`: probe · `transfer_table`: their tables, and why a number is missing there
- `made_by`: the command and versions that a result tells
- `options`: those that several commands have · `models`: what a command is told of language models
- `play`: govern by hand · `bench`: speed beside bare NumPy · `progress`: how long work tells of itself
"""
