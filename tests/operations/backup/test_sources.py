"""What was chosen and is not there: never taken for deleted files."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from backupclient.errors import SourceUnavailable
from backupclient.events import Event, FileDone, Reason, ignore
from backupclient.manifest.manifest import RunState
from backupclient.operations.backup.sources import missing_sources
from backupclient.operations.backup.targets import plan_targets
from backupclient.requests import BackupRequest
from tests.operations.computer import Computer, request
from tests.operations.stored import differences, names_of, nodes_of

NOBODY = 65534


@pytest.fixture
def home(source: Path) -> Path:
    (source / "home").mkdir()
    (source / "home" / "plain").write_bytes(b"at home")
    return source / "home"


@pytest.fixture
def drive(source: Path) -> Path:
    (source / "drive" / "inner").mkdir(parents=True)
    (source / "drive" / "inner" / "plain").write_bytes(b"on the drive")
    return source / "drive"


def unplugged(drive: Path) -> None:
    shutil.rmtree(drive)


def empty_mount_point(drive: Path) -> None:
    shutil.rmtree(drive)
    drive.mkdir()


@pytest.mark.parametrize("away", [unplugged, empty_mount_point])
@pytest.mark.parametrize("force", [False, True])
def test_the_only_source_that_is_gone_ends_the_backup_before_it_begins(
    computer: Computer, drive: Path, away: Callable[[Path], None], force: bool
) -> None:
    computer.backup(drive)
    before = computer.snapshots().keys()
    away(drive)
    with pytest.raises(SourceUnavailable) as caught:
        computer.backup(msgspec.structs.replace(request(drive), force=force))
    assert caught.value.facts == {"path": str(drive), "known": True}
    assert computer.snapshots().keys() == before
    with computer.manifest() as manifest:
        assert [run.state for run in manifest.runs()] == [RunState.COMPLETE]


@pytest.mark.parametrize("away", [unplugged, empty_mount_point])
@pytest.mark.parametrize("force", [False, True])
def test_one_of_two_sources_that_is_gone_keeps_its_last_version(
    computer: Computer, home: Path, drive: Path, away: Callable[[Path], None], force: bool
) -> None:
    both = msgspec.structs.replace(request(home, drive), force=force)
    first = computer.backup(both).summary
    (home / "plain").write_bytes(b"changed")
    away(drive)
    for _ in range(2):
        done = computer.backup(both)
        assert [(p.path, p.reason) for p in done.problems] == [(str(drive), Reason.SOURCE_GONE)]
        assert done.summary.problems == 1
        last = done.summary.snapshot_id
        assert differences(computer, last, home) == set()
        assert nodes_of(computer, last, drive) == nodes_of(computer, first.snapshot_id, drive) != {}


def test_a_drive_that_comes_back_is_backed_up_again(
    computer: Computer, home: Path, drive: Path
) -> None:
    both = request(home, drive)
    computer.backup(both)
    drive.rename(drive.with_name("away"))
    computer.backup(both)
    drive.with_name("away").rename(drive)
    (drive / "new").write_bytes(b"new")
    done = computer.backup(both)
    assert done.problems == []
    assert differences(computer, done.summary.snapshot_id, drive) == set()
    assert done.summary.bytes_read == 3


def test_without_its_manifest_a_drive_that_is_away_keeps_its_last_version(
    computer: Computer, home: Path, drive: Path
) -> None:
    both = request(home, drive)
    first = computer.backup(both).summary
    unplugged(drive)
    computer.lose_manifest()
    last = computer.backup(both).summary
    assert nodes_of(computer, last.snapshot_id, drive) == nodes_of(
        computer, first.snapshot_id, drive
    )


def test_a_drive_of_which_no_snapshot_is_left_is_not_taken_for_empty(
    computer: Computer, home: Path, drive: Path
) -> None:
    both = request(home, drive)
    computer.backup(both)
    for name in computer.snapshots():
        computer.open().delete_snapshot(name)
    unplugged(drive)
    with pytest.raises(SourceUnavailable) as caught:
        computer.backup(both)
    assert caught.value.facts["path"] == str(drive)


def test_what_never_was_there_is_a_problem_and_the_rest_is_backed_up(
    computer: Computer, home: Path, source: Path
) -> None:
    done = computer.backup(request(home, source / "never"))
    assert [problem.reason for problem in done.problems] == [Reason.SOURCE_GONE]
    assert names_of(computer, done.summary.snapshot_id, source) == {"home", "home/plain"}


def test_nothing_that_was_chosen_ever_was_there(computer: Computer, source: Path) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        computer.backup(request(source / "a", source / "b"))
    assert caught.value.facts["known"] is False


def test_a_new_folder_may_be_empty(computer: Computer, source: Path) -> None:
    for _ in range(2):
        assert computer.backup(source).summary.total_files_processed == 0


def test_a_folder_emptied_within_a_source_is_just_empty(computer: Computer, drive: Path) -> None:
    computer.backup(drive)
    (drive / "inner" / "plain").unlink()
    done = computer.backup(drive)
    assert done.problems == []
    assert names_of(computer, done.summary.snapshot_id, drive) == {"inner"}


def test_a_drive_whose_last_run_was_cut_short_still_counts_as_one_with_something_in_it(
    computer: Computer, drive: Path
) -> None:
    computer.backup(drive)
    with computer.manifest() as manifest, manifest.transaction():
        inner = manifest.find_folder(os.fsencode(drive / "inner"))
        assert inner is not None
        manifest.drop_entries(inner, [b"plain"])  # as a run does before it ends
    empty_mount_point(drive)
    with pytest.raises(SourceUnavailable):
        computer.backup(drive)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that only root may look into."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        folder = Path(name, "closed")
        folder.mkdir(mode=0o700)
        (folder / "plain").write_bytes(b"secret")
        yield folder


@pytest.mark.needs_root
@pytest.mark.parametrize("chosen", ["closed", "closed/plain"])
def test_a_source_that_may_not_be_looked_at_is_not_taken_for_empty(
    computer: Computer, closed: Path, chosen: str
) -> None:
    path = closed.parent / chosen
    computer.backup(path)
    with computer.session() as session:
        os.seteuid(NOBODY)
        try:
            with pytest.raises(SourceUnavailable):
                missing_sources(plan_targets((os.fsencode(path),), b"/"), session.manifest)
        finally:
            os.seteuid(0)


# --- gone in mid-run ------------------------------------------------------------------------------


def pulled_out(drive: Path) -> None:
    drive.rename(drive.with_name("in the hand"))


def pulled_out_of_its_mount_point(drive: Path) -> None:
    """What is there now is on another file system, as what a drive was mounted on."""
    pulled_out(drive)
    subprocess.run(["mkdir", drive], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", drive], check=True)


@pytest.mark.needs_root
@pytest.mark.parametrize("pull", [pulled_out, pulled_out_of_its_mount_point])
@pytest.mark.parametrize("alone", [True, False])
def test_a_drive_pulled_out_in_mid_run_is_not_taken_for_deleted_files(
    computer: Computer, home: Path, drive: Path, pull: Callable[[Path], None], alone: bool
) -> None:
    for number in range(200):
        (drive / "inner" / f"{number}").write_bytes(b"%d" % number)
    chosen = request(drive) if alone else request(drive, home)
    first = computer.backup(chosen).summary
    for path in (drive / "inner").iterdir():
        path.write_bytes(b"changed")

    def take(event: Event) -> None:
        if isinstance(event, FileDone) and drive.exists():
            computer.on_event = ignore
            pull(drive)

    computer.on_event = take
    try:
        with pytest.raises(SourceUnavailable) as caught:
            computer.backup(msgspec.structs.replace(chosen, details=True))
    finally:
        subprocess.run(["umount", drive], check=False, capture_output=True)
    assert caught.value.facts == {"path": str(drive), "known": True}
    complete = {name for name, one in computer.snapshots().items() if not one.is_checkpoint}
    assert complete == {first.snapshot_id}
    for name in computer.snapshots():
        below = os.path.join(bytes(drive).lstrip(b"/"), b"")
        assert sum(path.startswith(below) for path in nodes_of(computer, name)) == 202
    shutil.rmtree(drive, ignore_errors=True)
    drive.with_name("in the hand").rename(drive)
    again = computer.backup(chosen).summary
    assert differences(computer, again.snapshot_id, drive) == set()


def test_a_folder_chosen_from_within_that_is_gone_when_the_walk_begins(
    computer: Computer, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drive)

    def take(event: Event) -> None:
        if drive.exists():
            pulled_out(drive)

    computer.on_event = take
    with pytest.raises(SourceUnavailable):
        computer.backup(BackupRequest(paths=(b".",)))
    assert computer.snapshots() == {}


# --- links ----------------------------------------------------------------------------------------


def moved(folder: Path) -> Path:
    """To a larger drive, as people do, with a link in its place."""
    there = folder.with_name("larger-drive")
    folder.rename(there)
    folder.symlink_to(there)
    return there


def test_a_chosen_folder_that_became_a_link_keeps_its_last_version(
    computer: Computer, home: Path, drive: Path
) -> None:
    both = request(home, drive)
    first = computer.backup(both).summary
    moved(drive)
    for _ in range(2):
        done = computer.backup(both)
        assert [(p.path, p.reason) for p in done.problems] == [(str(drive), Reason.LINK)]
        last = done.summary.snapshot_id
        assert nodes_of(computer, last, drive) == nodes_of(computer, first.snapshot_id, drive) != {}


def test_the_only_chosen_folder_that_became_a_link_is_no_backup_of_a_link(
    computer: Computer, drive: Path
) -> None:
    computer.backup(drive)
    moved(drive)
    with pytest.raises(SourceUnavailable) as caught:
        computer.backup(drive)
    assert caught.value.code == Reason.LINK
    assert not caught.value.transient
    assert len(computer.snapshots()) == 1


def test_a_link_that_is_chosen_is_kept_as_one_and_that_is_said(
    computer: Computer, home: Path, drive: Path, source: Path
) -> None:
    link, dangling = source / "link", source / "dangling"
    link.symlink_to(drive)
    dangling.symlink_to(source / "nowhere")
    done = computer.backup(request(home, link, dangling))
    assert [(p.path, p.reason) for p in done.problems] == [(str(link), Reason.LINK)]
    kept = nodes_of(computer, done.summary.snapshot_id, source)
    assert kept[b"link"].link_target == bytes(drive)
    assert kept[b"dangling"].link_target == bytes(source / "nowhere")
