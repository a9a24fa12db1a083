"""Who is admitted, how many accounts they hold, what role they have, and how sure we are.

- `roll`: the roll of accounts; kinds join, admit, vouch, suspend; levels open (null), vouched and audited
"""
