"""Rows to a page: what `isonomia break` found, as sentences, as SVG, as one HTML file that opens offline.

- `reading`: the result of a break as frozen values; what is missing or malformed becomes None, never zero
- `figures`: how a number, an interval and a share are written
- `story`: `tell(result)`, the headline and the sentences, made from the numbers; the terminal prints them too
- `sentences`: what broke and what did not, a function for each thing the story can say
- `steps`: what each step of a chain of charters newly holds, costs and makes worse
- `toll`: how much of the harm came afterwards, and whom it hit
- `page`: `render_break(result, replays)`, the whole page with its content security policy
- `table`: attack × charter, a table of links
- `overtime`: harm by day, a small drawing for each attack
- `safeguards`: what each step changes, its friction and what it contains, with intervals
- `drill`: everything measured in one cell
- `replay`: the recorded run, day by day, act by act
- `notes`: how to verify, the lab's own controls, what the page does not show, the words
- `catalogue`: one thing of the catalogue as Markdown: an attack, a safeguard, a charter, an incident …
- `incidents`: history replayed, a page of its own
- `transfer`: the card of a measured model, a page of its own; `transfer_words` its values and findings,
  `transfer_changes` two generations of it, `transfer_curves` what an adversary gets over attempts
- `slides`: pictures for a talk
- `charts`: small SVG drawings
- `palette`: the colours of both themes, with the text colour that each can carry
- `markup`: escaping
"""
