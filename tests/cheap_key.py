"""Repositories for tests that open one again and again.

Turning a password into a key takes half a second on purpose, and a program pays that each time it
is started: more than most of what it does in a test. The format lets a key ask for less, so here it
does. What makes keys for people is tested with what they cost: `tests/cli/test_commands.py`,
`tests/agent/test_set_up.py`, `tests/end_to_end/test_everyday.py`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from backupclient.clock import SystemClock
from backupclient.repository.identity import Identity
from backupclient.repository.key_file import KdfCost
from backupclient.repository.repository import Repository
from backupclient.requests import Place
from backupclient.storage.base import Storage
from backupclient.storage.location import Credentials
from backupclient.storage.open import open_storage
from tests.repository.conftest import CHEAP


@pytest.fixture
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a key in this process, an engine that somebody sets up a backup by for one,
    makes a cheap one."""
    cheapen(monkeypatch)


def cheapen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KdfCost.__new__, "__defaults__", tuple(CHEAP))


def make_repository(place: Place) -> None:
    """An empty one at `place`, of which no computer knows anything yet."""
    me = Identity.of_this_process()
    with _storage(place) as storage:
        Repository.create(storage, place.password, SystemClock(), identity=me, cost=CHEAP)


def ease_key(place: Place) -> None:
    """The password stays, and the repository as somebody else has made it."""
    with _storage(place) as storage:
        repository = Repository.open(storage, place.password, SystemClock())
        repository.keys.change_password(place.password, Identity.of_this_process(), CHEAP)


@contextlib.contextmanager
def _storage(place: Place) -> Iterator[Storage]:
    keys = Credentials(place.access_key, place.secret_key, None) if place.access_key else None
    storage = open_storage(place.location, SystemClock(), keys)
    try:
        yield storage
    finally:
        storage.close()
