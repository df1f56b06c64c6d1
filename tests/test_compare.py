"""The comparison of trees finds every kind of difference that it is trusted to find."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compare import Aspect, Difference, compare_trees
from tests.trees import odd_tree


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same tree, made twice."""
    base = tmp_path_factory.mktemp("trees")
    odd_tree(base / "one")
    odd_tree(base / "other")
    return base / "one", base / "other"


@pytest.fixture
def harmed(twins: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """A tree and a copy of it, to be changed."""
    copy = tmp_path / "copy"
    subprocess.run(["cp", "--archive", twins[0], copy], check=True)
    return twins[0], copy


def test_the_same_arguments_make_the_same_tree(twins: tuple[Path, Path]) -> None:
    assert compare_trees(*twins) == []


def _flip(root: Path) -> None:
    file = root / "sizes" / "524289"
    status = file.stat()
    body = bytearray(file.read_bytes())
    body[524_000] ^= 1
    file.write_bytes(body)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def _retype(root: Path) -> None:
    (root / "links" / "dangling").unlink()
    (root / "links" / "dangling").mkdir()


def _unlink(root: Path) -> None:
    file = root / "links" / "hard 2"
    shutil.copy2(file, root / "links" / "new")
    (root / "links" / "new").rename(file)


def _retarget(root: Path) -> None:
    (root / "links" / "absolute").unlink()
    (root / "links" / "absolute").symlink_to("/etc/group")


HARMS: dict[Aspect, Callable[[Path], None]] = {
    Aspect.PRESENCE: lambda root: (root / "names" / "-rf").unlink(),
    Aspect.TYPE: _retype,
    Aspect.CONTENT: _flip,
    Aspect.MODE: lambda root: (root / "modes" / "4755").chmod(0o755),
    Aspect.MTIME: lambda root: os.utime(root / "times" / "3", ns=(0, -(3 * 10**9) // 2 + 1)),
    Aspect.TARGET: _retarget,
    Aspect.HARDLINKS: _unlink,
    Aspect.XATTRS: lambda root: os.setxattr(root / "attributes" / "one", "user.plain", b"other"),
}


@pytest.mark.parametrize("aspect", HARMS)
def test_a_difference_is_found(harmed: tuple[Path, Path], aspect: Aspect) -> None:
    HARMS[aspect](harmed[1])
    assert aspect in {difference.aspect for difference in compare_trees(*harmed)}


@pytest.mark.needs_root
def test_another_owner_is_found(harmed: tuple[Path, Path]) -> None:
    os.chown(harmed[1] / "names" / "-rf", 1, 2)
    assert compare_trees(*harmed) == [Difference(b"names/-rf", Aspect.OWNER, "0:0", "1:2")]


@pytest.mark.needs_root
def test_another_device_number_is_found(harmed: tuple[Path, Path]) -> None:
    device = harmed[1] / "owners" / "null"
    status = device.stat()
    device.unlink()
    os.mknod(device, status.st_mode, os.makedev(1, 5))
    assert Aspect.DEVICE in {difference.aspect for difference in compare_trees(*harmed)}


def test_the_first_unequal_byte_is_named(harmed: tuple[Path, Path]) -> None:
    _flip(harmed[1])
    (difference,) = compare_trees(*harmed)
    assert difference[:3] == (b"sizes/524289", Aspect.CONTENT, "differs at byte 524000")


def test_ignored_aspects_are_left_out(harmed: tuple[Path, Path]) -> None:
    (harmed[1] / "modes" / "4755").chmod(0o755)
    assert compare_trees(*harmed, ignore=[Aspect.MODE]) == []
