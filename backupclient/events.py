"""Every event an operation sends while it runs: a closed union of frozen structs.

Operations call `emit(event)` from the job's thread only, and jobs see to it that no two events of
theirs come at once, so a receiver needs no lock. Events carry
facts and counts (bytes, seconds, whole numbers), never sentences. A receiver that returns slowly
slows the job; front ends coalesce on their side.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import datetime

import msgspec


class Phase(enum.StrEnum):
    """What a backup is doing, in the order of its life."""

    OPENING = "opening"
    LOOKING = "looking"
    UPLOADING = "uploading"
    FINISHING = "finishing"


class FileAction(enum.StrEnum):
    NEW = "new"
    CHANGED = "modified"
    UNCHANGED = "unchanged"


class Reason(enum.StrEnum):
    """Why a file could not be backed up (or restored) as it is. The explainer knows each."""

    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    CHANGED_WHILE_READ = "changed-while-read"
    LOCKED = "in-use"
    READ_ERROR = "read-error"
    SPECIAL = "special"
    ODD_NAME = "odd-name"
    NOT_WRITABLE = "not-writable"
    METADATA = "metadata"
    DAMAGED = "damaged"
    ARCHIVED = "in-cold-storage"
    PATH_TOO_LONG = "path-too-long"
    NAME_SHORTENED = "name-shortened"
    SOURCE_GONE = "source-unavailable"
    LINK = "folder-is-link"
    """It was chosen, and what it leads to was not: that is no folder any more, or never was."""


class NoticeCode(enum.StrEnum):
    """What is worth one line and no problem. The explainer knows each."""

    # about this run
    WENT_ON = "went-on"
    UNFINISHED_TAKEN = "unfinished-backup-taken"
    NOTES_REBUILT = "notes-rebuilt"
    CLOCK_JUMPED = "clock-jumped"
    FEWER_AT_ONCE = "too-many-open-files"
    LESS_AT_ONCE = "less-at-once"
    # about the storage
    REGION_FOUND = "region-found"
    SMALLER_UPLOADS = "smaller-uploads"
    PLAINER_UPLOADS = "upload-style-changed"
    FEATURE_OFF = "feature-turned-off"
    DELETE_REFUSED = "delete-refused"
    PROTECTED = "space-freed-later"
    OLD_COPIES_KEPT = "space-not-freed"
    ROOM_AGAIN = "room-again"
    WILL_NOT_FIT = "will-not-fit"
    # about the backup
    SNAPSHOT_GONE = "backup-deleted-elsewhere"
    PACKS_MISSING = "packs-missing"
    PACKS_UNINDEXED = "packs-unindexed"
    PACKS_INDEXED_TWICE = "packs-indexed-twice"
    INDEX_REBUILT = "index-rebuilt"
    CLEANUP_REFUSED = "cleanup-refused"
    # about watching folders
    WATCH_LIMIT = "watch-limit"
    # dealt with; for the details and the history only
    STORED_ALREADY = "stored-already"
    TRIED_AGAIN = "tried-again"
    PACKS_REUSED = "packs-reused"
    OWN_LOCK_REMOVED = "own-lock-removed"
    WOKE_UP = "woke-up"
    WATCH_OVERFLOW = "watch-overflow"


class Condition(enum.StrEnum):
    """Why a backup waits to begin, or to go on, although nothing is wrong. The explainer knows
    each."""

    METERED = "metered-line"
    BATTERY = "on-battery"
    BUSY = "computer-busy"
    OFFLINE = "no-network"


class DamageCode(enum.StrEnum):
    """What a check can find wrong. The explainer knows each."""

    SNAPSHOT = "backup-entry-damaged"
    TREE = "tree-damaged"
    NODE = "node-wrong"
    BLOB_MISSING = "piece-missing"
    BLOB_UNINDEXED = "piece-unlisted"
    PACK_MISSING = "pack-missing"
    PACK_SIZE = "pack-size"
    PACK = "pack-damaged"
    INDEX = "index-damaged"
    INDEX_DIFFERS = "index-wrong"


class JobState(enum.StrEnum):
    """Where a job stands. The last three are ends."""

    QUEUED = "queued"
    """Another job has its turn with this repository."""
    RUNNING = "running"
    PAUSED = "paused"
    WAITING = "waiting"
    """It could not go on and begins again by itself; `Waiting` says why and when."""
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def ended(self) -> bool:
        return self in _ENDS


_ENDS = (JobState.DONE, JobState.FAILED, JobState.STOPPED)


class Base(msgspec.Struct, frozen=True, tag_field="event", kw_only=True):
    """What all events share: a tag, so that they travel as JSON and come back typed."""


class Progress(Base, frozen=True, tag="progress", kw_only=True):
    """The three tones of the bar, at most ten times a second. Totals are 0 while unknown.

    `safe` was in the storage before this run (or became part of a snapshot), `sent` was read and
    stored by this run, the rest is left; all in bytes and files of the source. `uploaded_bytes`
    are the bytes that really went over the line. `current` are the large files in work; of each
    `current_read` bytes of its `current_size` were read. Where there are none it is the small file
    that was read last, of size 0."""

    phase: Phase
    seconds: float = 0.0
    files_total: int = 0
    bytes_total: int = 0
    files_safe: int = 0
    bytes_safe: int = 0
    files_sent: int = 0
    bytes_sent: int = 0
    uploaded_bytes: int = 0
    problems: int = 0
    bytes_per_second: float = 0.0
    seconds_left: float | None = None
    current: tuple[str, ...] = ()
    current_read: tuple[int, ...] = ()
    current_size: tuple[int, ...] = ()


class FileDone(Base, frozen=True, tag="file-done", kw_only=True):
    """One file was dealt with. Sent only when the caller asked for details."""

    path: str
    action: FileAction
    size: int


class FileProblem(Base, frozen=True, tag="file-problem", kw_only=True):
    """One file is not as it should be; the job goes on."""

    path: str
    reason: Reason
    raw: str = ""


class Waiting(Base, frozen=True, tag="waiting", kw_only=True):
    """The job waits for something that passes by itself: `code` is an error's or a `Condition`."""

    code: str
    seconds: float
    attempt: int = 0
    waited_seconds: float = 0.0
    facts: dict[str, str | int | float | bool] = {}


