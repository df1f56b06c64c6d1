"""Where a restore goes: a new folder, where everything was, a folder of choice, or one .zip."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from backupclient.requests import Overwrite, RestoreRequest
from ui import wording_restore as words
from ui.restorer import Chosen, folder_of_all, requests_for


class TargetKind(enum.Enum):
    NEW = enum.auto()
    ORIGINAL = enum.auto()
    FOLDER = enum.auto()
    ZIP = enum.auto()


class RestoreTarget:
    """`path` is the folder, or the file, that was chosen; empty if none had to be."""

    def __init__(self, home: Path, now: Callable[[], datetime]) -> None:
        self._home, self._now = home, now
        self.kind = TargetKind.NEW
        self.path = ""

    def choose(self, kind: TargetKind, path: str = "") -> None:
        self.kind, self.path = kind, path

    def of(self, chosen: Sequence[Chosen]) -> bytes:
        """What everything goes to."""
        if self.path:
            return os.fsencode(self.path)
        if self.kind is TargetKind.ORIGINAL and chosen:
            return folder_of_all([one.path for one in chosen])
        return os.fsencode(self._new("") if self.kind is TargetKind.NEW else self.suggested_zip)

    @property
    def suggested_zip(self) -> Path:
        """A file that is not there yet."""
        return self._new(".zip")

    def _new(self, ending: str) -> Path:
        name = words.new_folder_name(self._now())
        path = self._home / f"{name}{ending}"
        number = 1
        while path.exists():
            number += 1
            path = self._home / f"{name} ({number}){ending}"
        return path

    def requests(self, chosen: Sequence[Chosen], overwrite: Overwrite) -> list[RestoreRequest]:
        """One for each backup that something is chosen from."""
        now = self._now()
        target = None if self.kind is TargetKind.ORIGINAL else self.of(chosen)
        if self.kind is TargetKind.ZIP:
            overwrite = Overwrite.ALWAYS  # whoever chose the file agreed to that
        made = requests_for(chosen, target, overwrite, lambda time: words.second_name(time, now))
        return _zips(made) if self.kind is TargetKind.ZIP else made

    def line(self, chosen: Sequence[Chosen]) -> tuple[str, str, str]:
        """What is said of it: the kind, the name, and the whole path."""
        path = os.fsdecode(self.of(chosen))
        return words.target_kind(self.kind.name), words.target_name(self.kind.name, path), path


def _zips(requests: list[RestoreRequest]) -> list[RestoreRequest]:
    """Each in a file of its own: where there are several, each says of when it is."""
    made, names = [], set()
    for request in requests:
        base, ending = os.path.splitext(os.fsdecode(request.target))
        mark = request.second_name if len(requests) > 1 else ""
        name, number = f"{base}{mark}{ending}", 1
        while name in names:
            number += 1
            name = f"{base}{mark} ({number}){ending}"
        names.add(name)
        target = os.fsencode(name)
        made.append(msgspec.structs.replace(request, target=target, as_zip=True))
    return made
