"""Other programs forget and prune what ours counted on, and runs are cut short: the next backup
must hold everything all the same, whatever the manifest still says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backupclient.errors import StorageFault
from backupclient.events import Noticed
from backupclient.operations.index_repair import mend
from backupclient.operations.session import LockMode
from backupclient.requests import ExcludeRule
from backupclient.storage.folder import FolderStorage
from tests.operations.computer import Computer, TickingClock, an_hour_ahead, request
from tests.operations.judge import holds
from tests.repository.restic import Restic
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method
from tests.trees import random_bytes

pytestmark = pytest.mark.needs_restic


@pytest.fixture
def clock() -> TickingClock:
    """What was learnt is committed at each turn, as in a run that takes long."""
    return TickingClock(an_hour_ahead(), step=3)


class Two:
    """Two chosen folders: `home` stays, `drive` may be unplugged."""

    def __init__(self, folder: Path) -> None:
        self.home, self.drive, self._away = folder / "home", folder / "drive", folder / "away"
        for number, place in enumerate((self.home, self.drive)):
            (place / "inner").mkdir(parents=True)
            (place / "plain").write_bytes(random_bytes(number, 5000))
            (place / "inner" / "plain").write_bytes(random_bytes(number + 10, 6000))
        self.both = request(self.home, self.drive)

    def change_drive(self) -> None:
        (self.drive / "inner" / "plain").write_bytes(random_bytes(77, 7000))

    def unplug(self) -> None:
        self.drive.rename(self._away)

    def plug_in(self) -> None:
        self._away.rename(self.drive)


@pytest.fixture
def two(source: Path) -> Two:
    return Two(source)


def cut_short(computer: Computer, two: Two) -> None:
    """A run that looks at everything, remembers it, and fails to send any of it."""
    every = Fault(FaultKind.ERROR_BEFORE, at=1, calls=1000, method=Method.PUT)
    with pytest.raises(StorageFault):
        computer.backup(two.both, storage=FaultyStorage(computer.storage, [every]))


def forget(restic: Restic, snapshot: str) -> None:
    restic("forget", snapshot, "--prune", "--max-unused", "0")


def test_forgetting_and_pruning_the_last_snapshot_makes_the_next_backup_send_it_again(
    computer: Computer, two: Two, restic: Restic
) -> None:
    first = computer.backup(two.both).summary
    forget(restic, first.snapshot_id)
    second = computer.backup(two.both).summary
    assert second.data_blobs == first.data_blobs
    holds(restic, second.snapshot_id, two.home)
    holds(restic, second.snapshot_id, two.drive)


def test_forgetting_one_of_two_snapshots_costs_only_what_that_one_held_alone(
    computer: Computer, two: Two, restic: Restic
) -> None:
    computer.backup(two.both)
    two.change_drive()
    second = computer.backup(two.both).summary
    forget(restic, second.snapshot_id)
    third = computer.backup(two.both).summary
    assert third.data_blobs == 1
    holds(restic, third.snapshot_id, two.drive)


def test_what_a_run_that_failed_remembers_is_not_counted_on(
    computer: Computer, two: Two, restic: Restic
) -> None:
    computer.backup(two.both)
    two.change_drive()
    cut_short(computer, two)
    third = computer.backup(two.both).summary
    holds(restic, third.snapshot_id, two.drive)


def test_what_a_run_that_failed_remembers_of_a_drive_is_not_counted_on_after_it_was_away(
    computer: Computer, two: Two, restic: Restic
) -> None:
    computer.backup(two.both)
    two.change_drive()
    cut_short(computer, two)
    two.unplug()
    computer.backup(two.both)  # carries the drive over from the first
    two.plug_in()
    last = computer.backup(two.both).summary
    holds(restic, last.snapshot_id, two.drive)


def test_a_drive_that_was_away_while_its_newest_backup_was_pruned(
    computer: Computer, two: Two, restic: Restic
) -> None:
    computer.backup(two.both)
    two.change_drive()
    second = computer.backup(two.both).summary
    forget(restic, second.snapshot_id)
    two.unplug()
    computer.backup(two.both)  # carries the drive over as the first held it
    two.plug_in()
    last = computer.backup(two.both).summary
    holds(restic, last.snapshot_id, two.drive)


def test_a_drive_carried_over_from_a_parent_that_was_named(
    computer: Computer, two: Two, restic: Restic
) -> None:
    first = computer.backup(two.both).summary
    two.change_drive()
    second = computer.backup(two.both).summary
    two.unplug()
    computer.backup(msgspec.structs.replace(two.both, parent=first.snapshot_id))
    forget(restic, second.snapshot_id)
    two.plug_in()
    last = computer.backup(two.both).summary
    holds(restic, last.snapshot_id, two.drive)


def test_a_drive_that_was_away_while_everything_was_read_again(
    computer: Computer, two: Two, restic: Restic
) -> None:
    first = computer.backup(two.both).summary
    two.unplug()
    forced = computer.backup(msgspec.structs.replace(two.both, force=True)).summary
    two.plug_in()
    holds(restic, forced.snapshot_id, two.drive)  # an unplugged drive is no deleted drive
    forget(restic, first.snapshot_id)
    last = computer.backup(two.both).summary
    holds(restic, last.snapshot_id, two.drive)


def test_a_chosen_folder_that_was_excluded_for_a_while(
    computer: Computer, two: Two, restic: Restic
) -> None:
    first = computer.backup(two.both).summary
    without = msgspec.structs.replace(two.both, rules=(ExcludeRule("drive"),))
    computer.backup(without)
    forget(restic, first.snapshot_id)
    last = computer.backup(two.both).summary
    holds(restic, last.snapshot_id, two.drive)


def test_a_folder_within_that_was_excluded_for_a_while(
    computer: Computer, two: Two, restic: Restic
) -> None:
    first = computer.backup(two.both).summary
    without = msgspec.structs.replace(two.both, rules=(ExcludeRule("inner"),))
    computer.backup(without)
    forget(restic, first.snapshot_id)
    last = computer.backup(two.both).summary
    holds(restic, last.snapshot_id, two.drive)


def test_overlapping_choices_do_not_vouch_for_each_other(
    computer: Computer, two: Two, restic: Restic
) -> None:
    computer.backup(two.both)
    two.change_drive()
    inner = computer.backup(two.drive / "inner").summary
    middle = computer.backup(two.both).summary
    forget(restic, inner.snapshot_id)
    forget(restic, middle.snapshot_id)
    last = computer.backup(two.both).summary
    holds(restic, last.snapshot_id, two.drive)


def test_index_files_that_are_gone_are_not_counted_on(
    computer: Computer, two: Two, restic: Restic, storage: FolderStorage
) -> None:
    computer.backup(two.both)
    for info in list(storage.list("index/")):
        storage.delete(info.key)
    second = computer.backup(two.both).summary
    holds(restic, second.snapshot_id, two.drive, tidy=False)


def test_packs_that_are_gone_are_sent_again_once_that_is_noticed(
    computer: Computer, two: Two, restic: Restic, storage: FolderStorage
) -> None:
    computer.backup(two.both)
    for info in list(storage.list("data/")):
        storage.delete(info.key)
    computer.clock.advance(8 * 86400)
    second = computer.backup(two.both)
    assert "packs-missing" in second.notices
    assert second.summary.data_blobs == 4
    # The old index files still name the lost packs, and restic tries those first.
    mended(computer)
    holds(restic, second.summary.snapshot_id, two.drive)


def mended(computer: Computer) -> list[str]:
    """What is told."""
    with computer.session(mode=LockMode.EXCLUSIVE) as session:
        mend(session)
    return [event.code for event in computer.events if isinstance(event, Noticed)]
