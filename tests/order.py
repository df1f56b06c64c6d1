"""The longest tests go first, so that no process is left with one when the others are done."""

from __future__ import annotations

import pytest

LONGEST = (
    "test_household.py::test_more_storage_reaches",
    "test_storage_full.py",
    "test_real_display.py",
    "test_kills.py",
    "test_quality.py::test_holds[types]",
    "test_everyday.py",
    "test_crash_matrix.py",
    "soak/test_short.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    for place, name in enumerate(LONGEST):
        if name in item.nodeid:
            return place
    return len(LONGEST)
