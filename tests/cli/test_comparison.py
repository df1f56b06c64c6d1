"""The demonstration's comparison sees every kind of difference, and knows what is none."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.cli.comparison import Aspect, Comparer, Comparison, Difference

LATER_NS = 3_600_000_000_000


@pytest.fixture
def original(tmp_path: Path) -> Path:
    root = tmp_path / "original"
    (root / "folder" / "empty").mkdir(parents=True)
    (root / "file").write_bytes(b"x" * 3_000_000)
    (root / "folder" / "small").write_bytes(b"small")
    (root / "folder" / "none").touch()
    (root / "link").symlink_to("folder/small")
    os.mkfifo(root / "pipe")
    Path(os.fsdecode(os.fsencode(root) + b"/odd\xff\nname")).write_bytes(b"odd")
    return root


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    root = tmp_path / "copy"
    shutil.copytree(original, root, symlinks=True, ignore=lambda *_: ["pipe"])
    os.mkfifo(root / "pipe")
    for path in [*original.rglob("*"), original]:
        status = path.lstat()
        twin = root / path.relative_to(original)
        os.utime(twin, ns=(status.st_mtime_ns, status.st_mtime_ns), follow_symlinks=False)
    return root


def compared(
    original: Path,
    copy: Path,
    *,
    begun_ns: int | None = None,
    not_in_backup: set[bytes] | None = None,
) -> Comparison:
    """As of a backup that begins in an hour, unless said otherwise: nothing counts as changed."""
    comparer = Comparer(
        begun_ns=time.time_ns() + LATER_NS if begun_ns is None else begun_ns,
        not_in_backup=not_in_backup or set(),
        left_out=os.fsencode(original / "left-out"),
        on_file=lambda size: None,
    )
    return comparer.compare(os.fsencode(original), os.fsencode(copy))


def test_an_exact_copy_is_equal_and_counted(original: Path, copy: Path) -> None:
    assert compared(original, copy) == Comparison(
        files=4,
        folders=3,
        links=1,
        others=1,
        bytes=3_000_008,
        changed=0,
        skipped=0,
        differences=(),
    )


def flip_last_byte(copy: Path) -> None:
    status = (copy / "file").stat()
    with (copy / "file").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"y")
    os.utime(copy / "file", ns=(status.st_mtime_ns, status.st_mtime_ns))


def make_longer(copy: Path) -> None:
    with (copy / "folder" / "small").open("ab") as file:
        file.write(b"!")


def touch_a_nanosecond_later(copy: Path) -> None:
    after = (copy / "file").stat().st_mtime_ns + 1
    os.utime(copy / "file", ns=(after, after))


def point_elsewhere(copy: Path) -> None:
    (copy / "link").unlink()
    (copy / "link").symlink_to("folder/other")


def replace_by_folder(copy: Path) -> None:
    (copy / "folder" / "none").unlink()
    (copy / "folder" / "none").mkdir()


@pytest.mark.parametrize(
    ("spoil", "path", "aspect"),
    [
        (flip_last_byte, "file", Aspect.CONTENT),
        (make_longer, "folder/small", Aspect.CONTENT),
        (touch_a_nanosecond_later, "file", Aspect.TIME),
        (lambda copy: (copy / "file").chmod(0o600), "file", Aspect.PERMISSIONS),
        (lambda copy: (copy / "folder/empty").chmod(0o700), "folder/empty", Aspect.PERMISSIONS),
        (point_elsewhere, "link", Aspect.TARGET),
        (replace_by_folder, "folder/none", Aspect.TYPE),
        (lambda copy: (copy / "pipe").unlink(), "pipe", Aspect.MISSING),
        (lambda copy: (copy / "folder/empty").rmdir(), "folder/empty", Aspect.MISSING),
    ],
)
def test_a_difference_is_found(
    original: Path, copy: Path, spoil: Callable[[Path], None], path: str, aspect: Aspect
) -> None:
    times = {p: p.lstat().st_mtime_ns for p in copy.rglob("*")} | {copy: copy.stat().st_mtime_ns}
    spoil(copy)
    for folder in [copy, *(p for p in times if p.is_dir() and p != copy / path)]:
        os.utime(folder, ns=(times[folder], times[folder]))
    assert compared(original, copy).differences == (
        Difference(os.fsencode(original / path), aspect),
    )


@pytest.mark.needs_root
def test_another_owner_is_found(original: Path, copy: Path) -> None:
    os.chown(copy / "file", 1234, 1234)
    assert [d.aspect for d in compared(original, copy).differences] == [Aspect.OWNER]


def test_what_was_changed_since_the_backup_began_is_no_difference(
    original: Path, copy: Path
) -> None:
    begun = time.time_ns()
    (original / "file").write_bytes(b"newer")
    found = compared(original, copy, begun_ns=begun)
    assert (found.changed, found.differences) == (1, ())


def test_an_old_difference_is_not_excused(original: Path, copy: Path) -> None:
    make_longer(copy)
    found = compared(original, copy, begun_ns=time.time_ns() + LATER_NS)
    assert (found.changed, len(found.differences)) == (0, 1)


def test_what_is_said_not_to_be_in_the_backup_is_skipped(original: Path, copy: Path) -> None:
    (copy / "file").unlink()
    shutil.rmtree(copy / "folder")
    os.utime(copy, ns=(original.stat().st_mtime_ns,) * 2)
    skipped = {os.fsencode(original / "file"), os.fsencode(original / "folder")}
    found = compared(original, copy, not_in_backup=skipped)
    assert (found.skipped, found.differences) == (2, ())


def test_sockets_and_the_excluded_folder_are_left_alone(
    original: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(original)  # the full path may be too long for a socket
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        (original / "left-out").mkdir()
        (original / "left-out" / "file").touch()
        os.utime(original, ns=(copy.stat().st_mtime_ns,) * 2)
        found = compared(original, copy)
    assert (found.skipped, found.differences) == (1, ())
