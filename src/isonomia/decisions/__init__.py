"""Who decides: ballots are admitted as they come and tallied by a declared rule.

- `procedure`: how a proposal is decided: the settings of this office, its levels, the arithmetic of a vote
- `docket`: proposals with content, which the office does itself once they are decided
- `agenda`: the acts of a docket, and what of a proposal is shown
- `payload`: what a proposal would do, read once
- `direction`: a standing number (the quota) that a daily majority moves down or up
- `election`: who is elected, by slates, under one of three rules
- `rules`: participatory-budgeting rules: greedy by votes or votes ÷ cost, Equal Shares
- `selection`: a set of projects chosen once by such a rule
"""
