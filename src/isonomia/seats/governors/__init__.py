"""Who governs. Each governor has a seat in each world.

- `commons`: steward, idle, credulous and captured in the commons
- `treasury`: steward and credulous in a treasury
- `gaming`: one that shades everything as far as law and promises let it
- `turning`: one that is honest until it pays, and one that hands out more than was voted
- `remote`: a language model behind an OpenAI-compatible URL, by typed tool calls · `tools`: those tools
- `human`: a person at the terminal
"""
