"""A storage at a server that answers as a test's script says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backupclient.storage.s3 import S3Storage
from tests.storage.servers import STORED, Server, running, s3_at

pytest.register_assert_rewrite("tests.storage.contract")


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Server]:
    with running(lambda _: STORED) as server:
        yield server


@pytest.fixture
def server(shared_server: Server) -> Server:
    shared_server.script = lambda _: STORED
    shared_server.requests.clear()
    return shared_server


@pytest.fixture(scope="module")
def shared_storage(shared_server: Server) -> Iterator[S3Storage]:
    storage = s3_at(shared_server.endpoint)
    yield storage
    storage.close()


@pytest.fixture
def storage(server: Server, shared_storage: S3Storage) -> S3Storage:
    """For tests after which a storage is as it was before; it is at `server`."""
    return shared_storage


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http_proxy", "https_proxy", "no_proxy", "NO_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch
