"""The continuous tasks. A world knows what really happened to each person, and shows it to nobody.

- `commons`: a renewable stock, needs, a quota, shares, reports
- `commons_kinds`: what may be done in a commons, and what is known and stated of it
- `pabulib`: real participatory-budgeting ballots, read and checked
- `budget`: a public budget spent over days by the mandate of such ballots
- `ledger`: tokens held, borrowed, locked, delegated and frozen, and how many votes that is
- `treasury`: an organisation owned in tokens: upkeep, dividends, payments, exits
- `treasury_terms`: what may be done in one, what is stated of it, and how one is founded
"""
