"""The account service as fixtures. What they need is loaded where they are used: most tests do
without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from backupclient.storage.seaweed import EmbeddedServer
    from tests.accounts import Accounts
    from tests.postgres import Postgres


@pytest.fixture(scope="session")
def account_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A SeaweedFS in which users are made, shared by all tests of a worker: every household has a
    bucket of its own."""
    from backupclient.storage.seaweed import EmbeddedServer

    with EmbeddedServer(tmp_path_factory.mktemp("account-storage"), iam=True) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own, shared by all tests of a worker: make a database of your own."""
    from tests.postgres import running_postgres

    with running_postgres() as server:
        yield server


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)],
)
def any_accounts(
    request: pytest.FixtureRequest,
    account_storage: EmbeddedServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Accounts]:
    """As `accounts`, over either database."""
    from tests.accounts import running, storage_of
    from tests.fakes import ManualClock

    url = f"sqlite:///{tmp_path_factory.mktemp('accounts') / 'account.db'}"
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    with running(url, storage_of(account_storage), ManualClock()) as service:
        yield service


@pytest.fixture(scope="module")
def accounts(
    account_storage: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Accounts]:
    """The service over SQLite, one for a module, with a clock that the tests own: make a household
    of your own."""
    from tests.accounts import running, storage_of
    from tests.fakes import ManualClock

    file: Path = tmp_path_factory.mktemp("accounts") / "account.db"
    storage = storage_of(account_storage)
    with running(f"sqlite:///{file}", storage, ManualClock()) as service:
        yield service
