"""Jobs: what begins, steers and ends them, and how they stand."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from backupclient.events import (
    BackupSummary,
    CheckProgress,
    CheckSummary,
    JobState,
    Progress,
    RestoreProgress,
    RestoreSummary,
    Waiting,
)
from backupclient.requests import BackupRequest, CheckRequest, Place, RestoreRequest
from backupclient.wire.envelope import Reply, Request
from backupclient.wire.failure import Failure

Summary = BackupSummary | RestoreSummary | CheckSummary


AnyProgress = Progress | RestoreProgress | CheckProgress


def accomplished(progress: AnyProgress | None) -> tuple[object, ...]:
    """Changes when something is: neither with time, nor by bytes on their way, which come again if
    they do not arrive. Who waits for the storage does so until then."""
    match progress:
        case Progress():
            safe = progress.files_safe, progress.bytes_safe
            sent = progress.files_sent, progress.bytes_sent
            return progress.phase, progress.files_total, safe, sent
        case RestoreProgress():
            return progress.files_done, progress.bytes_done, progress.verifying
        case CheckProgress():
            return progress.step, progress.done
        case None:
            return ()


class JobKind(enum.StrEnum):
    BACKUP = "backup"
    RESTORE = "restore"
    CHECK = "check"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a job ended: done with a summary, failed with an error, or stopped."""

    state: JobState
    summary: Summary | None = None
    failure: Failure | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes a second, 0 for none."""

    upload: int = 0
    download: int = 0


class JobInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it stands. `subject` is what it was asked for: chosen paths, or a target.

    `waiting` and `next_try` are there while it waits, `pause_left` while a pause ends by itself,
    `outcome` once it has ended."""

    job: str
    kind: JobKind
    location: str
    subject: tuple[str, ...]
    state: JobState
    created: datetime
    limits: Limits = Limits()
    progress: AnyProgress | None = None
    waiting: Waiting | None = None
    next_try: datetime | None = None
    pause_left: float | None = None
    problems: int = 0
    outcome: Outcome | None = None


class StartBackup(Request, frozen=True, kw_only=True, tag="start-backup"):
    """Its news come without being subscribed to. `patient`: see `jobs`."""

    place: Place
    request: BackupRequest
    patient: bool = True


class StartRestore(Request, frozen=True, kw_only=True, tag="start-restore"):
    place: Place
    request: RestoreRequest
    patient: bool = True


class StartCheck(Request, frozen=True, kw_only=True, tag="start-check"):
    place: Place
    request: CheckRequest
    patient: bool = True


class ListJobs(Request, frozen=True, kw_only=True, tag="list-jobs"):
    pass


class Pause(Request, frozen=True, kw_only=True, tag="pause"):
    """An empty `job` here and below means all; for this and `Resume` also that none begins by
    itself meanwhile."""

    job: str = ""
    seconds: float | None = None


class Resume(Request, frozen=True, kw_only=True, tag="resume"):
    job: str = ""


class Stop(Request, frozen=True, kw_only=True, tag="stop"):
    job: str = ""


class SetLimits(Request, frozen=True, kw_only=True, tag="set-limits"):
    """0 lifts a limit, None leaves it as it is."""

    job: str = ""
    upload: int | None = None
    download: int | None = None


class Subscribe(Request, frozen=True, kw_only=True, tag="subscribe"):
    """To one job, or to all there are and will be."""

    job: str = ""


class Started(Reply, frozen=True, kw_only=True, tag="started"):
    job: JobInfo


class Jobs(Reply, frozen=True, kw_only=True, tag="jobs"):
    """Those that the request was about, as they stand now, oldest first."""

    jobs: tuple[JobInfo, ...]


AnyStart = StartBackup | StartRestore | StartCheck
AnyJobRequest = AnyStart | ListJobs | Pause | Resume | Stop | SetLimits | Subscribe
