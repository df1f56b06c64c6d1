"""A storage that is full: said as what it is; what is stored can be used; going on repeats nothing.

The bucket is over its quota on a real SeaweedFS, which answers uploads as if it had a fault.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.storage.room import PROBE_KEY
from backupclient.storage.seaweed import EmbeddedServer
from tests.compare import compare_trees
from tests.end_to_end.clients import Client
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.mishaps import explained
from tests.end_to_end.places import BucketPlace
from tests.end_to_end.proxy import Proxy
from tests.patience import PATIENCE
from tests.quota import Quota, place_of
from tests.trees import MIB, random_bytes, write_file

pytestmark = [pytest.mark.needs_seaweed, pytest.mark.needs_restic, pytest.mark.timeout(500)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(tmp_path / "server") as server:
        yield server


def test_a_full_storage_is_used_and_then_filled_further(
    server: EmbeddedServer, tmp_path: Path, source: Path, computer: NewClient, restic: NewClient
) -> None:
    direct = BucketPlace(place_of(server, "anna"))
    with Quota(server) as quota, Proxy(server.endpoint, record=True) as proxy:
        place = direct.through(proxy.endpoint)
        client = computer(place)
        client.init()
        write_file(bytes(source / "first"), random_bytes(1, 3 * MIB))
        client.backup(source)
        client.run("backup", "--force", source)
        first = client.restore(source)
        sent_before = packs(proxy)

        quota.fill()
        stored = place.objects()
        for number in range(8):
            write_file(bytes(source / f"later-{number}"), random_bytes(100 + number, 2 * MIB))
        explained(client.run("backup", source, code=1), words="full")
        use(client, source, first)
        assert compare_trees(first, computer(place).restore(source)) == []
        assert place.objects() == stored
        client.run("forget", "--keep-last", "1")
        assert len(client.snapshots()) == len(stored) - len(place.objects()) == 1

        quota.lift()
        options = ("--pack-size", "4", "--limit-upload", "1000")
        running = client.start(*options, "backup", "--wait-for-room", source)
        try:
            wait_for_packs(proxy, len(sent_before) + 1)  # and there is a while left for the others
            quota.fill()
            wait_until_it_waits(client)
            assert set(packs(proxy)) <= place.objects().keys()
            assert compare_trees(first, client.restore(source)) == []
            quota.lift()
            client.run("limit", "--upload", "0")
            assert running.wait(240) == 0, "it looks by itself"
        finally:
            running.kill()
        sent = packs(proxy)
        changes = [change.key for change in proxy.mutations if change.method == "PUT"]
        puts = [key for key in changes if not key.endswith(PROBE_KEY)]  # asked for room as often
    assert len(puts) == len(set(puts))
    new_bytes = sum(sent.values()) - sum(sent_before.values())
    assert new_bytes < 1.05 * 8 * 2 * MIB, "something was sent twice"
    other = restic(direct)
    other.run("check", "--read-data")
    assert compare_trees(source, other.restore(source)) == []


def use(client: Client, source: Path, first: Path) -> None:
    """Everything that only reads."""
    assert len(client.snapshots()) == 2
    assert str(source / "first") in client.run("ls", "latest").out.decode()
    assert "first" in client.run("find", "first").out.decode()
    client.run("stats")
    client.run("key", "list")
    client.run("unlock")
    client.run("check")
    assert compare_trees(first, client.restore(source)) == []


def wait_for_packs(proxy: Proxy, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(packs(proxy)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_until_it_waits(client: Client) -> None:
    deadline = time.monotonic() + PATIENCE
    while b'"state":"waiting"' not in client.run("jobs", "--json").out.replace(b" ", b""):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def packs(proxy: Proxy) -> dict[str, int]:
    """The packs that were stored, with their sizes."""
    found: dict[str, int] = {}
    for change in list(proxy.mutations):
        _, _, name = change.key.partition("/anna/")
        if change.method == "PUT" and name.startswith("data/"):
            found[name] = len(change.body)
    return found
