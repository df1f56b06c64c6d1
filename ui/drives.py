"""The drives of this computer that a backup could go to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QStorageInfo

FOLDER = "Plainkeep"
"""Where a backup lies on a drive."""

_NO_DRIVES = {"tmpfs", "devtmpfs", "overlay", "squashfs", "proc", "sysfs", "efivarfs", "ramfs"}
_SYSTEM = {(name,) for name in ("boot", "dev", "efi", "etc", "run", "snap", "usr", "var", "System")}
_PARTITION = re.compile(r"(?<=\d)p\d+$|(?<=[a-z])\d+$")


class Drive(NamedTuple):
    """Sizes in bytes. `root` is where it is mounted."""

    root: Path
    name: str
    free: int
    total: int
    disk: str
    """The device without its partition, to tell whether two are one disk."""


def drives() -> list[Drive]:
    """Drives other than those of the system and the home folder. Asks the system, which may take
    long: not in the window's thread."""
    ours = {drive_of(Path("/")).disk, drive_of(Path.home()).disk}
    found = [
        _drive(info)
        for info in QStorageInfo.mountedVolumes()
        if info.isReady()
        and not info.isReadOnly()
        and bytes(info.fileSystemType().data()).decode() not in _NO_DRIVES
        and Path(info.rootPath()).is_dir()
    ]
    return [drive for drive in found if drive.disk not in ours and not _of_system(drive.root)]


def _of_system(root: Path) -> bool:
    return root.parts[1:2] in _SYSTEM and root.parts[1:3] != ("run", "media")


def drive_of(path: Path) -> Drive:
    """The drive that a path lies on, or would lie on. May take long."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return _drive(QStorageInfo(str(path)))


def _drive(info: QStorageInfo) -> Drive:
    root = Path(info.rootPath())
    return Drive(
        root=root,
        name=info.name() or root.name or str(root),
        free=info.bytesAvailable(),
        total=info.bytesTotal(),
        disk=_PARTITION.sub("", bytes(info.device().data()).decode()),
    )