class StateChanged(Base, frozen=True, tag="state-changed", kw_only=True):
    """The job stands elsewhere than before. `seconds` until a pause ends by itself."""

    state: JobState
    seconds: float | None = None


class Noticed(Base, frozen=True, tag="noticed", kw_only=True):
    """Something worth one line that is no problem."""

    code: NoticeCode
    facts: dict[str, str | int | float | bool] = {}


class BackupSummary(Base, frozen=True, tag="backup-summary", kw_only=True):
    """The end of a backup. Names follow restic's summary; `data_added_packed` are bytes stored.

    `files_safe` and `bytes_safe` were in the storage before this run: `bytes_read` of the rest were
    read, `bytes_uploaded` went into packs that the storage took. `went_on_from` is when the run
    began that was cut short and that this one went on from, if there was one."""

    snapshot_id: str
    parent_id: str = ""
    files_new: int = 0
    files_changed: int = 0
    files_unmodified: int = 0
    dirs_new: int = 0
    dirs_changed: int = 0
    dirs_unmodified: int = 0
    data_blobs: int = 0
    tree_blobs: int = 0
    data_added: int = 0
    data_added_packed: int = 0
    total_files_processed: int = 0
    total_bytes_processed: int = 0
    total_duration: float = 0.0
    bytes_read: int = 0
    files_safe: int = 0
    bytes_safe: int = 0
    bytes_uploaded: int = 0
    went_on_from: datetime | None = None
    problems: int = 0
    dry_run: bool = False


class RestoreProgress(Base, frozen=True, tag="restore-progress", kw_only=True):
    seconds: float = 0.0
    files_total: int = 0
    bytes_total: int = 0
    files_done: int = 0
    bytes_done: int = 0
    verifying: bool = False
    seconds_left: float | None = None


class RestoreSummary(Base, frozen=True, tag="restore-summary", kw_only=True):
    """The end of a restore. `kept` files were there already and were not overwritten;
    `unchanged` had the right content already; `renamed` got a new name beside what was there;
    `verified` were read back and compared."""

    target: str
    files_restored: int = 0
    bytes_restored: int = 0
    files_total: int = 0
    kept: int = 0
    unchanged: int = 0
    renamed: int = 0
    verified: int = 0
    problems: int = 0
    total_duration: float = 0.0


class CheckProgress(Base, frozen=True, tag="check-progress", kw_only=True):
    """Steps are "snapshots", "index", "packs", "trees" and, if it `reads_data`, "data"; totals are
    0 while unknown."""

    step: str
    done: int = 0
    total: int = 0
    reads_data: bool = False


class Damage(Base, frozen=True, tag="damage", kw_only=True):
    """One thing a check found wrong; `affected` are paths."""

    code: DamageCode
    item: str
    raw: str = ""
    affected: tuple[str, ...] = ()


class CheckSummary(Base, frozen=True, tag="check-summary", kw_only=True):
    packs: int = 0
    packs_read: int = 0
    snapshots: int = 0
    trees: int = 0
    blobs: int = 0
    unused_packs: int = 0
    errors: int = 0
    total_duration: float = 0.0


Event = (
    Progress
    | FileDone
    | FileProblem
    | Waiting
    | Noticed
    | StateChanged
    | BackupSummary
    | RestoreProgress
    | RestoreSummary
    | CheckProgress
    | Damage
    | CheckSummary
)

Emit = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The receiver for callers that want no events."""
