from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec
import pytest

from backupclient.agent.outbox import BATCH_SECONDS, MOST_DETAILS, Outbox
from backupclient.clock import SystemClock
from backupclient.events import (
    BackupSummary,
    FileAction,
    FileDone,
    FileProblem,
    JobState,
    NoticeCode,
    Noticed,
    Phase,
    Progress,
    Reason,
    StateChanged,
)
from backupclient.wire.jobs import Jobs, Outcome
from backupclient.wire.protocol import Batch, FromEngine

DONE = Outcome(state=JobState.DONE, summary=BackupSummary(snapshot_id="a"))


class Reader:
    """The far end of a channel, which reads only when it is let."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.closed = threading.Event()
        self.sent = 0
        self.messages: list[FromEngine] = []
        self.complete = threading.Event()

    def send(self, message: bytes) -> None:
        self.sent += 1
        self.open.wait()
        if self.closed.is_set():
            raise BrokenPipeError
        decoded: FromEngine = msgspec.json.decode(message, type=FromEngine)
        self.messages.append(decoded)
        if isinstance(decoded, Batch) and decoded.outcome is not None:
            self.complete.set()

    def receive(self, seconds: float | None = None) -> bytes | None:
        raise AssertionError

    def close(self) -> None:
        self.closed.set()
        self.open.set()

    @property
    def batches(self) -> list[Batch]:
        return [message for message in self.messages if isinstance(message, Batch)]


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def outbox(reader: Reader) -> Iterator[Outbox]:
    outbox = Outbox(reader, SystemClock(), "to-client")
    yield outbox
    outbox.close()


def progress(done: int) -> Progress:
    return Progress(phase=Phase.UPLOADING, bytes_sent=done)


def test_a_reader_gets_everything_in_order_and_the_newest_progress(
    reader: Reader, outbox: Outbox
) -> None:
    reader.open.set()
    problem = FileProblem(path="/a", reason=Reason.VANISHED)
    notice = Noticed(code=NoticeCode.WENT_ON)
    for number in range(1000):
        outbox.news("j", progress(number))
    for event in (problem, notice, notice):
        outbox.news("j", event)
    outbox.ended("j", DONE)
    assert reader.complete.wait(20)
    events = [event for batch in reader.batches for event in batch.events]
    assert [event for event in events if not isinstance(event, Progress)] == [
        problem,
        notice,
        notice,
    ]
    shown = [event.bytes_sent for event in events if isinstance(event, Progress)]
    assert shown == sorted(shown)
    assert shown[-1] == 999
    assert len(shown) < 100
    assert reader.batches[-1].outcome == DONE


@pytest.mark.parametrize("jobs", [1, 5])
def test_twenty_batches_a_second_at_most(reader: Reader, outbox: Outbox, jobs: int) -> None:
    reader.open.set()
    clock = SystemClock()
    began = clock.monotonic()
    number = 0
    while clock.monotonic() - began < 0.5 or len(reader.batches) < jobs:
        outbox.news(f"j{number % jobs}", progress(number))
        number += 1
    # One for each job may come at once.
    assert len(reader.batches) <= (clock.monotonic() - began) / BATCH_SECONDS + jobs


def test_a_client_that_does_not_read_holds_up_nobody_and_misses_only_detail(
    reader: Reader, outbox: Outbox
) -> None:
    files = MOST_DETAILS * 3
    for number in range(files):
        outbox.news("j", FileDone(path=f"/{number}", action=FileAction.NEW, size=1))
        outbox.news("j", progress(number))
    outbox.news("j", StateChanged(state=JobState.STOPPING))
    outbox.ended("j", DONE)
    assert reader.sent <= 1  # it is stuck in the first
    reader.open.set()
    assert reader.complete.wait(20)
    events = [event for batch in reader.batches for event in batch.events]
    named = [event for event in events if isinstance(event, FileDone)]
    lost = sum(batch.lost for batch in reader.batches)
    assert len(named) + lost == files
    # What was being sent when it got stuck, and what could wait.
    assert MOST_DETAILS <= len(named) <= MOST_DETAILS * 2
    assert events[-1] == StateChanged(state=JobState.STOPPING)
    assert progress(files - 1) in events
    assert reader.batches[-1].outcome == DONE


def test_a_client_that_asks_and_does_not_read_is_sent_away(reader: Reader, outbox: Outbox) -> None:
    for number in range(2000):
        outbox.reply(Jobs(id=number, jobs=()))
    assert reader.closed.is_set()


def test_last_words_are_sent_before_the_end(reader: Reader, outbox: Outbox) -> None:
    reader.open.set()
    outbox.news("j", progress(1))
    outbox.ended("j", DONE)
    outbox.end(20)
    assert reader.closed.is_set()
    assert reader.batches[-1].outcome == DONE


def test_who_subscribes_is_answered_before_anything_else_is_heard(
    reader: Reader, outbox: Outbox
) -> None:
    reader.open.set()
    with outbox.news_held():
        outbox.news("1", progress(1))
        outbox.ended("1", DONE)
        assert not reader.complete.wait(5 * BATCH_SECONDS)
        assert reader.messages == []
        outbox.reply(Jobs(id=1, jobs=()))
    assert reader.complete.wait(10)
    assert isinstance(reader.messages[0], Jobs)
