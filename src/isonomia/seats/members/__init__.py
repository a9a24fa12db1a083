"""The honest community, as arrays: one seat speaks for many persons.

- `commons`: members who claim, vote by what they believe, vouch, petition and complain
"""
