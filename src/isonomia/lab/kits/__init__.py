"""How each world is founded and peopled.

- `kit`: what the lab asks of a world · `commons`, `budget`, `treasury`
"""
