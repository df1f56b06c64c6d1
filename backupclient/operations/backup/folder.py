"""A folder while it is being put together, what the walk counts, and what it needs of the job."""

from __future__ import annotations

from typing import Protocol

from backupclient.manifest.manifest import Entry
from backupclient.operations.backup.targets import Target
from backupclient.pipeline.reader import ReadTask
from backupclient.pipeline.scanner import Found, Trouble


class Folder:
    """A folder being put together. `pending` counts what is still to come: files with the
    workers, folders below. It is `settled` unless something in it must be looked at again next
    time, whatever its listing says, and `away` if a drive was mounted there and is not now."""

    __slots__ = (
        "away",
        "before",
        "changed",
        "complete",
        "device",
        "digest",
        "failed",
        "found",
        "gone",
        "kept",
        "no",
        "nodes",
        "old",
        "parent",
        "path",
        "pending",
        "rows",
        "seen",
        "settled",
        "skipped",
        "target",
        "to_read",
    )

    def __init__(
        self,
        parent: Folder | None,
        found: Found,
        path: bytes,
        before: Entry | None,
        no: int,
        device: int,
    ) -> None:
        self.parent = parent
        self.found = found
        self.path = path
        self.before = before
        self.no = no
        self.device = device
        self.target: Target | None = None
        self.old: dict[bytes, Entry] = {}
        self.kept: list[tuple[Found, Entry]] = []
        self.nodes: list[tuple[bytes, bytes]] = []
        self.rows: list[Entry] = []
        self.gone: list[bytes] = []
        self.seen = 0
        self.digest: bytes | None = None
        self.skipped: list[Found] = []
        self.to_read: list[tuple[Found, bytes]] = []
        self.settled = True
        self.pending = 0
        self.changed = before is None
        self.complete = False
        self.failed = False
        self.away = False


class Feed(Protocol):
    """What the walk needs of the job: somewhere to put work, and news of it."""

    def read(self, task: ReadTask) -> None:
        """Have a file read; the answer comes to `Walk.file_read`."""

    def store_tree(self, plain: bytes) -> bytes:
        """Store a tree unless it is stored; returns its id."""

    def report(self, why: Trouble) -> None:
        """Something is wrong with one path."""

    def tick(self) -> None:
        """Called once a folder and once a file."""


class Counts:
    """What the walk saw, as restic's summary counts it; bytes of the source."""

    def __init__(self) -> None:
        self.files_new = 0
        self.files_changed = 0
        self.files_unmodified = 0
        self.files_resumed = 0
        """Of the new: stored by a run that was cut short, and neither read nor sent again."""
        self.dirs_new = 0
        self.dirs_changed = 0
        self.dirs_unmodified = 0
        self.bytes_safe = 0
        self.bytes_sent = 0
        self.bytes_resent = 0
        """Of `bytes_safe`: read by a run that was cut short, and sent by this one."""
        self.bytes_read = 0
        self.last_read = b""
        """The path of the file that was given to be read, or was read, last."""
        self.files_beyond = 0
        self.bytes_beyond = 0
        """What there is more than at the last run, as far as the walk has come; may be negative."""

    @property
    def files(self) -> int:
        return self.files_new + self.files_changed + self.files_unmodified
