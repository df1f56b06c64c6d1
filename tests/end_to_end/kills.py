"""One backup that is killed again and again over its life, and finished in the end.

What is demanded: nothing that was stored is sent again, and hardly anything of it read again; the
repository is sound, and what is restored is what was backed up.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.compare import compare_trees
from tests.end_to_end.clients import Client
from tests.end_to_end.places import BucketPlace
from tests.end_to_end.proxy import Proxy
from tests.end_to_end.warm import WarmStart
from tests.patience import PATIENCE
from tests.trees import KIB, MIB, random_bytes, write_file

READERS = 2
_PACK_MIB = "4"


class Going(msgspec.Struct, frozen=True):
    """What the summary says of how much was done before."""

    snapshot_id: str
    bytes_read: int
    bytes_safe: int
    bytes_uploaded: int
    total_bytes_processed: int
    went_on_from: str = ""


class Count(msgspec.Struct, frozen=True):
    files: int


class FolderStatus(msgspec.Struct, frozen=True, tag_field="message_type", tag="folder"):
    safe: Count
    changed: Count
    waiting: Count
    problem: Count


class Ended(NamedTuple):
    """How it went: kills, bytes of all bodies over all runs, of those that arrived whole, of one
    clean run, of the largest."""

    kills: int
    body_bytes: int
    whole_bytes: int
    clean_bytes: int
    largest_body: int
    last: Going


def make_source(folder: Path, seed: int, *, large_mib: int, small: int) -> int:
    """Data that cannot be compressed, in one large file, two of some chunks and many small ones;
    returns its bytes."""
    for number in range(7):
        (folder / f"folder-{number}").mkdir(parents=True)
    write_file(bytes(folder / "large"), random_bytes(seed, large_mib * MIB))
    for number in range(2):
        write_file(bytes(folder / f"photo-{number}"), random_bytes(seed + 1 + number, 3 * MIB))
    for number in range(small):
        path = folder / f"folder-{number % 7}" / f"small-{number}"
        write_file(bytes(path), random_bytes(seed + 10 + number, 40_000 + 997 * (number % 50)))
    time.sleep(2.1)  # or the files' times are too near to be trusted
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def clean_run(client: Client, place: BucketPlace, source: Path) -> int:
    """The bytes of all bodies of one backup that nobody disturbs."""
    client.init()
    with Proxy(place.server.endpoint) as proxy:
        client.place = place.through(proxy.endpoint)
        client.run("backup", "--pack-size", _PACK_MIB, source)
    return proxy.body_bytes


def backup_with_kills(
    client: Client, source: Path, clean_bytes: int, *, seed: int, kills: int, limit_kib: int
) -> Ended:
    """`client` has an empty repository in a bucket. The moments are random, spread over what is
    to be stored; the line stands still before the end, which so cannot come before the kill."""
    place = client.place
    assert isinstance(place, BucketPlace)
    chance = random.Random(seed)
    options = ("--pack-size", _PACK_MIB, "--limit-upload", str(limit_kib))
    killed = 0
    with WarmStart() as command, Proxy(place.server.endpoint) as proxy:
        client.place = place.through(proxy.endpoint)
        for at in sorted(chance.uniform(0, 0.93) for _ in range(kills)):
            here = proxy.body_bytes - _stored_bytes(place)
            wanted = max(here + at * clean_bytes, proxy.body_bytes + 1)
            proxy.stands_still_at = max(here + int(0.95 * clean_bytes), proxy.body_bytes + 1)
            command.start(client, "backup", *options, source)
            patience = time.monotonic() + PATIENCE
            while command.is_running and proxy.body_bytes < wanted:
                if time.monotonic() > patience:
                    break
                time.sleep(0.01)
            time.sleep(chance.choice([0, 0, chance.uniform(0, 0.3)]))
            killed += command.kill()
            proxy.stands_still_at = None
            while proxy.under_way:
                time.sleep(0.01)
            demand_status(client, source, safe=False)
            assert time.monotonic() <= patience + 10, "it does not send anything"
        stored = _stored_bytes(place)
        done = client.run("backup", "--json", *options, source)
        last = msgspec.json.decode(done.out.splitlines()[-1], type=Going)
        demand_status(client, source, safe=True)
    client.place = place
    not_uploaded = last.total_bytes_processed - stored
    assert last.bytes_read <= max(not_uploaded, 0) * 1.01 + READERS * 8 * MIB, (last, stored)
    sent = proxy.body_bytes, proxy.body_bytes - proxy.broken_off_bytes
    return Ended(killed, *sent, clean_bytes, proxy.largest_body, last)


def demand_status(client: Client, source: Path, *, safe: bool) -> None:
    """While no snapshot holds them, no file is called safe, whatever was sent of it; of those that
    were looked at none is missing. After the backup all are safe."""
    files = sum(path.is_file() for path in source.rglob("*"))
    told = client.run("status", "--json", source, code=0 if safe else 3)
    status = msgspec.json.decode(told.out.splitlines()[-1], type=FolderStatus)
    assert status.safe.files == (files if safe else 0), status
    assert not status.changed.files
    assert not status.problem.files
    assert status.waiting.files in ({0} if safe else {0, files}), status


def _stored_bytes(place: BucketPlace) -> int:
    return sum(size for name, size in place.sizes().items() if name.startswith("data/"))


def prove(ended: Ended, ours: Client, judge: Client, source: Path) -> None:
    """Under a limit one pack is on its way at a time, so that a kill costs no more than that, and
    what has arrived whole, whether or not its sender heard of it, is never sent again: a kill
    leads to no more than another lock and another index file."""
    allowed = 1.05 * ended.clean_bytes + ended.kills * ended.largest_body
    assert ended.body_bytes <= allowed, ended
    assert ended.whole_bytes <= 1.05 * ended.clean_bytes + ended.kills * 64 * KIB, ended
    judge.run("unlock", "--remove-all")
    judge.run("check", "--read-data")
    restored = judge.restore(source, ended.last.snapshot_id)
    assert compare_trees(source, restored) == [], ended
    assert [one.id for one in ours.snapshots()] == [ended.last.snapshot_id]
