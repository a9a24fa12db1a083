"""Who governs. Each governor has a seat in each world.

- `commons`: steward, idle, credulous and captured in the commons
- `remote`: a language model behind an OpenAI-compatible URL, by typed tool calls · `tools`: those tools
- `human`: a person at the terminal
"""
