"""The numbers behind the bar."""

from __future__ import annotations

import pytest

from backupclient.events import Event, Phase, Progress
from backupclient.operations.backup.folder import Counts
from backupclient.operations.backup.progress import BackupProgress
from backupclient.pipeline.reader import InWork
from tests.fakes import ManualClock

MB = 1_000_000


class Shown:
    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.events: list[Progress] = []
        self.progress = BackupProgress(clock, self._take)

    def _take(self, event: Event) -> None:
        assert isinstance(event, Progress)
        self.events.append(event)

    def after(self, seconds: float) -> Progress:
        """What is shown when so much time has passed."""
        self.clock.advance(seconds)
        self.progress.tick()
        return self.events[-1]


@pytest.fixture
def shown(clock: ManualClock) -> Shown:
    return Shown(clock)


def test_counts_are_sent_ten_times_a_second_at_most(shown: Shown) -> None:
    for _ in range(1000):
        shown.clock.advance(0.01)
        shown.progress.tick()
    assert 90 <= len(shown.events) <= 101


def test_a_new_phase_is_told_at_once(shown: Shown) -> None:
    shown.progress.tick()
    shown.progress.enter(Phase.UPLOADING)
    shown.progress.enter(Phase.FINISHING)
    assert [event.phase for event in shown.events][1:] == [Phase.UPLOADING, Phase.FINISHING]


def test_the_estimate_counts_what_is_sent_and_not_what_is_skipped(shown: Shown) -> None:
    progress = shown.progress
    progress.bytes_total = 1000 * MB
    shown.after(0)
    progress.bytes_safe = 500 * MB
    for _ in range(20):
        progress.bytes_sent += 5 * MB
        last = shown.after(1)
    assert last.bytes_per_second == pytest.approx(5 * MB, rel=0.01)
    assert last.seconds_left == pytest.approx(400 / 5, rel=0.01)
    progress.bytes_safe += 300 * MB
    last = shown.after(1)
    assert last.bytes_per_second == pytest.approx(5 * MB, rel=0.1)
    assert last.seconds_left == pytest.approx(100 / 5, rel=0.2)


def test_what_was_read_counts_as_sent_once_the_storage_has_it(shown: Shown) -> None:
    waiting = 30 * MB
    shown.progress.unsent = lambda: waiting
    shown.progress.bytes_total = 100 * MB
    shown.progress.bytes_sent, shown.progress.files_sent = 20 * MB, 200
    assert shown.after(1).bytes_sent == shown.after(1).files_sent == 0
    shown.progress.bytes_sent, shown.progress.files_sent = 50 * MB, 500
    assert (shown.after(1).bytes_sent, shown.after(1).files_sent) == (20 * MB, 200)
    waiting = 40 * MB
    last = shown.after(1)
    assert (last.bytes_sent, last.files_sent) == (20 * MB, 200), "it never goes back"
    waiting = 0
    assert (shown.after(1).bytes_sent, shown.after(1).files_sent) == (50 * MB, 500)


def test_no_estimate_is_shown_before_there_is_something_to_go_by(shown: Shown) -> None:
    progress = shown.progress
    progress.bytes_total = 100 * MB
    shown.after(0)
    progress.bytes_sent = 10 * MB
    assert shown.after(9.9).seconds_left is None
    assert shown.after(1).seconds_left is not None
    progress.bytes_total = 0
    assert shown.after(1).seconds_left is None


def test_no_estimate_is_shown_while_nothing_moves(shown: Shown) -> None:
    shown.progress.bytes_total = 100 * MB
    shown.after(0)
    assert shown.after(60).seconds_left is None


def test_the_speed_is_that_of_the_last_three_minutes(shown: Shown) -> None:
    shown.after(0)
    for _ in range(600):
        shown.progress.bytes_sent += 10 * MB
        shown.after(1)
    for _ in range(200):
        shown.progress.bytes_sent += MB
        last = shown.after(1)
    assert last.bytes_per_second == pytest.approx(MB, rel=0.02)


def test_large_files_in_work_count_as_they_go_and_never_run_back(shown: Shown) -> None:
    work = [InWork(b"/large", 40, size=90), InWork(b"/caf\xe9", 2)]
    shown.progress.in_work = lambda: work
    event = shown.after(1)
    assert event.bytes_sent == 42
    assert event.current == ("/large", "/caf\udce9")
    assert (event.current_read, event.current_size) == ((40, 2), (90, 0))
    work.clear()  # read to the end, and its answer not taken yet
    assert shown.after(1).bytes_sent == 42
    shown.progress.bytes_sent = 50
    assert shown.after(1).bytes_sent == 50


def test_of_small_files_the_last_is_named_while_they_are_sent(shown: Shown) -> None:
    counts = Counts()
    counts.last_read = b"/letter"
    shown.progress.show(counts)
    assert shown.after(1).current == (), "looking for changes"
    shown.progress.enter(Phase.UPLOADING)
    event = shown.after(1)
    assert (event.current, event.current_size) == (("/letter",), (0,))
    shown.progress.in_work = lambda: [InWork(b"/film", 1, size=2)]
    assert shown.after(1).current == ("/film",)
    shown.progress.in_work = list
    shown.progress.enter(Phase.FINISHING)
    assert shown.after(1).current == ()


def test_totals_grow_with_what_turns_up(shown: Shown) -> None:
    progress = shown.progress
    progress.files_total, progress.bytes_total = 1, 100
    progress.files_safe, progress.files_sent = 2, 3
    progress.bytes_safe, progress.bytes_sent = 200, 300
    event = shown.after(1)
    assert (event.files_total, event.bytes_total) == (5, 500)


def test_bytes_over_the_line_are_counted(shown: Shown) -> None:
    shown.progress.add_uploaded(5)
    shown.progress.add_uploaded(7)
    assert shown.after(1).uploaded_bytes == 12


def test_what_is_found_beyond_the_last_run_is_left_to_do_before_it_is_read(shown: Shown) -> None:
    shown.progress.expect((10, 100 * MB), counted=False)
    counts = Counts()
    counts.files_unmodified, counts.bytes_safe = 10, 100 * MB
    counts.files_beyond, counts.bytes_beyond = 2, 30 * MB
    shown.progress.show(counts)
    last = shown.after(1)
    assert (last.files_total, last.bytes_total) == (12, 130 * MB)
    shown.progress.expect((12, 130 * MB), counted=True)
    assert shown.after(1).bytes_total == 130 * MB


def test_at_the_end_there_is_what_was_done_however_much_was_expected(shown: Shown) -> None:
    shown.progress.expect((10, 100 * MB), counted=False)
    counts = Counts()
    counts.files_unmodified, counts.bytes_safe = 4, 40 * MB
    shown.progress.show(counts)
    assert shown.after(1).bytes_total == 100 * MB
    shown.progress.enter(Phase.FINISHING)
    last = shown.after(1)
    assert (last.files_total, last.bytes_total) == (4, 40 * MB)
