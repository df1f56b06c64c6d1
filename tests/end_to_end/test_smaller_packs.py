"""A proxy that lets no large uploads through: smaller ones are sent, now and next time."""

from __future__ import annotations

from pathlib import Path

from backupclient.repository.snapshot import CHECKPOINT
from tests.compare import compare_trees
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.mishaps import explained
from tests.end_to_end.places import BucketPlace
from tests.end_to_end.proxy import Proxy
from tests.trees import MIB, random_bytes, write_file

HALVINGS = 3
"""From the usual size to the smallest of use."""


def test_packs_become_small_enough_and_stay_so(
    bucket_place: BucketPlace, source: Path, computer: NewClient
) -> None:
    with Proxy(bucket_place.server.endpoint, record=True, largest=7 * MIB) as proxy:
        client = computer(bucket_place.through(proxy.endpoint))
        client.init()
        for run in range(3):
            for number in range(12):
                content = random_bytes(100 * run + number, MIB)
                write_file(bytes(source / f"large-{run}-{number}"), content)
            client.backup(source)
        assert 0 < proxy.requests["too large"] <= HALVINGS, "it was forgotten what was refused"
        packs = [len(change.body) for change in proxy.mutations if "/data/" in change.key]
        assert sum(packs) < 1.1 * 36 * MIB + 2 * MIB, "something was sent twice"
    assert compare_trees(source, computer(bucket_place).restore(source)) == []


def test_where_hardly_anything_passes_it_ends_with_the_reason(
    bucket_place: BucketPlace, source: Path, computer: NewClient
) -> None:
    write_file(bytes(source / "large"), random_bytes(1, 5 * MIB))
    with Proxy(bucket_place.server.endpoint, largest=MIB) as proxy:
        client = computer(bucket_place.through(proxy.endpoint))
        client.init()
        explained(client.run("backup", source, code=1), words="large uploads")
        # What was small enough is kept, if it was sent before what is not.
        assert all(CHECKPOINT in snapshot.tags for snapshot in client.snapshots())
