"""The law: articles over the facts of an act, and the one question "who refuses this?".

- `articles`: Article, Level (a rung of an office's ladder), ArticleError
- `scan`: the first wall: which characters and words may stand in a text, and in which order
- `language`: the second wall: parse, type-check and bound a text; an Expression
- `reading`: an Expression as Python: the slow reference, and compiled
- `law`: all articles of a polity, one fused reading per kind of act
"""
