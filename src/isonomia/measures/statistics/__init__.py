"""Statistics, in one place: what a sample of seeds lets anyone say. The sampling unit is always the seed.

- `bounded`: Gaffke's mean bound: `p_above`, `p_below`, `lower_bound`, `upper_bound`
- `bootstrap`: BCa: `resample_counts`, `bca_bounds`
- `intervals`: `Interval`, `paired_interval`, `score_interval`, `ratio_of_sums`
- `families`: many cells at once: `holm`, `holm_bounds`
- `looks`: growing n without growing the error: `LOOKS`, `alpha_at`, `p_over_looks`, `grow`
- `samples`: `as_sample`, `as_pairs`, `as_support`, `SampleError`

Measured coverage of a 95% two-sided interval for the mean of n seeds (1,000 samples a cell; worst of the five outcomes
rate .02, rate .05, rate .10, a zero-inflated lognormal, paired differences of two correlated arms):

    n      percentile   bootstrap-t   BCa    betting   bounded (Gaffke)
@TABLE@
Only the bounded interval reached its level everywhere, so it decides; BCa is narrower, and right where seeds differ
smoothly. The whole table, with widths, is in docs/numbers.md, and tests/measures/test_statistics_coverage.py holds
the code to it and prints it.
"""
