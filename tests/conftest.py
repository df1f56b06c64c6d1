"""What every test may count on."""

from __future__ import annotations

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
    "tests.warm_engines",
]
