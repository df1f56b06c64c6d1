"""Which of a folder's names are backed up: what is there, less what the rules leave out."""

from __future__ import annotations

from backupclient.manifest.kinds import EntryKind
from backupclient.pipeline.excludes import Excludes
from backupclient.pipeline.scanner import Found, Trouble, list_folder
from backupclient.requests import BackupRequest


class Selection:
    """The rules of one backup. Used by the job's thread."""

    def __init__(self, request: BackupRequest) -> None:
        self._excludes = Excludes(request)
        self._one_file_system = request.one_file_system

    def of_folder(
        self, path: bytes, *, own_device: int, device: int
    ) -> tuple[list[Found], list[Trouble]]:
        """What is to be backed up of a folder, sorted by name, and what of it could not be looked
        at. `own_device` is the file system it lies on, `device` the chosen folder's. Raises
        OSError if the folder cannot be listed."""
        if self._one_file_system and own_device != device:
            # A mount point: the folder itself is kept, what is mounted there is not.
            return [], []
        names, troubles = list_folder(path)
        excludes = self._excludes
        if excludes.by_marker:
            marker = excludes.marked(path, (found.name for found in names))
            if marker is not None:
                names = [found for found in names if found.name == marker]
        if self._one_file_system:
            names = [
                found
                for found in names
                if found.stat.st_dev == device or found.kind is EntryKind.FOLDER
            ]
        if excludes.by_path or excludes.by_size:
            base = path if path.endswith(b"/") else path + b"/"
            names = [found for found in names if not self.left_out(found, base + found.name)]
        return names, troubles

    def left_out(self, found: Found, path: bytes) -> bool:
        """Whether a rule leaves out this one."""
        excludes = self._excludes
        if found.kind is EntryKind.FILE and excludes.too_large(found.stat.st_size):
            return True
        return excludes.by_path and excludes.rule_for(path) is not None
