"""Is it allowed? The gate forbids; it cannot make anyone act.

- `gate`: judge an act's facts by the law in force; mint and spend permits
"""
