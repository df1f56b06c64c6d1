"""What a repository knows fills an empty manifest: nothing that is unchanged is read again."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from backupclient.errors import SnapshotMissing, StorageFault
from backupclient.events import Damage, DamageCode
from backupclient.requests import BackupRequest
from backupclient.storage.base import FREE, Data, Meter, StorageWrapper
from tests.ancestors import Ancestors
from tests.operations.computer import Computer, request
from tests.operations.judge import holds
from tests.operations.restoring import damage
from tests.operations.stored import differences
from tests.repository.restic import Restic
from tests.trees import odd_tree, random_bytes


@pytest.fixture
def files(source: Path) -> Path:
    for name in ("a", "docs/b", "docs/deeper/c"):
        file = source / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(random_bytes(len(name), 5000))
    return source


def test_without_its_manifest_a_computer_reads_nothing_that_is_unchanged(
    computer: Computer, files: Path
) -> None:
    above = Ancestors(files)
    first = computer.backup(files).summary
    computer.lose_manifest()
    second = computer.backup(files).summary
    assert (second.bytes_read, second.files_unmodified) == (0, 3)
    assert second.tree_blobs <= above.changed_trees()
    assert second.parent_id == first.snapshot_id
    third = computer.backup(files).summary
    assert (third.bytes_read, third.files_unmodified) == (0, 3)
    assert third.dirs_changed <= above.changed_trees()


def test_what_an_unreadable_index_named_is_found_in_its_packs_and_not_stored_again(
    computer: Computer, files: Path, place: Path
) -> None:
    computer.backup(files)
    for path in (place / "index").iterdir():
        damage(path, at=80)
    (files / "new").write_bytes(b"new")
    computer.backup(files)  # it knows yet what the index said
    computer.lose_manifest()
    done = computer.backup(files)
    assert [event.code for event in done.events if isinstance(event, Damage)] == [DamageCode.INDEX]
    assert (done.summary.bytes_read, done.summary.data_blobs) == (0, 0)
    assert differences(computer, done.summary.snapshot_id, files) == set()


def test_a_snapshot_that_cannot_be_read_is_not_followed(
    computer: Computer, files: Path, place: Path
) -> None:
    first = computer.backup(files).summary
    second = computer.backup(files).summary
    damage(place / "snapshots" / second.snapshot_id, at=80)
    computer.lose_manifest()
    assert computer.backup(files).summary.parent_id == first.snapshot_id


def test_without_its_manifest_a_computer_reads_what_changed(
    computer: Computer, files: Path
) -> None:
    computer.backup(files)
    (files / "docs" / "b").write_bytes(b"changed")
    (files / "a").unlink()
    (files / "new").write_bytes(b"new")
    computer.lose_manifest()
    second = computer.backup(files).summary
    assert second.bytes_read == len(b"changed") + len(b"new")
    assert (second.files_new, second.files_changed, second.files_unmodified) == (1, 1, 1)
    assert differences(computer, second.snapshot_id, files) == set()


def test_of_two_choices_one_within_the_other_neither_is_read_again(
    computer: Computer, files: Path
) -> None:
    computer.backup(files)
    computer.backup(files / "docs")
    computer.lose_manifest()
    assert computer.backup(files / "docs").summary.bytes_read == 0
    assert computer.backup(files).summary.bytes_read == 0


def test_what_changed_while_the_adopted_snapshot_was_made_is_read_again(
    computer: Computer, files: Path
) -> None:
    """A later change may not show in its times, or the copy may be a mixture."""
    computer.clock.jump((datetime.now(UTC) - computer.clock.now()).total_seconds() - 60)
    computer.backup(files)
    computer.lose_manifest()
    computer.clock.advance(3600)
    assert computer.backup(files).summary.bytes_read == 15_000
    assert computer.backup(files).summary.bytes_read == 0


def test_the_newest_of_several_snapshots_is_followed(computer: Computer, files: Path) -> None:
    computer.backup(files)
    computer.backup(files / "docs")
    newest = computer.backup(files).summary
    computer.lose_manifest()
    assert computer.backup(files).summary.parent_id == newest.snapshot_id


def test_snapshots_of_another_computer_or_of_other_paths_are_not_followed(
    computer: Computer, files: Path
) -> None:
    computer.backup(msgspec.structs.replace(request(files), hostname="elsewhere"))
    computer.backup(files / "docs")
    computer.lose_manifest()
    summary = computer.backup(files).summary
    assert summary.parent_id == ""
    assert summary.data_blobs == 0  # read, and found to be stored


def test_a_parent_can_be_named(computer: Computer, files: Path) -> None:
    first = computer.backup(files).summary
    computer.backup(files)
    named = msgspec.structs.replace(request(files), parent=first.snapshot_id[:12])
    assert computer.backup(named).summary.parent_id == first.snapshot_id
    with pytest.raises(SnapshotMissing):
        computer.backup(msgspec.structs.replace(request(files), parent="0123456789"))


@pytest.mark.needs_restic
@pytest.mark.parametrize("relative", [False, True])
def test_of_a_snapshot_that_restic_made_nothing_unchanged_is_read(
    computer: Computer,
    tmp_path: Path,
    restic: Restic,
    relative: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    odd = tmp_path / "odd"
    odd_tree(odd, undecodable_targets=False)
    when = (computer.clock.now() + timedelta(minutes=5)).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    chosen: str | Path = "odd" if relative else odd
    restic("backup", "--host", socket.gethostname(), "--time", when, chosen, cwd=tmp_path)
    [theirs] = computer.snapshots()
    monkeypatch.chdir(tmp_path)
    asked = BackupRequest(paths=(os.fsencode(chosen),))
    computer.clock.advance(600)
    done = computer.backup(asked)
    summary = done.summary
    assert done.problems == []
    assert (summary.parent_id, summary.bytes_read) == (theirs, 0)
    assert (summary.files_new, summary.files_changed, summary.data_blobs) == (0, 0, 0)
    if not relative:
        holds(restic, summary.snapshot_id, odd)


class WithoutSnapshots(StorageWrapper):
    """Takes everything else."""

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if key.startswith("snapshots/"):
            raise StorageFault
        super().put(key, data, overwrite=overwrite, meter=meter)


def test_what_a_run_had_finished_is_not_read_again_because_another_folder_is_chosen_too(
    computer: Computer, files: Path
) -> None:
    """The newest snapshot of the set before knows nothing of it, and is followed all the same."""
    (files / "docs" / "b").write_bytes(random_bytes(20, 5000))
    one = msgspec.structs.replace(request(files / "docs"), device="laptop")
    computer.backup(one)
    for number in range(10):
        (files / "docs" / f"new-{number}").write_bytes(random_bytes(number, 5000))
    with pytest.raises(StorageFault):
        computer.backup(one, storage=WithoutSnapshots(computer.storage))
    (files / "more").mkdir()
    (files / "more" / "d").write_bytes(b"of the other folder")
    both = msgspec.structs.replace(one, paths=(*one.paths, os.fsencode(files / "more")))
    done = computer.backup(both).summary
    assert done.bytes_read == len(b"of the other folder")
    assert differences(computer, done.snapshot_id, files / "docs") == set()
