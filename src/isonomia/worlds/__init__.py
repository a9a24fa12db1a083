"""The continuous tasks. A world knows what really happened to each person, and shows it to nobody.

- `commons`: a renewable stock, needs, a quota, shares, reports
- `pabulib`: real participatory-budgeting ballots, read and checked
- `budget`: a public budget spent over days by the mandate of such ballots
"""
