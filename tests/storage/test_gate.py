"""A storage that says "slow down" is asked for half as much at once, and slowly for more again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.storage.gate import Gate, GatedStorage
from backupclient.storage.retry import RetryingStorage, RetryPolicy
from tests.fakes import ManualClock
from tests.storage.servers import STORED, Answer, Request, refusal, running, s3_at

PACK = bytes(100_000)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def entered(gate: Gate, control: Control, count: int) -> float:
    began = 0.0
    for _ in range(count):
        began = gate.enter(control)
    return began


def test_a_complaint_halves_and_each_quiet_while_adds_one(clock: ManualClock) -> None:
    gate, control = Gate(clock, 16), Control(clock)
    began = entered(gate, control, 8)
    gate.complain(began)
    assert gate.limit == 4
    clock.advance(29)
    assert gate.limit == 4
    clock.advance(1)
    assert gate.limit == 5
    clock.advance(60)
    assert gate.limit == 7
    clock.advance(10 * 30)
    assert gate.limit is None


def test_there_is_no_limit_until_somebody_complains(clock: ManualClock) -> None:
    gate = Gate(clock, 2)
    entered(gate, Control(clock), 20)
    assert gate.limit is None


def test_complaints_about_what_began_before_count_once(clock: ManualClock) -> None:
    gate, control = Gate(clock, 16), Control(clock)
    began = entered(gate, control, 8)
    clock.advance(1)
    for _ in range(8):
        gate.complain(began)
        gate.leave()
    assert gate.limit == 4
    began = entered(gate, control, 4)
    clock.advance(40)
    gate.complain(began)
    assert gate.limit == 2


def test_one_transfer_may_always_run(clock: ManualClock) -> None:
    gate, control = Gate(clock, 16), Control(clock)
    for _ in range(3):
        gate.complain(clock.monotonic())
    assert gate.limit == 1
    gate.enter(control)


def test_a_stopped_job_and_small_objects_do_not_wait(clock: ManualClock, tmp_path: Path) -> None:
    gate, control = Gate(clock, 16), Control(clock)
    gate.complain(clock.monotonic())
    gate.enter(control)
    with running(lambda _: STORED) as server:
        inner = s3_at(server.endpoint)
        storage = GatedStorage(inner, gate, control, clock)
        storage.put("locks/l", b"lock")
        control.stop()
        storage.put("config", PACK)
        inner.close()


class Crowded:
    """A storage that takes so many uploads at once, and counts."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.refused = 0
        self.highest_after_refusals = 0
        self._running = 0
        self._lock = threading.Lock()
        self._clock = SystemClock()

    def __call__(self, request: Request) -> Answer:
        with self._lock:
            self._running += 1
            running = self._running
            if running > self.most:
                self.refused += 1
        self._clock.wait(threading.Event(), 0.05)
        with self._lock:
            self._running -= 1
        return refusal(503, "SlowDown") if running > self.most else STORED


def test_a_crowded_storage_is_asked_for_less_at_once_until_it_is_content() -> None:
    clock = SystemClock()
    control, gate, crowded = Control(clock), Gate(clock, 16), Crowded(3)
    with running(crowded) as server:
        inner = s3_at(server.endpoint)
        storage = RetryingStorage(
            GatedStorage(inner, gate, control, clock),
            control,
            clock,
            random=Random(1),
            policy=RetryPolicy(first_wait=0.1, longest_wait=0.2),
        )
        storage.put("config", b"x")

        def send(number: int) -> None:
            storage.put(f"keys/{number}", PACK)

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(send, range(60)))
        assert gate.limit is not None
        assert gate.limit <= 3
        refused = crowded.refused
        assert refused > 0
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(send, range(60, 90)))
        assert crowded.refused == refused
        inner.close()


def test_too_many_wrong_logins_say_nothing_of_parallel_transfers(clock: ManualClock) -> None:
    gate, control = Gate(clock, 16), Control(clock)
    with running(lambda _: refusal(403, "AuthenticationLockout")) as server:
        inner = s3_at(server.endpoint)
        storage = GatedStorage(inner, gate, control, clock)
        with pytest.raises(errors.StorageThrottled):
            storage.get("config")
        assert gate.limit is None
        inner.close()
