"""Restore: everything comes back as it was, or is told, and nothing is done twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled, InvalidRequest, SnapshotMissing
from backupclient.events import Reason, RestoreProgress
from backupclient.operations.restore.files import RANGE
from backupclient.operations.restore.run import Portions
from backupclient.repository.chunking import MAX_CHUNK
from backupclient.requests import Overwrite
from backupclient.storage.folder import FolderStorage
from tests.compare import compare_trees
from tests.fakes import ManualClock
from tests.operations.computer import Computer
from tests.operations.forge import Forge
from tests.operations.restoring import WatchedStorage, leftovers, packs, restore
from tests.repository.restic import Restic
from tests.trees import MIB, many_files, odd_tree, random_bytes, set_xattr, write_file

ROOT_FOLDER = b""


def differences(left: Path, right: Path) -> list[object]:
    """But for the target folder itself, which is whoever's it is."""
    return [d for d in compare_trees(left, right) if d.path != ROOT_FOLDER]


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "target"
    # Folders that their owner may not write cannot be removed by pytest without root.
    for folder, _, _ in os.walk(tmp_path / "target"):
        os.chmod(folder, 0o700)


@pytest.fixture
def backed_up(computer: Computer, source: Path) -> Path:
    """A few files in folders, stored."""
    many_files(source, 40, 8, 3000, seed=7)
    write_file(bytes(source / "large"), random_bytes(1, 3 * MIB + 17))
    (source / "empty").touch()
    computer.backup(source)
    return source


# --- everything comes back ------------------------------------------------------------------------


@pytest.mark.parametrize("verify", [False, True])
def test_an_odd_tree_comes_back_as_it_was(
    computer: Computer, tmp_path: Path, target: Path, verify: bool
) -> None:
    odd_tree(tmp_path / "odd")
    computer.backup(tmp_path / "odd")
    restored = restore(computer, target, subfolder=str(tmp_path / "odd"), verify=verify)
    assert restored.problems == []
    assert differences(tmp_path / "odd", target) == []
    assert (restored.summary.verified > 50) == verify


@pytest.mark.parametrize("at_least", [1, 300])
def test_the_first_files_are_made_while_the_rest_is_planned(
    computer: Computer,
    tmp_path: Path,
    target: Path,
    at_least: int,
) -> None:
    odd_tree(tmp_path / "odd")
    many_files(tmp_path / "odd" / "zz many", 1300, 20, 600, seed=3)
    (tmp_path / "odd" / "zz many" / "0000" / "064" / "again").hardlink_to(
        tmp_path / "odd" / "links" / "hard 1"
    )
    computer.backup(tmp_path / "odd")
    portions = Portions(at_least, at_least * 3)
    for _ in range(2):
        restored = restore(computer, target, portions=portions, subfolder=str(tmp_path / "odd"))
        assert restored.problems == []
        assert differences(tmp_path / "odd", target) == []
    assert restored.summary.unchanged > 1300
    assert restored.summary.bytes_restored == 0


@pytest.mark.needs_restic
def test_what_restic_wrote_comes_back_as_it_was(
    computer: Computer, restic: Restic, tmp_path: Path, target: Path
) -> None:
    odd_tree(tmp_path / "odd", undecodable_targets=False)
    restic.backup(tmp_path / "odd")
    assert restore(computer, target).problems == []
    assert differences(tmp_path / "odd", target) == []


