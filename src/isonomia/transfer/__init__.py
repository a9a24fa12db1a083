"""Differential capability transfer: what an adversary still gets from a protected model, and what the honest pay.

- `attempts`: the table of attempts: columns, reading and writing (CSV, JSONL, Parquet)
- `curves`: what one item yields over budget: submitted, oracle, unbiased, Kaplan–Meier, beta-binomial beyond the data
- `measured`: a number with its interval, or why there is none
- `found`: a number with what each item adds to it, and numbers made of two
- `estimate`: rows of τ, b, r and what follows, intervals over items, what is not identifiable and why
- `attribution`: which framing did it: cause-specific hazard, leave one out
- `labels/`: JailbreakBench artefacts, per-attempt CSV, XSTest, and what each identifies
- `hazard/`: invented domains: worlds, items, grading, corpus, language
- `targets`: Target and Session; what refuses, by program; scripted targets for controls
- `offered`: targets by name, each with what it is without its layer; a language model behind a URL
- `attackers/`: the purse; seven routes, their wordings pinned by hash; the adaptive attacker
- `monitors`: a monitor with a bounded window, over sessions, identities or everyone
- `trial`: attackers × items × target to attempts; resumable
- `filtering`: on whom refusals fall
- `organisms/`: small models with known truth: forward pass, arrays, training, escape
- `probes/`: sycophancy, say–do, conflict twins: texts in, numbers out
- `card`: the rows of the card

Formulas and formats: docs/transfer.md.
"""
