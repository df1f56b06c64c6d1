"""Whether what was chosen is there: an unplugged drive must never look like deleted files."""

from __future__ import annotations

import os
import stat

from backupclient.errors import SourceUnavailable
from backupclient.events import Reason
from backupclient.manifest.manifest import EntryState, Manifest, Run, RunState
from backupclient.operations.backup.targets import Target
from backupclient.pipeline.open_files import TOO_MANY
from backupclient.pipeline.scanner import Trouble
from backupclient.pipeline.worker import OPEN_FLAGS


def missing_sources(root: Target, manifest: Manifest) -> list[tuple[Target, Trouble]]:
    """The chosen paths that are not there, cannot be opened, or are empty folders or links and were
    not when last looked at (a mount point without its drive, a folder moved elsewhere).
    `SourceUnavailable` if that is all of them."""
    missing: list[tuple[Target, Trouble]] = []
    chosen = root.chosen()
    for target in chosen:
        why = link(target)
        if why is not None and not held(target.path, manifest):
            continue
        raw = _absent(target, manifest) if why is None else None
        if raw is not None:
            why = Trouble(target.path, Reason.SOURCE_GONE, raw)
        if why is not None:
            missing.append((target, why))
    if len(missing) == len(chosen):
        target, why = missing[0]
        known = any(held(one.path, manifest) for one, _ in missing)
        raise SourceUnavailable(
            why.raw,
            path=os.fsdecode(target.path),
            known="link" if why.reason is Reason.LINK else known,
        )
    return missing


def link(target: Target) -> Trouble | None:
    """That a chosen path is a link to something, of which a backup would hold the link alone."""
    path = target.path
    if not os.path.islink(path) or not os.path.exists(path):
        return None
    return Trouble(path, Reason.LINK, os.fsdecode(os.path.realpath(path)))


def demand_sources(root: Target) -> None:
    """`SourceUnavailable` if a chosen folder that was there when the run began is there no more, or
    something else is in its place: a drive that was pulled out in mid-run."""
    for target in root.chosen():
        if target.device is None:
            continue
        raw = "another file system is in its place"
        try:
            with os.scandir(target.path) as entries:
                next(entries, None)
            if os.lstat(target.path).st_dev == target.device:
                continue
        except OSError as error:
            if error.errno in TOO_MANY:
                raise
            raw = os.strerror(error.errno) if error.errno else str(error)
        raise SourceUnavailable(raw, path=os.fsdecode(target.path), known=True)


def _absent(target: Target, manifest: Manifest) -> str | None:
    """Why a chosen path cannot be backed up at all."""
    path = target.path
    try:
        info = os.lstat(path)
        if stat.S_ISREG(info.st_mode):
            os.close(os.open(path, OPEN_FLAGS))
        if not stat.S_ISDIR(info.st_mode):
            return None
        target.device = info.st_dev
        with os.scandir(path) as entries:
            empty = next(entries, None) is None
    except OSError as error:
        if error.errno in TOO_MANY:
            raise
        return os.strerror(error.errno) if error.errno else str(error)
    return "empty" if empty and held(path, manifest) else None


def held(path: bytes, manifest: Manifest) -> bool:
    """Whether the folder had something in it when it was last backed up."""
    folder_no = manifest.find_folder(path)
    if folder_no is None:
        return False
    entries = manifest.entries_of(folder_no).values()
    return any(e.state == EntryState.STORED or e.content is not None for e in entries)


def expected_totals(manifest: Manifest, set_key: str) -> tuple[int, int] | None:
    """Files and bytes of the last complete run of this set; None if there was none, or if nobody
    counted."""
    for run in manifest.runs(set_key):
        if run.state in (RunState.COMPLETE, RunState.ADOPTED):
            known = run.state is RunState.COMPLETE or run.files_total
            return (run.files_total, run.bytes_total) if known else None
    return None


def unfinished_run(manifest: Manifest, set_key: str) -> Run | None:
    """The last run of this set, if it ended without a snapshot."""
    last = next(iter(manifest.runs(set_key)), None)
    return last if last is not None and last.snapshot_id is None else None


def ended_unclean(manifest: Manifest) -> bool:
    """Whether the last run of any set was cut short, so that packs may be stored that nobody has
    noted."""
    last = next(iter(manifest.runs()), None)
    return last is not None and last.snapshot_id is None
