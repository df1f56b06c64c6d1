"""Which of a folder's names are backed up: what is there, less what the rules leave out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from backupclient.manifest.kinds import EntryKind
from backupclient.manifest.left_out import EVERYTHING, LeftOut, Rule
from backupclient.pipeline.excludes import Excludes
from backupclient.pipeline.open_files import OpenFiles
from backupclient.pipeline.scanner import Found, Trouble, list_folder
from backupclient.requests import BackupRequest

_ONE_FILE_SYSTEM = Rule("one-file-system", "", "--one-file-system")
_OUR_OWN = Rule("our-own", "")


class Looked(NamedTuple):
    """A folder that was looked at: what is to be backed up of it, sorted by name, what of it could
    not be looked at, and what rules leave out."""

    names: list[Found]
    troubles: list[Trouble]
    left_out: list[LeftOut]


class Selection:
    """The rules of one backup. Used by the job's thread."""

    def __init__(
        self,
        request: BackupRequest,
        own: Iterable[Path] = (),
        open_files: OpenFiles | None = None,
    ) -> None:
        """What lies in the `own` folders is left out, too, unless it was chosen itself: notes that
        change all the time, and packs that would be stored in packs."""
        self._open_files = open_files
        self._excludes = Excludes(request)
        self._one_file_system = request.one_file_system
        self._own = frozenset(filter(None, map(_identity, own)))

    def of_folder(self, path: bytes, *, own_device: int, device: int) -> Looked:
        """`own_device` is the file system the folder lies on, `device` the chosen folder's. Raises
        OSError if it cannot be listed."""
        left_out: list[LeftOut] = []
        if self._one_file_system and own_device != device:
            # A mount point: the folder itself is kept, what is mounted there is not.
            left_out.append(LeftOut(EVERYTHING, EntryKind.FOLDER, 0, _ONE_FILE_SYSTEM))
            return Looked([], [], left_out)
        if self._open_files is None:
            names, troubles = list_folder(path)
        else:
            names, troubles = self._open_files.insist(lambda: list_folder(path))
        if self._own:
            names = self._not_our_own(names, left_out)
        excludes = self._excludes
        if excludes.by_marker:
            marked = excludes.marked(path, (found.name for found in names))
            if marked is not None:
                marker, rule = marked
                names = [found for found in names if found.name == marker]
                left_out.append(LeftOut(EVERYTHING, EntryKind.FOLDER, 0, rule))
        if self._one_file_system or excludes.by_path or excludes.by_size:
            names = self._kept(path, names, device, left_out)
        return Looked(names, troubles, left_out)

    def _not_our_own(self, names: list[Found], left_out: list[LeftOut]) -> list[Found]:
        own = self._own
        ours = [f for f in names if (f.stat.st_dev, f.stat.st_ino) in own]
        if not ours:
            return names
        left_out += [_left_out(found, _OUR_OWN) for found in ours]
        return [found for found in names if found not in ours]

    def _kept(
        self, path: bytes, names: list[Found], device: int, left_out: list[LeftOut]
    ) -> list[Found]:
        """The names that no rule leaves out; the others are added to `left_out`."""
        kept = []
        base = path if path.endswith(b"/") else path + b"/"
        for found in names:
            rule = self._rule(found, base + found.name)
            elsewhere = found.stat.st_dev != device and found.kind is not EntryKind.FOLDER
            if rule is None and self._one_file_system and elsewhere:
                rule = _ONE_FILE_SYSTEM
            if rule is None:
                kept.append(found)
            else:
                left_out.append(_left_out(found, rule))
        return kept

    def left_out(self, found: Found, path: bytes) -> LeftOut | None:
        """What a rule says of something that was chosen itself, or None."""
        rule = self._rule(found, path)
        return None if rule is None else _left_out(found, rule)

    def _rule(self, found: Found, path: bytes) -> Rule | None:
        excludes = self._excludes
        if found.kind is EntryKind.FILE and excludes.too_large(found.stat.st_size):
            return Rule("exclude-larger-than", str(excludes.larger_than), "--exclude-larger-than")
        rule = excludes.rule_for(path) if excludes.by_path else None
        return None if rule is None else Rule(rule.kind, rule.pattern, rule.origin)


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells it from all others by whatever path it is met; None where that is not to be had,
    or nothing is there."""
    try:
        info = os.stat(folder)
    except OSError:
        return None
    return (info.st_dev, info.st_ino) if info.st_ino else None


def _left_out(found: Found, rule: Rule) -> LeftOut:
    size = found.stat.st_size if found.kind is EntryKind.FILE else 0
    return LeftOut(found.name, found.kind, size, rule)
