"""The polity: offices merged, one door for acts, the order of the day, and the charter file.

- `polity`: Polity: view, submit, refuse, close_day
- `admission`: the schema check of a body, and its canonical form
- `charter`: a charter in full, and what changes between two
- `charter_file`: reading one from TOML: every fault at once, what it extends, the shipped shelf
"""
