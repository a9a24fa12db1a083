"""The polity: offices merged, one door for acts, the order of the day.

- `polity`: Polity: view, submit, refuse, close_day
- `admission`: the schema check of a body, and its canonical form
"""
