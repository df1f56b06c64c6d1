"""All tests are in one time zone: days and times are said by the clock on the wall."""

from __future__ import annotations

import os
import time


def pytest_configure() -> None:
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()
