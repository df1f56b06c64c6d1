"""What cannot be had keeps its last version: files, folders, a drive that dies or is pulled out."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.events import Reason
from backupclient.operations.backup.run import Tuning
from backupclient.operations.status import Source, place_status
from backupclient.pipeline.drives import NOT_TRIED
from backupclient.repository.repository import Repository
from backupclient.wire.answers import FolderAnswer, Rollup
from tests.fakes import ManualClock
from tests.operations.computer import Computer, Outcome, request
from tests.operations.stored import differences, names_of, nodes_of
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.trees import random_bytes

FILES = 60
TUNING = Tuning(threads=2, processes=0, uploads=1, pack_size=1 << 20)


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


def umount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", folder], check=False, capture_output=True)


# --- a drive below a chosen folder ----------------------------------------------------------------


@pytest.fixture
def drive(source: Path) -> Iterator[Path]:
    """Mounted below what is backed up."""
    (source / "plain").write_bytes(b"at home")
    (source / "media" / "drive").mkdir(parents=True)
    drive = source / "media" / "drive"
    plug_in(drive)
    for number in range(5):
        (drive / "photos").mkdir(exist_ok=True)
        (drive / "photos" / f"{number}").write_bytes(random_bytes(number, 3000))
    yield drive
    umount(drive)


def plug_in(drive: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", drive], check=True)


def pull_out(drive: Path) -> None:
    shutil.copytree(drive, drive.parents[2] / "in the hand", copy_function=shutil.copy2)
    umount(drive)


def rollup(computer: Computer, path: Path) -> FolderAnswer:
    source = Source("here", "id", computer.folder)
    (answer,) = place_status(source, [os.fsencode(path)], computer.clock).answers
    assert isinstance(answer, FolderAnswer)
    return answer


def on_the_drive(computer: Computer, snapshot: str, drive: Path) -> dict[bytes, bytes]:
    nodes = nodes_of(computer, snapshot, drive).items()
    return {name: b"".join(node.content or ()) for name, node in nodes}


@pytest.mark.needs_root
@pytest.mark.parametrize("what_is_left", ["the mount point", "a file", "nothing"])
def test_a_drive_pulled_out_below_a_chosen_folder_keeps_its_last_versions(
    computer: Computer, source: Path, drive: Path, what_is_left: str
) -> None:
    first = computer.backup(source).summary
    held = on_the_drive(computer, first.snapshot_id, drive)
    assert len(held) == 6
    pull_out(drive)
    if what_is_left == "nothing":
        drive.rmdir()
    elif what_is_left == "a file":
        (drive / "nothing is mounted here").write_bytes(b"placed below")
    for _ in range(3):
        done = computer.backup(source)
        assert [(p.path, p.reason) for p in done.problems] == [(str(drive), Reason.SOURCE_GONE)]
        assert held.items() <= on_the_drive(computer, done.summary.snapshot_id, drive).items()
        assert rollup(computer, drive).rollup is Rollup.PROBLEM
    last = done.summary.snapshot_id
    assert ("nothing is mounted here" in names_of(computer, last, drive)) is (
        what_is_left == "a file"
    )
    # It is plugged in again, and half of it was deleted meanwhile.
    shutil.rmtree(drive, ignore_errors=True)
    drive.mkdir(parents=True)
    plug_in(drive)
    shutil.copytree(drive.parents[2] / "in the hand", drive, dirs_exist_ok=True)
    (drive / "photos" / "3").unlink()
    done = computer.backup(source)
    assert done.problems == []
    assert differences(computer, done.summary.snapshot_id, source) == set()
    assert rollup(computer, source).rollup is Rollup.SAFE


@pytest.mark.needs_root
def test_what_was_moved_from_a_drive_into_its_place_is_not_missed(
    computer: Computer, source: Path, drive: Path
) -> None:
    computer.backup(source)
    pull_out(drive)
    shutil.copytree(drive.parents[2] / "in the hand", drive, dirs_exist_ok=True)
    done = computer.backup(source)
    assert done.problems == []
    assert differences(computer, done.summary.snapshot_id, source) == set()


@pytest.mark.needs_root
def test_what_is_deleted_on_a_mounted_drive_or_elsewhere_is_just_deleted(
    computer: Computer, source: Path, drive: Path
) -> None:
    (source / "folder").mkdir()
    (source / "folder" / "plain").write_bytes(b"plain")
    computer.backup(source)
    shutil.rmtree(source / "folder")
    shutil.rmtree(drive / "photos")
    done = computer.backup(source)
    assert done.problems == []
    assert differences(computer, done.summary.snapshot_id, source) == set()


# --- a drive that dies ----------------------------------------------------------------------------


class Disk:
    """A file system in a file, which can be cut off: what lies behind is a read error from then
    on, as of a drive that dies."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.image = image
        self.folder = folder
        folder.mkdir()
        with image.open("wb") as file:
            file.truncate(32 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", image], check=True)
        self.mount()

    def mount(self) -> None:
        subprocess.run(["mount", "-o", "loop,noatime", self.image, self.folder], check=True)

    def forget_what_was_read(self) -> None:
        subprocess.run(["umount", self.folder], check=True)
        self.mount()

    def die(self) -> None:
        self.forget_what_was_read()
        list(self.folder.rglob("*"))
        os.truncate(self.image, 4 << 20)


@pytest.fixture
def disk(source: Path, tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "image", source / "disk")
    for folder in ("a", "b", "c"):
        (disk.folder / folder).mkdir()
        for number in range(FILES):
            data = random_bytes(ord(folder) * 100 + number, 100_000)
            (disk.folder / folder / f"{number:02}").write_bytes(data)
    yield disk
    umount(disk.folder)


def problems(done: Outcome, *, tried: bool) -> list[str]:
    assert {p.reason for p in done.problems} <= {Reason.READ_ERROR}
    return [p.path for p in done.problems if (p.raw != NOT_TRIED) is tried]


@pytest.mark.needs_root
def test_a_drive_that_dies_keeps_its_last_versions_and_is_soon_left_alone(
    computer: Computer, source: Path, disk: Disk
) -> None:
    (source / "home").mkdir()
    (source / "home" / "plain").write_bytes(b"at home")
    both = request(source / "home", disk.folder)
    first = computer.backup(both, tuning=TUNING).summary
    before = nodes_of(computer, first.snapshot_id, source)
    disk.die()
    computer.clock.advance(86_400)
    (source / "home" / "plain").write_bytes(b"changed")
    for path in disk.folder.glob("?/*"):
        os.utime(path)
    done = computer.backup(both, tuning=TUNING)
    held = nodes_of(computer, done.summary.snapshot_id, source)
    files = {name for name in before if name.startswith(b"disk/") and before[name].content}
    assert len(files) == 3 * FILES
    assert {name: held[name].content for name in files} == {
        name: before[name].content for name in files
    }
    assert held[b"home/plain"].content != before[b"home/plain"].content
    assert 20 < len(problems(done, tried=True)) < FILES
    assert problems(done, tried=False)
    states = rollup(computer, disk.folder)
    assert states.rollup is Rollup.PROBLEM
    assert states.counts.problem.files > 20


@pytest.mark.needs_root
def test_a_damaged_folder_is_left_and_the_rest_of_its_drive_is_not(
    computer: Computer, source: Path, disk: Disk
) -> None:
    """What comes after it in the walk must not be shut out by it for ever."""
    computer.backup(source, tuning=TUNING)
    for path in disk.folder.glob("?/*"):
        if path.parent.name != "b":
            path.write_bytes(random_bytes(int(path.name), 500))  # lies in what is cached
    whole = set(disk.folder.glob("b/*"))
    sound = {path for path in disk.folder.glob("?/*") if path not in whole}
    disk.forget_what_was_read()
    for path in sound:
        path.read_bytes()
    os.truncate(disk.image, 4 << 20)
    for path in whole:
        os.utime(path)
    done = computer.backup(source, tuning=TUNING)
    assert {Path(path).parent.name for path in problems(done, tried=True)} == {"b"}
    assert {Path(path).parent.name for path in problems(done, tried=False)} == {"b"}
    held = names_of(computer, done.summary.snapshot_id, source)
    assert {str(path.relative_to(source)) for path in sound | whole} <= held
    nodes = nodes_of(computer, done.summary.snapshot_id, source)
    assert {nodes[os.fsencode(path.relative_to(source))].size for path in sound} == {500}
