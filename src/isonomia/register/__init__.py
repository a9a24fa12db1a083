"""Independent readings of what the polity does to people and to its own law.

- `register`: what a panel of persons was served, as day facts; levels none (null), announced and drawn
- `witness`: a day's record judged anew by the ratified law
"""
