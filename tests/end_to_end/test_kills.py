"""A backup that is killed over and over goes on each time, and nothing is done twice."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.compare import compare_trees
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.kills import backup_with_kills, clean_run, make_source, prove
from tests.end_to_end.places import BucketPlace
from tests.end_to_end.proxy import Proxy
from tests.trees import MIB, random_bytes, write_file

pytestmark = pytest.mark.needs_restic

SEED = 7


def test_a_throttled_backup_killed_at_random_moments(
    bucket_place: BucketPlace, computer: NewClient, restic: NewClient, tmp_path: Path
) -> None:
    """With less data than `make soak` does the same."""
    source = tmp_path / "files"
    make_source(source, SEED, large_mib=8, small=60)
    apart = BucketPlace(bucket_place.server._replace(prefix=bucket_place.server.prefix + "-clean"))
    clean_bytes = clean_run(computer(apart), apart, source)
    ours = computer(bucket_place)
    ours.init()
    ended = backup_with_kills(ours, source, clean_bytes, seed=SEED, kills=20, limit_kib=8000)
    assert ended.kills == 20
    assert ended.last.went_on_from
    prove(ended, ours, restic(bucket_place), source)


def test_what_another_program_prunes_after_a_kill_is_sent_again(
    bucket_place: BucketPlace, computer: NewClient, restic: NewClient, tmp_path: Path
) -> None:
    (source := tmp_path / "files").mkdir()
    write_file(bytes(source / "large"), random_bytes(SEED, 24 * MIB))
    write_file(bytes(source / "small"), random_bytes(SEED + 1, 1000))
    time.sleep(2.1)
    ours, other = computer(bucket_place), restic(bucket_place)
    ours.init()
    with Proxy(bucket_place.server.endpoint) as proxy:
        proxy.stands_still_at = 20 * MIB
        ours.place = bucket_place.through(proxy.endpoint)
        process = ours.start("backup", "--pack-size", "4", "--limit-upload", "4000", source)
        while process.poll() is None and proxy.body_bytes < 14 * MIB:
            time.sleep(0.01)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    ours.place = bucket_place
    assert [name for name in bucket_place.objects() if name.startswith("data/")]
    other.run("unlock", "--remove-all")
    other.run("prune")
    assert not [name for name in bucket_place.objects() if name.startswith("data/")]
    done = ours.backup(source)
    other.run("check", "--read-data")
    assert compare_trees(source, other.restore(source, done.snapshot_id)) == []
