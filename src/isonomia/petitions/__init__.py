"""The channel by which anyone may address the governor: and the one an injection takes.

- `intake`: petitions and complaints; levels raw (null), filtered and quarantine
"""
