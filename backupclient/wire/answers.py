"""What a front end is told about files: their states, and the folders' roll-up of them.

Frozen structs, so that they travel as JSON too. Paths are the file system's bytes (base64 in JSON),
times are aware, sizes bytes.
"""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from backupclient.errors import Fact


class FileState(enum.StrEnum):
    """What a file's state is called."""

    SAFE = "safe"
    """Its content, as last looked at, is in a snapshot that was there at the last look."""
    CHANGED = "changed"
    """An earlier version is safe, the newest is waiting."""
    WAITING = "waiting"
    UPLOADING = "uploading"
    """Being read or sent now: only ever of a running job."""
    PROBLEM = "problem"
    LEFT_OUT = "left-out"


class Rollup(enum.StrEnum):
    """A folder, from the worst thing that is true of anything in it."""

    SAFE = "safe"
    PARTLY_CHOSEN = "partly-chosen"
    """What was chosen of it is safe; the rest is left out, or was not chosen."""
    WAITING = "waiting"
    """Something is waiting or changed."""
    PROBLEM = "problem"
    NOT_CHOSEN = "not-chosen"
    """Nothing of it was ever part of a backup."""


class Chosen(enum.StrEnum):
    WHOLE = "whole"
    PARTLY = "partly"
    NO = "no"


class Kind(enum.StrEnum):
    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    SPECIAL = "special"


class Amount(msgspec.Struct, frozen=True):
    files: int = 0
    bytes: int = 0


class StateCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything below a folder, at any depth. What is left out counts once for each name that a
    rule met: a folder that is left out is one."""

    safe: Amount = Amount()
    changed: Amount = Amount()
    waiting: Amount = Amount()
    problem: Amount = Amount()
    left_out: Amount = Amount()

    @property
    def unsafe(self) -> int:
        """How many files are not safe and should be."""
        return self.changed.files + self.waiting.files + self.problem.files


class RuleMatch(msgspec.Struct, frozen=True):
    """The rule that leaves something out: `kind` is the option's name, `text` what it says,
    `origin` where it stood (the option, or a file of patterns)."""

    kind: str
    text: str
    origin: str


class ProblemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`reason` is an `events.Reason`; `since` is when it first could not be backed up, `last_met`
    the last run that met it (its start). How it ended is empty while it lasts."""

    reason: str
    raw: str
    since: datetime
    last_met: datetime | None = None
    ended: datetime | None = None
    ended_by: str = ""


class FileAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="file", kw_only=True):
    """One file (or link, or a folder that is a problem or left out). `state` is None for what was
    never chosen.

    `version` is when the version that is stored was last changed, `safe_since` when it became
    safe, `proven` when the newest check ended that has read all data back since then and found
    nothing wrong; of a file that was asked for by its name. `looked_at` is when the app last looked
    at the file; `gone`: it was not there when it was looked at for this answer."""

    path: bytes
    state: FileState | None
    kind: Kind = Kind.FILE
    size: int = 0
    version: datetime | None = None
    safe_since: datetime | None = None
    proven: datetime | None = None
    looked_at: datetime | None = None
    earlier_version: bool = False
    """Of what is not safe: whether an earlier version is."""
    problem: ProblemFacts | None = None
    rule: RuleMatch | None = None
    gone: bool = False


class FolderAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="folder", kw_only=True):
    path: bytes
    rollup: Rollup
    counts: StateCounts = StateCounts()
    chosen: Chosen = Chosen.NO
    looked_at: datetime | None = None
    problem: ProblemFacts | None = None
    """Of the folder itself: it could not be listed."""
    rule: RuleMatch | None = None
    """Leaves out everything in the folder that has no state of its own."""


PathAnswer = FileAnswer | FolderAnswer


class FilePage(msgspec.Struct, frozen=True):
    """Some files, those of a folder by name, then those of its folders. `next`, if not empty, asks
    for those after them."""

    files: tuple[FileAnswer, ...]
    next: bytes = b""


class PathPage(msgspec.Struct, frozen=True):
    """Some files and folders. `next`, if not empty, asks for the rest: there may be none."""

    answers: tuple[PathAnswer, ...]
    next: bytes = b""


class LastFailure(msgspec.Struct, frozen=True, kw_only=True):
    """The newest backup ended `at` that moment with this error, see `errors`; it had `begun`, or
    could not even do that."""

    at: datetime
    code: str
    facts: dict[str, Fact] = {}
    raw: str = ""
    begun: bool = True


class PlaceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What this computer knows of one place. `storage_seen` is when its list of snapshots was
    last had; `last_backup` when the newest run that is in a listed snapshot ended."""

    location: str
    repository_id: str
    storage_seen: datetime | None = None
    last_backup: datetime | None = None
    running_since: datetime | None = None
    """A run began then and has not ended, or was cut short."""
    last_failure: LastFailure | None = None
    """Unless there was a better backup since."""
    answers: tuple[PathAnswer, ...] = ()


class FolderSize(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup of a folder would hold and what its rules would leave out: so far, until it
    is `done`."""

    kept: Amount = Amount()
    left_out: Amount = Amount()
    done: bool = False


class PlaceStep(enum.StrEnum):
    """How a place is tried, in this order."""

    REACH = "reach"
    """It answers and takes the keys; nothing is changed."""
    LOOK = "look"
    """Whether a backup is there, and if a password was given, whether that opens it."""
    WRITE = "write"
    """The place is made if it is missing; a byte is stored and removed again."""


class PlaceFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What a step found. `exists`: the place itself (folder, storage space) is there and not an
    empty folder. `opens` is None without a backup or a password. `free_bytes` is how much fits,
    where somebody tells."""

    exists: bool = True
    backup: bool = False
    opens: bool | None = None
    repository_id: str = ""
    free_bytes: int | None = None


class RepositoryInfo(msgspec.Struct, frozen=True):
    """A repository, as whoever made it wants to see it confirmed."""

    id: str
    location: str


class SnapshotFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One backup, as it can be restored. `complete` is no for what an unfinished run left; `total`
    is None where the program that wrote it did not say. `paths` are what was chosen."""

    id: str
    time: datetime
    computer: str
    paths: tuple[str, ...]
    complete: bool = True
    total: Amount | None = None


class StoredItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a folder of a backup."""

    name: bytes
    kind: Kind
    size: int = 0
    modified: datetime | None = None


class StoredFolder(msgspec.Struct, frozen=True):
    """Some of a folder, folders first, then by name. `next`, if not 0, asks for the rest."""

    items: tuple[StoredItem, ...]
    next: int = 0


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A content that a path had: from the backup at `first` to that at `last`, which is `snapshot`
    and has it with its newest metadata."""

    snapshot: str
    first: datetime
    last: datetime
    kind: Kind
    size: int = 0
    modified: datetime | None = None


class VersionHistory(msgspec.Struct, frozen=True):
    """Newest first. `deleted` is when the first backup was made that no longer has the path, if
    the newest of that computer has not; `searched` is how many backups were looked at."""

    versions: tuple[Version, ...]
    deleted: datetime | None = None
    searched: int = 0


class FoundItem(msgspec.Struct, frozen=True, kw_only=True):
    """A path with a certain name, and what became of it. `newest` is its newest version."""

    path: bytes
    computer: str
    newest: Version
    versions: int
    first: datetime
    deleted: datetime | None = None


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was found so far, newest backups first, from number `begin` on. `done`: there is no
    more, or (`more`) too much to go on. `files` is how many the newest backups hold."""

    found: tuple[FoundItem, ...]
    begin: int = 0
    done: bool = False
    more: bool = False
    files: int = 0
