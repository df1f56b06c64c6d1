"""What goes first in a first backup."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.operations.backup.order import Order, Urgency
from backupclient.operations.backup.run import Tuning
from backupclient.pipeline.scanner import Found
from backupclient.repository.blob import blob_id
from backupclient.storage.base import FREE, Data, Meter
from tests.fakes import ManualClock
from tests.operations.aged import aged_file
from tests.operations.computer import Computer
from tests.operations.stored import differences
from tests.storage.faults import RecordingStorage
from tests.trees import KIB, MIB

ONE_BLOB_EACH = Tuning(threads=1, processes=0, uploads=1, pack_size=1)


@pytest.mark.parametrize(
    ("name", "size", "days", "urgency"),
    [
        ("letter.odt", 10, 0, Urgency.RECENT),
        ("letter.odt", 10, 29, Urgency.RECENT),
        ("letter.odt", 10, 31, Urgency.OTHER),
        ("letter.odt", 10, -400, Urgency.RECENT),
        ("film.mp4", 16 * MIB - 1, 0, Urgency.RECENT),
        ("film.mp4", 16 * MIB, 0, Urgency.LARGE),
        ("FILM.MP4", 16 * MIB, 400, Urgency.LARGE),
        ("thesis.odt", 16 * MIB, 0, Urgency.RECENT),
        ("thesis.odt", 64 * MIB - 1, 31, Urgency.OTHER),
        ("thesis.odt", 64 * MIB, 0, Urgency.LARGE),
    ],
)
def test_recent_files_come_first_and_large_media_last(
    clock: ManualClock, tmp_path: Path, name: str, size: int, days: int, urgency: Urgency
) -> None:
    path = aged_file(tmp_path / name, clock, days=days, size=size, holes=True)
    found = Found.of(os.fsencode(name), path.stat())
    assert found is not None
    assert Order(clock).urgency(found) is urgency


@pytest.fixture
def mixed(source: Path, clock: ManualClock) -> Path:
    for number in range(6):
        folder = source / f"folder-{number}"
        aged_file(folder / f"recent-{number}", clock, days=number, size=20 * KIB)
        aged_file(folder / f"old-{number}", clock, days=100 + number, size=40 * KIB)
        aged_file(folder / f"film-{number}.mp4", clock, days=number, size=16 * MIB, holes=True)
    return source


def test_a_first_backup_sends_the_recent_files_before_the_others(
    computer: Computer, mixed: Path
) -> None:
    recording = RecordingStorage(computer.storage)
    done = computer.backup(mixed, storage=recording, tuning=ONE_BLOB_EACH).summary
    order = packs_in_order(computer, recording)
    number = {blob: place for place, pack in enumerate(order) for blob in pack}
    contents = {path.name: path.read_bytes() for path in mixed.rglob("*") if path.is_file()}
    places = {name: number[blob_id(data)] for name, data in contents.items() if len(data) < MIB}
    recent = [place for name, place in places.items() if name.startswith("recent")]
    old = [place for name, place in places.items() if name.startswith("old")]
    assert max(recent) < min(old)
    assert max(old) < len(order) - 1  # the films
    assert (done.files_new, done.total_files_processed) == (18, 18)
    assert done.total_bytes_processed == sum(len(data) for data in contents.values())
    assert done.bytes_read == done.total_bytes_processed


def packs_in_order(computer: Computer, recording: RecordingStorage) -> list[set[bytes]]:
    """The blobs of the data packs, in the order in which they arrived."""
    repository = computer.open()
    names = [c.key.rpartition("/")[2] for c in recording.changes if c.key.startswith("data/")]
    held = {
        pack.name: {blob.id for blob in pack.entries}
        for index in repository.list_index()
        for pack in repository.load_index(index)
    }
    return [held[name] for name in names]


def test_what_was_sent_ahead_is_counted_once_and_not_read_again(
    computer: Computer, source: Path, clock: ManualClock
) -> None:
    for number in range(3):
        aged_file(source / f"recent-{number}", clock, days=1, size=1000)
        aged_file(source / f"old-{number}", clock, days=100, size=1000)
    first = computer.backup(source).summary
    assert (first.files_new, first.files_unmodified, first.bytes_read) == (6, 0, 6000)
    assert differences(computer, first.snapshot_id, source) == set()
    second = computer.backup(source).summary
    assert (second.files_unmodified, second.bytes_read) == (6, 0)


def test_a_file_deleted_after_it_was_sent_ahead_is_not_in_the_snapshot(
    computer: Computer, source: Path, clock: ManualClock
) -> None:
    aged_file(source / "a" / "recent", clock, days=1, size=1000)
    aged_file(source / "b" / "old", clock, days=100, size=1000)

    class Meddling(RecordingStorage):
        """Somebody deletes a file when the first pack arrives."""

        def put(
            self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE
        ) -> None:
            (source / "a" / "recent").unlink(missing_ok=True)
            super().put(key, data, overwrite=overwrite, meter=meter)

    meddling = Meddling(computer.storage)
    done = computer.backup(source, storage=meddling, tuning=ONE_BLOB_EACH).summary
    last = computer.backup(source).summary
    assert differences(computer, last.snapshot_id, source) == set()
    assert done.problems == 0
