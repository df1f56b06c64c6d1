"""What is counted before a first backup, and the rows that say that files wait."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled
from backupclient.manifest.manifest import EntryState, Manifest
from backupclient.operations.backup.order import Order, Urgency
from backupclient.operations.backup.survey import Survey, Surveyor
from backupclient.operations.backup.targets import plan_targets
from backupclient.pipeline.selection import Selection
from backupclient.requests import BackupRequest, ExcludeRule
from tests.fakes import ManualClock
from tests.manifest.counting import assert_counted
from tests.operations.aged import aged_file
from tests.operations.computer import request
from tests.trees import KIB, MIB


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    manifest = Manifest.open(tmp_path)
    yield manifest
    manifest.close()


def look(
    manifest: Manifest,
    clock: ManualClock,
    source: Path,
    asked: BackupRequest | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Survey:
    root = plan_targets((os.fsencode(source),), b"/")
    selection = Selection(asked or request(source))
    seen = Surveyor(manifest, selection, Order(clock), tick).run(root)
    manifest.commit()
    assert_counted(manifest)
    return seen


@pytest.fixture
def mixed(source: Path, clock: ManualClock) -> Path:
    for number in range(6):
        folder = source / f"folder-{number}"
        aged_file(folder / f"recent-{number}", clock, days=number, size=20 * KIB)
        aged_file(folder / f"old-{number}", clock, days=100 + number, size=40 * KIB)
        aged_file(folder / f"film-{number}.mp4", clock, days=number, size=16 * MIB, holes=True)
    return source


def test_everything_is_counted_by_its_kind(
    manifest: Manifest, mixed: Path, clock: ManualClock
) -> None:
    without = BackupRequest(paths=(), rules=(ExcludeRule("recent-0"),))
    seen = look(manifest, clock, mixed, without)
    assert seen.files == {Urgency.RECENT: 5, Urgency.OTHER: 6, Urgency.LARGE: 6}
    assert seen.total_files == 17
    assert seen.total_bytes == 5 * 20 * KIB + 6 * 40 * KIB + 6 * 16 * MIB
    assert seen.passes() == [Urgency.RECENT, Urgency.OTHER]


def test_a_kind_alone_needs_no_pass_of_its_own(
    manifest: Manifest, source: Path, clock: ManualClock
) -> None:
    aged_file(source / "a", clock, days=1, size=5)
    assert look(manifest, clock, source).passes() == []


def test_counting_can_be_stopped(manifest: Manifest, source: Path, clock: ManualClock) -> None:
    control = Control(clock)
    control.stop()
    with pytest.raises(Cancelled):
        look(manifest, clock, source, tick=control.check)


def test_every_file_gets_a_row_once_however_often_it_is_looked_at(
    manifest: Manifest, mixed: Path, clock: ManualClock
) -> None:
    for _ in range(2):
        look(manifest, clock, mixed)
        for number in range(6):
            folder = manifest.find_folder(os.fsencode(mixed / f"folder-{number}"))
            assert folder is not None
            rows = manifest.entries_of(folder)
            assert len(rows) == 3
            assert {row.state for row in rows.values()} == {EntryState.WAITING}


def test_a_file_that_became_a_folder_has_the_folders_row(
    manifest: Manifest, source: Path, clock: ManualClock
) -> None:
    (source / "one").write_bytes(b"12345")
    look(manifest, clock, source)
    (source / "one").unlink()
    aged_file(source / "one" / "below", clock, days=1, size=7)
    look(manifest, clock, source)
    assert manifest.find_folder(os.fsencode(source / "one")) is not None
