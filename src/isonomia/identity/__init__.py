"""Who is admitted, how many accounts they hold, what role they have, and how sure we are.

- `roll`: the roll of accounts; kinds join, vouch, suspend; levels open (null) and vouched
"""
