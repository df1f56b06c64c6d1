"""What every test may count on."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "pytester",
    "tests.account_fixtures",
    "tests.cheap_key",
    "tests.folders",
    "tests.garbage",
    "tests.needs",
    "tests.order",
    "tests.scores",
    "tests.seaweed",
    "tests.time_zone",
    "tests.warm_engines",
]

# How long an example takes says how busy the machine is.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
