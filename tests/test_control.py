from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from backupclient.clock import SystemClock
from backupclient.control import TRANSFER_GRACE_SECONDS, Control, TransferAbandoned
from backupclient.errors import Cancelled
from tests.fakes import ManualClock


class Worker:
    """Something that works in a thread of its own."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.ended = threading.Event()
        self.cancelled = False
        self._act = act
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._act()
        except Cancelled:
            self.cancelled = True
        self.ended.set()


def test_a_pause_blocks_what_works_until_it_is_resumed() -> None:
    control = Control(SystemClock())
    control.pause()
    at_first = control.paused
    assert at_first
    assert control.pause_left is None
    worker = Worker(control.check)
    assert not worker.ended.wait(0.2)
    control.resume()
    assert worker.ended.wait(20)
    assert not control.paused
    assert not worker.cancelled


def test_a_pause_for_a_time_ends_by_itself() -> None:
    clock = ManualClock()
    control = Control(clock)
    control.pause(3600)
    clock.advance(600)
    assert control.pause_left == 3000
    control.check()
    assert not control.paused
    assert sum(clock.waits) == 3000
    assert max(clock.waits) <= 30


def test_time_slept_counts_as_paused() -> None:
    clock = ManualClock()
    control = Control(clock)
    control.pause(3600)
    clock.jump(4000)  # the computer slept: its monotonic clock stood still
    control.check()
    assert clock.waits == []


def test_a_pause_can_be_made_another_while_it_is_waited_for() -> None:
    control = Control(SystemClock())
    control.pause()
    worker = Worker(control.check)
    assert not worker.ended.wait(0.1)
    control.pause(0.1)
    assert worker.ended.wait(20)


def test_stopping_ends_a_pause_and_every_kind_of_waiting() -> None:
    for wait in (
        lambda control: control.sleep(60),
        lambda control: control.sleep_in_transfer(60),
        lambda control: control.wait_to_retry(60),
        lambda control: control.check(),
    ):
        control = Control(SystemClock())
        control.pause()
        worker = Worker(lambda wait=wait, control=control: wait(control))  # type: ignore[misc]
        control.stop()
        assert worker.ended.wait(20)
        assert worker.cancelled
        assert control.stopped
        control.pause()
        assert not control.paused


def test_waiting_for_the_next_try_is_cut_short_and_sleeping_is_not() -> None:
    for hurry in (Control.wake, Control.resume):
        control = Control(SystemClock())
        began = threading.Event()

        def wait(control: Control = control, began: threading.Event = began) -> None:
            began.set()
            control.wait_to_retry(60)

        retrying, sleeping = Worker(wait), Worker(lambda control=control: control.sleep(60))  # type: ignore[misc]
        assert began.wait(20)
        while not retrying.ended.wait(0.05):
            hurry(control)
        assert not sleeping.ended.is_set()
        control.stop()
        assert sleeping.ended.wait(20)


def test_what_must_go_on_in_a_pause_does() -> None:
    clock = ManualClock()
    control = Control(clock)
    control.pause()
    control.check_stopped()
    control.wait_to_retry(60)
    assert clock.waits == [60]
    control.stop()
    with pytest.raises(Cancelled):
        control.check_stopped()


def test_being_woken_does_not_end_a_later_waiting() -> None:
    clock = ManualClock()
    control = Control(clock)
    control.wake()
    control.wait_to_retry(60)
    assert clock.waits == [60]


def test_waiting_for_the_next_try_of_a_stopped_job_ends_at_once_even_if_woken() -> None:
    control = Control(SystemClock())
    control.stop()
    control.wake()
    with pytest.raises(Cancelled):
        control.wait_to_retry(60)


def test_a_transfer_goes_on_for_a_while_in_a_pause() -> None:
    clock = ManualClock()
    control = Control(clock)
    control.check_transfer()
    control.pause()
    control.check_transfer()
    control.sleep_in_transfer(TRANSFER_GRACE_SECONDS - 1)
    control.check_transfer()
    clock.advance(1)
    with pytest.raises(TransferAbandoned):
        control.check_transfer()
    control.resume()
    control.check_transfer()
    control.stop()
    with pytest.raises(Cancelled):
        control.check_transfer()


def test_a_stopped_job_may_leave_things_in_order_for_a_moment() -> None:
    control = Control(ManualClock())
    control.stop()
    with control.last_words(5):
        control.check()
        control.check_transfer()
        control.sleep_in_transfer(3)
        control.sleep(1)
        with pytest.raises(Cancelled):
            control.wait_to_retry(1)
    with pytest.raises(Cancelled):
        control.check()
    with control.last_words(5):
        with pytest.raises(Cancelled):
            control.sleep(6)
        with pytest.raises(Cancelled):
            control.check()


def test_last_words_are_one_threads_alone() -> None:
    control = Control(ManualClock())
    control.stop()
    with control.last_words(5), ThreadPoolExecutor(1) as pool, pytest.raises(Cancelled):
        pool.submit(control.check).result()


def test_last_words_of_a_job_that_runs_hold_nothing_up_and_do_not_end_it() -> None:
    control = Control(ManualClock())
    with control.last_words(5):
        control.sleep(10)
        control.check()


def test_who_must_be_brief_waits_for_no_further_try() -> None:
    clock = ManualClock()
    control = Control(clock)
    with control.briefly(5):
        control.wait_to_retry(3)
        with pytest.raises(Cancelled):
            control.wait_to_retry(3)
    control.wait_to_retry(60)
    assert clock.waits == [3, 60]