def test_paths_longer_than_any_call_takes(computer: Computer, target: Path, tmp_path: Path) -> None:
    forge = Forge(computer)
    tree = forge.tree(forge.file(b"bottom", b"found"))
    for _ in range(40):
        tree = forge.tree(forge.folder(b"d" * 200, tree))
    forge.snapshot(tree)
    assert restore(computer, target).problems == []
    here = os.open(target, os.O_RDONLY)
    for _ in range(40):
        below = os.open(b"d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    assert os.listdir(here) == ["bottom"]
    os.close(here)


def test_many_small_files_are_written_by_worker_processes(
    computer: Computer, source: Path, target: Path
) -> None:
    many_files(source, 1500, 50, 700, seed=3)
    set_xattr(bytes(source / "0000" / "000" / "file-0000007.dat"), "user.note", b"x")
    computer.backup(source)
    in_the_way = target / "0000" / "001" / "file-0000055.dat"
    (in_the_way / "not empty").mkdir(parents=True)
    restored = restore(computer, target, subfolder=str(source))
    assert restored.problems == [("/0000/001/file-0000055.dat", Reason.NOT_WRITABLE)]
    assert restored.summary.files_restored == 1499
    shutil.rmtree(in_the_way)
    restored = restore(computer, target, subfolder=str(source))
    assert restored.summary.files_restored == 1
    assert differences(source, target) == []


def test_a_subfolder_of_a_snapshot(computer: Computer, backed_up: Path, target: Path) -> None:
    restore(computer, target, snapshot=f"latest:{backed_up}/0000/001")
    assert differences(backed_up / "0000" / "001", target) == []


def test_a_subfolder_that_is_not_there(computer: Computer, backed_up: Path, target: Path) -> None:
    with pytest.raises(InvalidRequest) as raised:
        restore(computer, target, subfolder=f"{backed_up}/empty")
    assert raised.value.facts["reason"] == "not-in-snapshot"
    assert not target.exists()


def test_a_snapshot_that_is_not_there(computer: Computer, backed_up: Path, target: Path) -> None:
    with pytest.raises(SnapshotMissing):
        restore(computer, target, snapshot="0123456789")


def test_no_target(computer: Computer, backed_up: Path) -> None:
    with pytest.raises(InvalidRequest) as raised:
        restore(computer, b"")
    assert raised.value.facts["reason"] == "no-target"


def test_nothing_is_written_by_a_dry_run(computer: Computer, backed_up: Path, target: Path) -> None:
    restored = restore(computer, target, dry_run=True)
    assert restored.summary.files_restored == 42
    assert restored.summary.bytes_restored == 40 * 3000 + 3 * MIB + 17
    assert not target.exists()


def test_holes_are_left_where_there_is_nothing(
    computer: Computer, source: Path, target: Path
) -> None:
    with (source / "hollow").open("xb") as file:
        file.truncate(24 * MIB)
        file.seek(12 * MIB)
        file.write(b"island")
    (source / "small").write_bytes(bytes(100_000))
    computer.backup(source)
    restore(computer, target, subfolder=str(source), sparse=True, verify=True)
    assert differences(source, target) == []
    assert (target / "hollow").stat().st_blocks * 512 < 10 * MIB
    assert (target / "small").stat().st_blocks == 0


def test_progress_is_told(computer: Computer, backed_up: Path, target: Path) -> None:
    restored = restore(computer, target)
    told = [event for event in restored.events if isinstance(event, RestoreProgress)]
    assert told  # once: the clock of this test stands still
    assert restored.summary.files_total == 42


# --- nothing is done twice ------------------------------------------------------------------------


def test_every_range_is_fetched_once(
    computer: Computer, source: Path, target: Path, storage: FolderStorage, place: Path
) -> None:
    shared = random_bytes(5, 20_000)
    for number in range(300):
        (source / f"{number}").write_bytes(shared if number % 3 else random_bytes(number, 20_000))
    write_file(bytes(source / "large"), random_bytes(1, 20 * MIB))
    computer.backup(source)
    watched = WatchedStorage(storage)
    restore(computer, target, subfolder=str(source), storage=watched)
    assert differences(source, target) == []
    stored = 20 * MIB + 101 * 20_000
    assert stored < watched.bytes_read < stored * 1.03
    assert len(watched.reads) <= sum(
        pack.stat().st_size // RANGE + 1 for pack in packs(place, smallest=100_000)
    )


def test_a_second_restore_fetches_nothing(
    computer: Computer, backed_up: Path, target: Path, storage: FolderStorage
) -> None:
    restore(computer, target)
    for overwrite in Overwrite:
        watched = WatchedStorage(storage)
        again = restore(computer, target, storage=watched, overwrite=overwrite)
        assert watched.reads == []
        assert again.summary.files_restored == 0
        assert again.summary.unchanged + again.summary.kept == 42


def test_only_what_is_wrong_is_fetched(
    computer: Computer, backed_up: Path, target: Path, storage: FolderStorage
) -> None:
    # More than can be one chunk, which would be fetched whole.
    write_file(bytes(backed_up / "larger"), random_bytes(2, MAX_CHUNK + 2 * MIB))
    computer.backup(backed_up)
    restore(computer, target, subfolder=str(backed_up))
    with (target / "larger").open("r+b") as file:
        file.seek(2 * MIB)
        file.write(b"changed")
    watched = WatchedStorage(storage)
    restore(computer, target, subfolder=str(backed_up), storage=watched)
    assert differences(backed_up, target) == []
    assert 0 < watched.bytes_read < MAX_CHUNK + MIB


@pytest.mark.parametrize("reads", [1, 3])
def test_a_restore_that_was_stopped_goes_on(
    computer: Computer,
    source: Path,
    target: Path,
    storage: FolderStorage,
    clock: ManualClock,
    reads: int,
) -> None:
    many_files(source, 60, 20, 100_000, seed=3)
    write_file(bytes(source / "large"), random_bytes(1, 40 * MIB))
    computer.backup(source)
    control = Control(clock)
    first = WatchedStorage(storage, control, stop_after=reads)
    with pytest.raises(Cancelled):
        restore(computer, target, subfolder=str(source), storage=first, control=control)
    assert not (target / "large").exists()
    second = WatchedStorage(storage)
    restore(computer, target, subfolder=str(source), storage=second)
    assert differences(source, target) == []
    assert leftovers(target) == []
    # What was under way at the stop, in four threads, may be lost.
    assert first.bytes_read + second.bytes_read < 46 * MIB + 5 * RANGE
    assert second.bytes_read < 46 * MIB


def test_a_large_file_is_taken_up_where_it_was_left(
    computer: Computer, source: Path, target: Path, storage: FolderStorage
) -> None:
    content = random_bytes(1, 10 * MIB)
    write_file(bytes(source / "large"), content)
    computer.backup(source)
    target.mkdir()
    left = target / ".large.plainkeep-0123abcd"
    left.write_bytes(content[: 7 * MIB] + b"rubbish")
    (target / ".gone.plainkeep-0123abcd").write_bytes(b"of an earlier run")
    watched = WatchedStorage(storage)
    restore(computer, target, subfolder=str(source), storage=watched)
    assert differences(source, target) == []
    assert leftovers(target) == []
    assert watched.bytes_read < 6 * MIB


def test_a_temporary_name_that_is_in_the_snapshot_is_a_file_like_any_other(
    computer: Computer, source: Path, target: Path
) -> None:
    for name in ("file", ".file.plainkeep-0123abcd", ".file.plainkeep-89abcdef"):
        (source / name).write_bytes(name.encode() * 100)
    computer.backup(source)
    restore(computer, target, subfolder=str(source))
    restored = restore(computer, target, subfolder=str(source))
    assert restored.problems == []
    assert differences(source, target) == []


# --- what is there already ------------------------------------------------------------------------


@pytest.fixture
def changed(computer: Computer, source: Path, target: Path) -> Path:
    """A target with a newer file, an older one, one of the same size and time, and none."""
    for name in ("newer", "older", "disguised", "gone"):
        (source / name).write_bytes(b"as it was")
        os.utime(source / name, ns=(0, 1_600_000_000 * 10**9))
    computer.backup(source)
    target.mkdir()
    for name, when in (("newer", 1_700_000_000), ("older", 1_500_000_000)):
        (target / name).write_bytes(b"changed")
        os.utime(target / name, (when, when))
    (target / "disguised").write_bytes(b"AS IT WAS")
    os.utime(target / "disguised", ns=(0, 1_600_000_000 * 10**9))
    return source


@pytest.mark.parametrize(
    ("overwrite", "left_alone"),
    [
        (Overwrite.ALWAYS, set()),
        (Overwrite.IF_CHANGED, {"disguised"}),
        (Overwrite.IF_NEWER, {"newer", "disguised"}),
        (Overwrite.NEVER, {"newer", "older", "disguised"}),
    ],
)
def test_what_becomes_of_files_that_are_there(
    computer: Computer, changed: Path, target: Path, overwrite: Overwrite, left_alone: set[str]
) -> None:
    restored = restore(computer, target, subfolder=str(changed), overwrite=overwrite)
    wrong = {path.name for path in target.iterdir() if path.read_bytes() != b"as it was"}
    assert wrong == left_alone
    assert (target / "gone").read_bytes() == b"as it was"
    summary = restored.summary
    assert summary.files_restored + summary.kept + summary.unchanged == 4


def test_metadata_of_a_right_file_is_put_right(
    computer: Computer, source: Path, target: Path
) -> None:
    write_file(bytes(source / "file"), b"content")
    set_xattr(bytes(source / "file"), "user.kept", b"1")
    computer.backup(source)
    restore(computer, target, subfolder=str(source))
    os.chmod(target / "file", 0o777)
    set_xattr(bytes(target / "file"), "user.kept", b"2")
    set_xattr(bytes(target / "file"), "user.more", b"3")
    os.utime(target / "file", (5, 5))
    restored = restore(computer, target, subfolder=str(source))
    assert restored.summary.unchanged == 1
    assert differences(source, target) == []


def test_a_folder_never_gives_way_to_a_file_unless_it_is_empty(
    computer: Computer, source: Path, target: Path
) -> None:
    for name in ("full", "empty"):
        (source / name).write_bytes(b"content")
    computer.backup(source)
    (target / "full" / "inside").mkdir(parents=True)
    (target / "empty").mkdir()
    restored = restore(computer, target, subfolder=str(source))
    assert restored.problems == [("/full", Reason.NOT_WRITABLE)]
    assert (target / "full" / "inside").is_dir()
    assert (target / "empty").read_bytes() == b"content"
    assert leftovers(target) == []


def test_what_lies_beside_is_left_alone(computer: Computer, backed_up: Path, target: Path) -> None:
    target.mkdir()
    (target / "mine").write_bytes(b"not in the backup")
    restore(computer, target, subfolder=str(backed_up))
    assert (target / "mine").read_bytes() == b"not in the backup"


def test_folders_closed_to_their_owner_are_restored_into_again(
    computer: Computer, source: Path, target: Path
) -> None:
    (source / "closed").mkdir()
    (source / "closed" / "file").write_bytes(b"content")
    (source / "closed").chmod(0o500)
    computer.backup(source)
    restore(computer, target, subfolder=str(source))
    (target / "closed").chmod(0o700)
    (target / "closed" / "file").unlink()
    (target / "closed").chmod(0o500)
    assert restore(computer, target, subfolder=str(source)).problems == []
    assert differences(source, target) == []
    (source / "closed").chmod(0o700)


# --- names of one file ----------------------------------------------------------------------------


def test_names_of_one_file_are_that_again(computer: Computer, source: Path, target: Path) -> None:
    (source / "first").write_bytes(b"content")
    (source / "folder").mkdir()
    os.link(source / "first", source / "folder" / "second")
    os.link(source / "first", source / "third")
    computer.backup(source)
    for _ in range(2):
        restored = restore(computer, target, subfolder=str(source))
        assert differences(source, target) == []
    assert restored.summary.problems == 0
    (target / "third").unlink()
    (target / "third").write_bytes(b"another file")
    restore(computer, target, subfolder=str(source))
    assert differences(source, target) == []
    assert leftovers(target) == []


def test_a_name_of_a_kept_file_is_restored_itself(
    computer: Computer, source: Path, target: Path
) -> None:
    (source / "a").write_bytes(b"content")
    os.link(source / "a", source / "b")
    computer.backup(source)
    target.mkdir()
    (target / "a").write_bytes(b"mine")
    restore(computer, target, subfolder=str(source), overwrite=Overwrite.NEVER)
    assert (target / "a").read_bytes() == b"mine"
    assert (target / "b").read_bytes() == b"content"
