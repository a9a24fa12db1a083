"""Who governs. Each governor has a seat in each world.

- `commons`: steward, idle, credulous and captured in the commons
"""
