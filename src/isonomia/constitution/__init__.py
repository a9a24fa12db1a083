"""The charter: the level and settings of each office, articles, obligations, duties, and who moves last.

- `operator`: the operator's ladder, which has no office
- `ladders`: every office's ladder of levels, in one table
- `charter`: a charter in full, and what changes between two
- `charter_file`: reading one from TOML: every fault at once, what it extends, the shipped shelf
"""
