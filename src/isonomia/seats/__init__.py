"""Whoever sits in a polity, and the loop that asks them day by day.

- `day`: the day loop: order drawn from the seed, each seat asked until None or the bound
- `deadline`: a seat that must answer in time · `purse`: an attacker's budget of names and messages
- `reading`: how a seat reads the public law · `routine`: a seat that thinks once a day
- `governors/`: steward, idle, credulous, captured, remote (a language model by URL), human
- `members/`: the honest community as arrays
- `attacks/`: cards, parameter spaces, and the seats each attack fills
"""
