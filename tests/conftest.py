"""Makes this folder importable, for what stands beside it: `small_polity`; and keeps Hypothesis deterministic."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "isonomia", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("isonomia")
