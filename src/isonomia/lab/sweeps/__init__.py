"""Attack × charter, each cell grown seed by seed until it is decided.

- `sweep`: the jobs and the ledger; `engines`: where jobs are played; `pairing`: runs against their control
- `search`: an attacker looks for its worst point before it is measured
- `cells`: pairs become cells with a verdict; `results`: a sweep as Parquet
- `finding`: what lies in a folder, and how two sweeps differ
"""
