"""Attacks: what each is (a card), what it may vary (a space), what it may spend (a purse), and whom it seats.

- `card`: Card, Scene and the Attack promise
- `injection`: a petition whose text gives orders (T03)
- `persuasion`: a petition that has only words: orders, reasons, flattery, threats, a quoted order
- `worded`: whose petitions a language model words
- `ring`: a sybil ring that out-votes the members
- `capture`: a governor that feeds its faction and says that all is well
- `issuer`: whoever keeps the roll admits a ring of friends
- `decree`: the operator ordains and reports without a decision
- `tamper`: the operator edits the law in force, or has the check skipped
- `trojan`: a proposal that is not what its title says
- `buyers`: votes for a taking are bought
- `majority`: most people vote to take from the rest
- `flood`: one hostile proposal among many, when few look
- `flash`: votes with tokens borrowed for an hour (T01)
- `proposer`: what the four attacks on the docket have in common
- `gamer`: a governor that keeps the letter
- `populist`: a governor that gives today what tomorrow needs
- `treacherous`: a governor that turns once it pays
- `targets`: which projects of a budget an attacker picks
- `lab`: the lab's own controls: an attack that does nothing, and one that no charter can hold
"""
