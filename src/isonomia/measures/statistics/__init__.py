"""Statistics, in one place: what a sample of seeds lets anyone say. The sampling unit is always the seed.

- `bounded`: Gaffke's mean bound: `p_above`, `p_below`, `lower_bound`, `upper_bound`
- `bootstrap`: BCa: `resample_counts`, `bca_bounds`
- `intervals`: `Interval`, `paired_interval`, `score_interval`, `ratio_of_sums`
- `families`: many cells at once: `holm`, `holm_bounds`
- `looks`: growing n without growing the error: `LOOKS`, `alpha_at`, `p_over_looks`, `grow`
- `samples`: `as_sample`, `as_pairs`, `as_support`, `SampleError`

Measured coverage of a 95% two-sided interval for the mean of n seeds: 4,000 samples a cell, the worst of five outcomes
(rate .02, .05, .10; a zero-inflated lognormal; paired differences of two correlated arms).

    n      percentile   bootstrap-t   BCa     betting   bounded (Gaffke)
    20     .337         .333          .806    .997      .984
    50     .621         .604          .878    .994      .970
    100    .859         .579          .914    .989      .957
    200    .902         .736          .929    .975      .955

Two methods reach their level in every cell; the bounded one is the narrower, so it decides. BCa is narrower still and
right where seeds differ smoothly (.94 to .95). The whole table, with widths, is in docs/numbers.md;
tests/measures/test_statistics_coverage.py holds the code to it, and prints it.
"""
