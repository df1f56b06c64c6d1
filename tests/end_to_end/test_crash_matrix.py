"""The line is cut and the program killed after each change that a command makes to the storage.

Whatever is there then must be a sound repository, nothing that was complete before may be
missing, and the next run must go on from it.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compare import compare_trees
from tests.end_to_end.clients import Client
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.places import BucketPlace, copy
from tests.end_to_end.proxy import Proxy
from tests.end_to_end.warm import WarmStart
from tests.trees import MIB, random_bytes, write_file

pytestmark = pytest.mark.needs_restic


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmStart]:
    with WarmStart() as warm:
        yield warm


def killed_after(
    warm: WarmStart,
    client: Client,
    place: BucketPlace,
    changes: int,
    *command: str | Path,
    linger: float = 0,
) -> bool:
    """Runs `command`, kills it `linger` seconds after `changes` changes have reached the storage;
    returns False when it ended by itself before that."""
    with Proxy(place.server.endpoint, stop_after=changes) as proxy:
        client.place = place.through(proxy.endpoint)
        warm.start(client, *command)
        while warm.is_running and not proxy.stopped.wait(0.02):
            pass
        if proxy.stopped.is_set():
            time.sleep(linger)
        code = warm.end()
    client.place = place
    assert proxy.stopped.is_set() or code == 0
    return proxy.stopped.is_set()


def another(place: BucketPlace, number: int) -> BucketPlace:
    """A copy of everything stored at `place`, beside it."""
    copied = BucketPlace(place.server._replace(prefix=f"{place.server.prefix}-{number}"))
    copy(place, copied)
    return copied


def test_an_init_killed_after_any_put_can_be_repeated(
    bucket_place: BucketPlace, computer: NewClient, warm: WarmStart
) -> None:
    for changes in itertools.count():
        place = another(bucket_place, changes)
        if not killed_after(warm, computer(place), place, changes, "init"):
            break
        if "config" not in place.objects():
            computer(place).run("init")
        computer(place).run("snapshots")
    assert changes >= 2  # the key, the config


def test_a_backup_killed_after_any_put_leaves_a_sound_repository_and_goes_on(
    bucket_place: BucketPlace,
    computer: NewClient,
    restic: NewClient,
    source: Path,
    warm: WarmStart,
) -> None:
    # More than one pack, so that there is a time when some are stored and some are not.
    write_file(bytes(source / "large"), random_bytes(3, 5 * MIB))
    backup = ("backup", "--pack-size", "4", source)
    computer(bucket_place).init()
    for changes in itertools.count():
        place = another(bucket_place, changes)
        ours, judge = computer(place), restic(place)
        was_killed = killed_after(warm, ours, place, changes, *backup)
        # --no-lock: a killed program cannot take its lock away
        judge.run("check", "--no-lock", "--read-data")
        if not was_killed:
            break
        done = ours.backup(source)
        restored = judge.restore(source, done.snapshot_id)
        assert compare_trees(source, restored) == [], f"killed after {changes}"
    assert changes > 5  # a lock, two packs or more, the trees, the index, the snapshot


def test_what_a_killed_backup_had_stored_is_not_sent_again(
    bucket_place: BucketPlace, computer: NewClient, source: Path, warm: WarmStart
) -> None:
    for number in range(4):
        write_file(bytes(source / f"large-{number}"), random_bytes(number, 20 * MIB))
    computer(bucket_place).init()
    ours = computer(bucket_place)
    # The lock and three packs; what was acknowledged is noted at least every two seconds.
    assert killed_after(warm, ours, bucket_place, 4, "backup", source, linger=3)
    with Proxy(bucket_place.server.endpoint, record=True) as proxy:
        ours.place = bucket_place.through(proxy.endpoint)
        ours.backup(source)
    sent = sum(len(change.body) for change in proxy.mutations)
    assert sent < 50 * MIB
