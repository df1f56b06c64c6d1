"""Restore to where not everything can be done: little room, other file systems, another user."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.errors import TargetUnwritable
from backupclient.events import Reason
from tests.compare import Aspect, compare_trees
from tests.operations.computer import Computer
from tests.operations.restoring import leftovers, restore
from tests.repository.conftest import PASSWORD, ROOT
from tests.trees import MIB, odd_tree, random_bytes

NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Four megabytes of room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.needs_root
def test_too_little_room_is_seen_before_anything_is_written(
    computer: Computer, source: Path, small_disk: Path
) -> None:
    (source / "large").write_bytes(random_bytes(1, 6 * MIB))
    computer.backup(source)
    with pytest.raises(TargetUnwritable) as raised:
        restore(computer, small_disk / "target", subfolder=str(source))
    assert raised.value.facts["reason"] == "full"
    assert raised.value.facts["needed_bytes"] == 6 * MIB
    assert list(small_disk.iterdir()) == []


@pytest.mark.needs_root
def test_a_disk_that_fills_up_ends_the_restore_and_spoils_nothing(
    computer: Computer, source: Path, small_disk: Path
) -> None:
    for number in range(12):
        (source / f"{number}").write_bytes(random_bytes(number, 500_000))
    computer.backup(source)
    with pytest.raises(TargetUnwritable) as raised:
        restore(computer, small_disk, subfolder=str(source), sparse=True)  # no look at the room
    assert raised.value.facts["reason"] == "full"
    made = list(small_disk.iterdir())
    assert 4 <= len(made) <= 8
    for path in made:
        assert path.read_bytes() == (source / path.name).read_bytes()


@pytest.mark.needs_root
def test_names_of_one_file_on_two_file_systems_are_two_files(
    computer: Computer, source: Path, small_disk: Path
) -> None:
    (source / "disk").mkdir()
    (source / "a").write_bytes(b"content")
    (source / "a").chmod(0o640)
    os.link(source / "a", source / "disk" / "b")
    computer.backup(source)
    restored = restore(computer, small_disk.parent, subfolder=str(source))
    assert restored.problems == []
    for name in ("a", "disk/b"):
        path = small_disk.parent / name
        assert path.read_bytes() == b"content"
        assert path.stat().st_mode == (source / "a").stat().st_mode
        assert path.stat().st_mtime_ns == (source / "a").stat().st_mtime_ns
    assert leftovers(small_disk.parent) == []


def test_a_target_that_is_a_file(computer: Computer, source: Path, tmp_path: Path) -> None:
    computer.backup(source)
    (tmp_path / "file").touch()
    with pytest.raises(TargetUnwritable) as raised:
        restore(computer, tmp_path / "file")
    assert raised.value.facts["reason"] == "no-folder"
    with pytest.raises(TargetUnwritable):
        restore(computer, tmp_path / "file" / "below")


def test_a_target_reached_through_a_link_is_the_one_asked_for(
    computer: Computer, source: Path, tmp_path: Path
) -> None:
    (source / "file").write_bytes(b"content")
    computer.backup(source)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    restore(computer, tmp_path / "link", subfolder=str(source))
    assert (tmp_path / "real" / "file").read_bytes() == b"content"


_RESTORE = """
import os, sys
from pathlib import Path
from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.operations.restore.run import run_restore
from backupclient.requests import RestoreRequest
from backupclient.operations.session import LockMode, open_session
from backupclient.repository.repository import Repository
from backupclient.storage.folder import FolderStorage

user, place, data, target, subfolder, password = sys.argv[1:]
os.setgroups([])
os.setgid(int(user))
os.setuid(int(user))
clock = SystemClock()
repository = Repository.open(FolderStorage(Path(place), clock), password, clock)
problems = []
with open_session(
    repository, Path(data), clock=clock, control=Control(clock), emit=problems.append,
    mode=LockMode.NONE,
) as session:
    request = RestoreRequest(snapshot="latest", target=target.encode(), subfolder=subfolder)
    for _ in range(2):
        run_restore(session, request)
for event in problems:
    if hasattr(event, "reason"):
        print(event.path, event.reason.value, sep="\\t")
"""


@pytest.mark.needs_root
def test_somebody_who_is_not_root_gets_all_but_owners_and_devices(
    computer: Computer, tmp_path: Path, place: Path
) -> None:
    odd_tree(tmp_path / "odd")
    computer.backup(tmp_path / "odd")
    home = tmp_path / "home"
    home.mkdir()
    for folder in (home, place):
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", folder], check=True)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o711)
    arguments = (NOBODY, place, home / "data", home / "t", tmp_path / "odd", PASSWORD)
    done = subprocess.run(
        [sys.executable, "-c", _RESTORE, *map(str, arguments)],
        env={"PYTHONPATH": str(ROOT), "HOME": str(home), "TMPDIR": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = {tuple(line.split("\t")) for line in done.stdout.splitlines()}
    devices = {f"/owners/{name}" for name in ("null", "loop")}
    assert {path for path, reason in told if reason == Reason.SPECIAL.value} <= devices
    assert {path for path, _ in told} <= devices
    wrong = [
        d
        for d in compare_trees(tmp_path / "odd", home / "t", ignore={Aspect.OWNER})
        if d.path and os.fsdecode(b"/" + d.path) not in devices
    ]
    assert wrong == []
    assert {os.lstat(path).st_uid for path in (home / "t").rglob("*")} == {NOBODY}
    assert stat.S_IMODE((home / "t").stat().st_mode) == 0o700
