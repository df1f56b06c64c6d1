"""One real S3 server for all tests of a run, whatever the number of workers.

With pytest-xdist the controlling process runs it and hands its address and keys to the workers in
memory; without, the first test that wants it starts it. Each test has a prefix of its own.
"""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from backupclient.storage.seaweed import EmbeddedServer
from tests.needs import has_seaweed


class S3Place(NamedTuple):
    """Where one test may write. `prefix` has no slash at either end."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    prefix: str


class Worker(Protocol):
    """What pytest-xdist tells the controlling process of a worker."""

    config: pytest.Config
    workerinput: dict[str, object]


class SharedServer:
    """Lives in the controlling process; ends with the run."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="plainkeep-tests-")
        self._server = EmbeddedServer(Path(self._folder.name))
        self._server.start()

    @property
    def place(self) -> S3Place:
        server = self._server
        return S3Place(server.endpoint, server.access_key, server.secret_key, server.bucket, "")

    def close(self) -> None:
        self._server.stop()
        self._folder.cleanup()


SHARED = pytest.StashKey[SharedServer]()
WORKER_INPUT = "seaweed"


def shared_server(config: pytest.Config) -> SharedServer:
    if SHARED not in config.stash:
        config.stash[SHARED] = SharedServer()
    return config.stash[SHARED]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Worker) -> None:
    """Called in the controlling process for each worker before that starts."""
    if has_seaweed():
        node.workerinput[WORKER_INPUT] = tuple(shared_server(node.config).place)


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SHARED, None):
        server.close()


@pytest.fixture(scope="session")
def seaweed(request: pytest.FixtureRequest) -> S3Place:
    """The shared server; its bucket belongs to everybody: write below a prefix of your own."""
    given: dict[str, tuple[str, str, str, str, str]] = getattr(request.config, "workerinput", {})
    if WORKER_INPUT in given:
        return S3Place(*given[WORKER_INPUT])
    return shared_server(request.config).place


@pytest.fixture
def s3_place(seaweed: S3Place) -> S3Place:
    """A place on the shared server that no other test uses."""
    return seaweed._replace(prefix=f"test-{uuid.uuid4().hex}")
