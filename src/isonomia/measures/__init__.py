"""Record and truth become numbers. No measure knows an attack or a governor.

- `trace`: what one run left: its record, day facts, and the truth by person
- `commons`, `budget`: deficits, mandates and gaps in each world
- `harm`: paired harm, tail, capture, verdicts; friction and containment
- `statistics/`: intervals, tests and stopping rules, in one place
"""
