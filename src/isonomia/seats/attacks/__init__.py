"""Attacks: what each is (a card), what it may vary (a space), what it may spend (a purse), and whom it seats.

- `card`: Card, Scene and the Attack promise
- `injection`: a petition whose text gives orders (T03)
- `ring`: a sybil ring that out-votes the members
- `capture`: a governor that feeds its faction and says that all is well
- `targets`: which projects of a budget an attacker picks
- `lab`: the lab's own controls: an attack that does nothing, and one that no charter can hold
"""
