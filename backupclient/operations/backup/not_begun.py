"""Backups that fail before they begin: they are in the history, too."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from backupclient.clock import Clock, nanoseconds
from backupclient.errors import BackupError, InvalidRequest, ManifestError
from backupclient.manifest.manifest import FILE_NAME, Manifest
from backupclient.operations.backup.ended import note_not_begun
from backupclient.operations.backup.result import RunFacts
from backupclient.operations.session import manifest_lock
from backupclient.requests import BackupRequest


@contextlib.contextmanager
def noting_failure(folder: Path | None, request: BackupRequest, clock: Clock) -> Iterator[None]:
    """A backup that fails inside is noted in the manifest in `folder`, unless it has begun and was
    noted already, somebody else has the manifest now, or there is none. No trial is noted, and no
    request that makes no sense."""
    began = clock.now()
    try:
        yield
    except (InvalidRequest, ManifestError):
        raise
    except BackupError as error:
        if folder is not None and (folder / FILE_NAME).exists() and not request.dry_run:
            with contextlib.suppress(ManifestError):
                _note(folder, RunFacts.of(request, began), error, clock)
        raise


def _note(folder: Path, facts: RunFacts, error: BackupError, clock: Clock) -> None:
    with manifest_lock(folder) as ours:
        if not ours:
            return
        with contextlib.closing(Manifest.open(folder)) as manifest:
            times = nanoseconds(facts.started), nanoseconds(clock.now())
            note_not_begun(manifest, facts.set_key, error, *times)
