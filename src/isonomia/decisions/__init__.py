"""Who decides: ballots are admitted as they come and tallied by a declared rule.

- `direction`: a standing number (the quota) that a daily majority moves down or up
- `rules`: participatory-budgeting rules: greedy by votes or votes ÷ cost, Equal Shares
- `selection`: a set of projects chosen once by such a rule
"""
