"""What each safeguard of a charter is worth: taken away, added alone, and under an attacker who looks for a way round.

- `safeguards`: what can be taken out of a charter, or added alone; `stopping`: the smallest sets that hold an attack
- `arms`: runs of such arms, kept; `comparison`: all arms of a charter; `measuring`: the whole of `isonomia safeguards`
- `tripwires`: what is counted at the door; `filtering`: on whom refusal falls; `findings`: what came out, in words
"""
