"""What `--json` prints: restic's messages, with fields of our own beside restic's."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from backupclient.errors import Fact
from backupclient.wire.entitlement import Entitlement, Step


class Message(msgspec.Struct, frozen=True, tag_field="message_type", kw_only=True):
    """One line of JSON. Times are RFC 3339, sizes bytes, spans seconds."""


class Status(Message, frozen=True, tag="status", kw_only=True):
    """A running backup. `percent_done` is a fraction; "safe" was in the storage before this run."""

    seconds_elapsed: int
    percent_done: float
    total_files: int
    files_done: int
    total_bytes: int
    bytes_done: int
    error_count: int
    seconds_remaining: int | UnsetType = UNSET
    current_files: tuple[str, ...] | UnsetType = UNSET
    phase: str
    files_safe: int
    bytes_safe: int
    files_sent: int
    bytes_sent: int
    uploaded_bytes: int
    bytes_per_second: int


class RestoreStatus(Message, frozen=True, tag="status", kw_only=True):
    """A running restore. `percent_done` is a fraction."""

    seconds_elapsed: int
    percent_done: float
    total_files: int
    files_restored: int
    total_bytes: int
    bytes_restored: int
    seconds_remaining: int | UnsetType = UNSET
    phase: str


class VerboseStatus(Message, frozen=True, tag="verbose_status", kw_only=True):
    """One file was dealt with."""

    action: str
    item: str
    data_size: int


class WaitingStatus(Message, frozen=True, tag="waiting", kw_only=True):
    """The job waits for something that passes by itself."""

    code: str
    message: str
    seconds: float
    attempt: int
    waited_seconds: float


class Standing(Message, frozen=True, tag="state", kw_only=True):
    """The job stands elsewhere than before. `seconds` until a pause ends by itself."""

    state: str
    seconds: float | None


class Notice(Message, frozen=True, tag="notice", kw_only=True):
    """Worth a line, no problem."""

    code: str
    message: str
    facts: dict[str, Fact]


class ErrorText(msgspec.Struct, frozen=True):
    message: str


class FileError(Message, frozen=True, tag="error", kw_only=True):
    """One file that is not as it should be; the job goes on."""

    error: ErrorText
    during: str
    item: str
    code: str
    raw: str


class DamageError(Message, frozen=True, tag="error", kw_only=True):
    """One thing that a check found wrong."""

    message: str
    code: str
    item: str
    affected: tuple[str, ...]
    raw: str


class ExitError(Message, frozen=True, tag="exit_error", kw_only=True):
    """Why the command ended. `code` is the exit code; `error` is the stable name of the cause, as
    `explain` takes it, a variant behind a dot."""

    code: int
    message: str
    error: str
    your_data: str
    meanwhile: str
    next_step: str
    facts: dict[str, Fact]
    raw: str


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """One problem, as `explain --json` lists them. `code` is stable and never translated: a variant
    has its kind before a dot ("access-denied.write"). The texts are plain sentences, the title
    without its full stop; `offer` and `steps` are for whoever helps; `aliases` are what other
    programs call it. Fields may be added, none is ever renamed or removed."""

    code: str
    title: str
    your_data: str
    meanwhile: str
    next_step: str
    offer: str
    steps: tuple[str, ...]
    aliases: tuple[str, ...]


class Initialized(Message, frozen=True, tag="initialized", kw_only=True):
    id: str
    repository: str


class BackupDone(Message, frozen=True, tag="summary", kw_only=True):
    """The end of a backup. `snapshot_id` is missing when none was made."""

    files_new: int
    files_changed: int
    files_unmodified: int
    dirs_new: int
    dirs_changed: int
    dirs_unmodified: int
    data_blobs: int
    tree_blobs: int
    data_added: int
    data_added_packed: int
    total_files_processed: int
    total_bytes_processed: int
    total_duration: float
    backup_start: str
    backup_end: str
    snapshot_id: str | UnsetType = UNSET
    parent_id: str
    bytes_read: int
    files_safe: int
    bytes_safe: int
    bytes_uploaded: int
    went_on_from: str | UnsetType = UNSET
    problems: int
    dry_run: bool


class RestoreDone(Message, frozen=True, tag="summary", kw_only=True):
    """The end of a restore."""

    seconds_elapsed: int
    total_files: int
    files_restored: int
    files_skipped: int
    bytes_restored: int
    target: str
    kept: int
    unchanged: int
    verified: int
    problems: int
    total_duration: float


class CheckDone(Message, frozen=True, tag="summary", kw_only=True):
    """The end of a check."""

    num_errors: int
    broken_packs: tuple[str, ...]
    suggest_repair_index: bool
    suggest_prune: bool
    packs: int
    packs_read: int
    snapshots: int
    trees: int
    blobs: int
    unused_packs: int
    total_duration: float


def left(seconds: float | None) -> int | UnsetType:
    return UNSET if seconds is None else int(seconds)


class PlaceKnown(Message, frozen=True, tag="place", kw_only=True):
    """`status`: what is known of one place. Times that are not known are null."""

    location: str
    repository: str
    storage_seen: datetime | None
    last_backup: datetime | None
    running_since: datetime | None
    last_failure: FailureOf | None


class FailureOf(msgspec.Struct, frozen=True):
    """What the newest backup failed with, and whether it had begun; see `explain`."""

    code: str
    at: datetime
    begun: bool


class AmountOf(msgspec.Struct, frozen=True):
    files: int
    bytes: int


class FolderState(Message, frozen=True, tag="folder", kw_only=True):
    """`status` of a folder. `state` is safe, partly-chosen, waiting, problem or not-chosen, the
    worst that is true of anything below; the amounts count everything below. `left_out` counts the
    names that rules met."""

    path: str
    state: str
    chosen: str
    looked_at: datetime | None
    safe: AmountOf
    changed: AmountOf
    waiting: AmountOf
    problem: AmountOf
    left_out: AmountOf
    reason: ProblemOf | None
    rule: RuleOf | None


class FileStatus(Message, frozen=True, tag="file", kw_only=True):
    """`status` of a file. `state` is safe, changed, waiting, uploading, problem, left-out or
    not-chosen; `version` the modification time of what is stored; `gone` if it is not there any
    more; `earlier_version` whether one is safe where the newest is not."""

    path: str
    state: str
    kind: str
    size: int
    version: datetime | None
    safe_since: datetime | None
    proven: datetime | None
    looked_at: datetime | None
    earlier_version: bool
    gone: bool
    reason: ProblemOf | None
    rule: RuleOf | None


class ProblemOf(msgspec.Struct, frozen=True, kw_only=True):
    """Why something could not be backed up, since when, and the start of the last run that met
    it. `code` is one that `explain` knows."""

    code: str
    details: str
    since: datetime
    last_met: datetime | None


class RuleOf(msgspec.Struct, frozen=True, kw_only=True):
    """The rule that leaves something out: the option's name, what it says, where it stood."""

    kind: str
    text: str
    origin: str


class StoragePlan(Message, frozen=True, tag="storage_plan", kw_only=True):
    """What may be stored, and who uses it."""

    plan: Entitlement


class PlanStep(Message, frozen=True, tag="plan_step", kw_only=True):
    """A step of looking whether more was bought, as it ended."""

    step: Step
