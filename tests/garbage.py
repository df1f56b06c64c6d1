"""Cycles are looked for by the tests' own thread alone.

Python looks for them in whatever thread makes the next object. Where that finds a QObject that Qt's
own thread is done with, it is destroyed in the wrong thread, which then waits for a lock of Qt's
while it holds Python's, or the other way round: a test of the window beside an account service in
the same process stood still for ever."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

_MANY = 50_000
"""Objects made, and not gone, since the last look."""


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what lasts for the whole run is not looked through each time
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    yield
    if not gc.isenabled() and gc.get_count()[0] > _MANY:
        gc.collect()


def pytest_unconfigure() -> None:
    gc.enable()
