"""The computer sleeps while a backup runs: afterwards it goes on, and says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.events import Event, NoticeCode, Phase, Progress
from backupclient.operations.session import LockMode
from tests.fakes import ManualClock
from tests.operations.computer import Computer
from tests.repository.restic import Restic
from tests.trees import random_bytes, write_file

HOURS = 3600.0
SENDING = (Phase.UPLOADING, Phase.FINISHING)


def once_uploading(act: Callable[[], None]) -> Callable[[Event], None]:
    acted: list[Event] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Progress) and event.phase in SENDING and not acted:
            acted.append(event)
            act()

    return on_event


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(20):
        write_file(bytes(source / f"file-{number}"), random_bytes(number, 100_000))
    return source


@pytest.mark.needs_restic
def test_after_a_night_it_goes_on(
    computer: Computer, clock: ManualClock, files: Path, restic: Restic
) -> None:
    computer.on_event = once_uploading(lambda: clock.jump(8 * HOURS))
    outcome = computer.backup(files, mode=LockMode.SHARED)
    assert outcome.notices.count(NoticeCode.WOKE_UP) == 1
    assert outcome.summary.snapshot_id
    restic.check()


def test_a_nap_is_not_worth_a_word(computer: Computer, clock: ManualClock, files: Path) -> None:
    computer.on_event = once_uploading(lambda: clock.jump(30))
    outcome = computer.backup(files, mode=LockMode.SHARED)
    assert NoticeCode.WOKE_UP not in outcome.notices
