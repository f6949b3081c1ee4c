"""How many examples hypothesis tries: 500, or 10,000 with HYPOTHESIS_PROFILE=nightly."""

import os

from hypothesis import HealthCheck, settings

# Keys are made once for each process, so that the first example is slow and a deadline would say nothing.
settings.register_profile("ci", max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("ci"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
