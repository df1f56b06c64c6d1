"""Whether what is to be backed up fits into the storage, as far as anybody can tell beforehand."""

from __future__ import annotations

import os
import shutil

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import ManifestDamaged
from backupclient.events import NoticeCode, Noticed
from backupclient.operations.backup.targets import Target
from backupclient.operations.session import Session
from backupclient.storage.room import free_bytes

_TIGHT = 10
"""Room for less than one such part of everything is little: then it is worth a look at all files
to say beforehand what will not fit."""


_FACT = "drives-used"


def may_not_fit(session: Session, root: Target, total: int) -> bool:
    """Whether it is worth a look at all files before anything is sent, `total` bytes being backed
    up already: there is little room for more, or the drives that they are on hold so much more than
    at the last backup that it may be too much. Asks the storage nothing that takes time."""
    used = session.manifest.blobs.stored_bytes()
    free = free_bytes(session.repository.storage, used=used)
    return free is not None and (free < total // _TIGHT or _grown(session, root) > free // 2)


def note_drives(session: Session, root: Target) -> None:
    """Remember for the next backup how much is on the drives. Part of the caller's transaction."""
    now = {path: used for path, (_, used) in _drives(root).items()}
    noted = msgspec.json.encode({**_noted(session), **now}).decode()
    session.manifest.remember(_FACT, noted)


def _grown(session: Session, root: Target) -> int:
    """By how many bytes. What was never looked at before, or is not there, has not."""
    before = _noted(session)
    grown = {
        device: used - before[path]
        for path, (device, used) in _drives(root).items()
        if path in before
    }
    return sum(max(more, 0) for more in grown.values())


def _noted(session: Session) -> dict[str, int]:
    try:
        return from_json(session.manifest.fact(_FACT) or "{}", dict[str, int])
    except msgspec.MsgspecError as error:
        raise ManifestDamaged(f"{_FACT}: {error}", path=str(session.manifest.path)) from error


def _drives(root: Target) -> dict[str, tuple[int, int]]:
    """For each chosen path the drive it is on, and the bytes that are in use there."""
    found: dict[str, tuple[int, int]] = {}
    for target in root.chosen():
        try:
            device = os.stat(target.path).st_dev
            found[os.fsdecode(target.path)] = device, shutil.disk_usage(target.path).used
        except OSError:
            continue
    return found


def warn_if_too_much(session: Session, needed: int) -> None:
    """Say so if `needed` bytes of files are more than there is room for. A warning, no error: what
    can be compressed or is stored already needs less, and what is most wanted is sent first."""
    free = free_bytes(session.repository.storage)
    if free is not None and needed > free:
        facts: dict[str, str | int | float | bool] = {
            "needed_bytes": needed,
            "free_bytes": free,
            "missing_bytes": needed - free,
        }
        session.emit(Noticed(code=NoticeCode.WILL_NOT_FIT, facts=facts))
