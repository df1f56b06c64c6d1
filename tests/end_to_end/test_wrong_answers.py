"""One answer of the server is a wrong one: the backup rides it out. A sample; every fault at every
call is tried without a server (`tests/operations/test_every_fault.py`)."""

from __future__ import annotations

import itertools
import random
import threading
from pathlib import Path

import pytest

from tests.compare import compare_trees
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.places import BucketPlace
from tests.end_to_end.proxy import Proxy, Refusal

pytestmark = pytest.mark.needs_restic

WRONG = (
    Refusal(500, "InternalError"),
    Refusal(503, "SlowDown"),
    Refusal(200, "Welcome"),  # a 200 that is no answer of S3
    Refusal(200, "Welcome"),
)
REQUESTS = 12
"""A small backup needs more."""


class OneWrong:
    """Answers request number `at` wrongly."""

    def __init__(self, at: int, wrong: Refusal) -> None:
        self._at = at
        self._wrong = wrong
        self._count = itertools.count(1)
        self._lock = threading.Lock()
        self.fired = False

    def __call__(self, method: str, key: str) -> Refusal | None:
        with self._lock:
            if next(self._count) != self._at:
                return None
            self.fired = True
        return self._wrong


def test_one_wrong_answer_is_ridden_out(
    bucket_place: BucketPlace, computer: NewClient, restic: NewClient, source: Path
) -> None:
    client = computer(bucket_place)
    client.init()
    client.backup(source)
    chance = random.Random(4)
    for wrong in WRONG:
        at = chance.randint(1, REQUESTS)
        (source / "changed").write_bytes(chance.randbytes(300_000))
        judge = OneWrong(at, wrong)
        with Proxy(bucket_place.server.endpoint, judge=judge) as proxy:
            client.place = bucket_place.through(proxy.endpoint)
            done = client.backup(source)
        assert judge.fired, (wrong, at)
        assert done.data_blobs == 1, (wrong, at)
    client.place = bucket_place
    other = restic(bucket_place)
    other.run("check", "--read-data")
    assert compare_trees(source, other.restore(source, done.snapshot_id)) == []
