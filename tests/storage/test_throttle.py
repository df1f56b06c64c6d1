from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.errors import Cancelled
from backupclient.storage.base import Storage
from backupclient.storage.folder import FolderStorage
from backupclient.storage.throttle import Throttle, ThrottledStorage, TokenBucket
from tests.fakes import ManualClock
from tests.storage.contract import CountingMeter, content
from tests.storage.servers import STORED, running, s3_at

MB = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    storage = FolderStorage(tmp_path / "repository", SystemClock())
    storage.create()
    return storage


def seconds_of(clock: ManualClock, act: Callable[[], object]) -> float:
    started = clock.monotonic()
    act()
    return clock.monotonic() - started


def test_transfers_take_as_long_as_the_limits_allow(folder: FolderStorage) -> None:
    clock, data = ManualClock(), content(10 * MB)
    storage = ThrottledStorage(folder, Throttle(clock, up=1 * MB, down=2 * MB), Control(clock))
    assert seconds_of(clock, lambda: storage.put("config", data)) == pytest.approx(10, abs=0.6)
    assert seconds_of(clock, lambda: storage.get("config")) == pytest.approx(5, abs=0.6)
    assert max(clock.waits) <= 0.5


def test_without_limits_nothing_waits(folder: FolderStorage) -> None:
    clock, data = ManualClock(), content(MB)
    storage = ThrottledStorage(folder, Throttle(clock), Control(clock))
    storage.put("config", data)
    assert storage.get("config") == data
    assert clock.waits == []


def test_the_callers_meter_still_counts(folder: FolderStorage) -> None:
    clock, meter = ManualClock(), CountingMeter()
    storage = ThrottledStorage(folder, Throttle(clock, up=MB), Control(clock))
    storage.put("config", content(MB), meter=meter)
    assert sum(meter.pieces) == MB


@given(
    st.lists(st.integers(1, 300_000), min_size=1, max_size=60),
    st.integers(1_000, 10 * MB),
    st.floats(0, 3),
)
def test_no_more_passes_than_the_limit(pieces: list[int], limit: int, idle: float) -> None:
    clock = ManualClock()
    bucket, control = TokenBucket(clock, limit), Control(clock)
    clock.advance(idle)
    started = clock.monotonic()
    for count in pieces:
        bucket.take(count, control)
    passed, elapsed = sum(pieces), clock.monotonic() - started
    # The last piece is still owed for; a quarter of a second may have been saved up.
    assert passed - pieces[-1] <= limit * (elapsed + 0.25) + 1
    assert elapsed <= passed / limit + 1e-3, "it waited for more than it had to"


def test_a_limit_may_change_within_a_transfer(folder: FolderStorage) -> None:
    clock = ManualClock()
    throttle = Throttle(clock, up=1 * MB)
    storage = ThrottledStorage(folder, throttle, Control(clock))

    class Faster:
        left = 5 * MB

        def advance(self, count: int) -> None:
            self.left -= count
            if self.left < 0:
                throttle.up.set_limit(5 * MB)

    took = seconds_of(clock, lambda: storage.put("config", content(10 * MB), meter=Faster()))
    assert took == pytest.approx(5 + 1, abs=0.6)


def test_a_limit_that_is_lifted_frees_those_who_wait() -> None:
    clock = SystemClock()
    bucket, control = TokenBucket(clock, 10_000), Control(clock)
    bucket.take(10 * MB, control)  # a thousand seconds are owed for
    waiter = threading.Thread(target=bucket.take, args=(1, control), daemon=True)
    waiter.start()
    bucket.set_limit(None)
    waiter.join(60)
    assert not waiter.is_alive()


def test_a_stop_frees_those_who_wait() -> None:
    clock = SystemClock()
    bucket, control = TokenBucket(clock, 10_000), Control(clock)
    bucket.take(10 * MB, control)
    ended: list[type[BaseException]] = []

    def wait() -> None:
        try:
            bucket.take(1, control)
        except Cancelled:
            ended.append(Cancelled)

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    control.stop()
    waiter.join(60)
    assert ended == [Cancelled]


def test_all_threads_share_one_limit() -> None:
    clock = SystemClock()
    bucket, control = TokenBucket(clock, 2 * MB), Control(clock)

    def take() -> None:
        for _ in range(10):
            bucket.take(25_000, control)

    threads = [threading.Thread(target=take) for _ in range(4)]
    started = clock.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() - started > 0.45  # 1 MB at 2 MB/s; no upper bound on a busy machine


def test_a_limit_must_be_positive() -> None:
    bucket = TokenBucket(ManualClock())
    for limit in (0, -1):
        with pytest.raises(ValueError, match=str(limit)):
            bucket.set_limit(limit)
    assert bucket.limit is None


def test_an_upload_to_s3_is_limited_inside_its_body() -> None:
    clock = ManualClock()
    with running(lambda _: STORED) as server:
        inner = s3_at(server.endpoint)
        storage: Storage = ThrottledStorage(inner, Throttle(clock, up=MB), Control(clock))
        took = seconds_of(clock, lambda: storage.put("config", content(3 * MB)))
        inner.close()
    assert took == pytest.approx(3, abs=0.6)
