"""What a run ends in: the summary for whoever asked, and the snapshot file."""

from __future__ import annotations

import os
from datetime import datetime

import msgspec

from backupclient import __version__
from backupclient.events import BackupSummary
from backupclient.operations.backup.folder import Counts
from backupclient.operations.backup.targets import absolute
from backupclient.operations.sets import set_key
from backupclient.pipeline.reader import Added
from backupclient.repository.identity import Identity
from backupclient.repository.snapshot import CHECKPOINT, DEVICE, Snapshot, SnapshotSummary
from backupclient.requests import BackupRequest


class Stored:
    """What a run has put into packs: blobs, their plain bytes, their bytes in packs."""

    def __init__(self) -> None:
        self.data_blobs = 0
        self.tree_blobs = 0
        self.plain = 0
        self.packed = 0

    def add(self, added: Added) -> None:
        self.data_blobs += added.blobs
        self.plain += added.plain
        self.packed += added.packed

    def add_tree(self, plain: int, packed: int) -> None:
        self.tree_blobs += 1
        self.plain += plain
        self.packed += packed


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is certain of a run from its beginning. Paths are absolute and sorted."""

    request: BackupRequest
    identity: Identity
    paths: list[str]
    started: datetime

    @classmethod
    def of(cls, request: BackupRequest, started: datetime) -> RunFacts:
        cwd = request.seen_from or os.getcwdb()
        return cls(
            request=request,
            identity=Identity.of_this_process(request.hostname or None),
            paths=sorted({os.fsdecode(absolute(path, cwd)) for path in request.paths}),
            started=started,
        )

    @property
    def device_tag(self) -> str:
        """Empty for a computer without one."""
        return f"{DEVICE}{self.request.device}" if self.request.device else ""

    @property
    def tags(self) -> list[str]:
        own = [self.device_tag] if self.device_tag else []
        return list(dict.fromkeys([*self.request.tags, *own]))

    def is_ours(self, snapshot: Snapshot) -> bool:
        """Whether this computer made it, or the one whose history it goes on with; computers
        without a device are told apart by their names."""
        if self.device_tag and self.device_tag in snapshot.tags:
            return True
        of_another = self.device_tag and any(tag.startswith(DEVICE) for tag in snapshot.tags)
        return snapshot.hostname == self.identity.hostname and not of_another

    @property
    def set_key(self) -> str:
        """What makes runs follow each other: the same computer, the same chosen paths."""
        return set_key(self.identity.hostname, self.paths)


def make_summary(
    facts: RunFacts,
    counts: Counts,
    stored: Stored,
    *,
    parent: str,
    ended: datetime,
    sent: int,
    problems: int,
    went_on_from: datetime | None,
) -> BackupSummary:
    return BackupSummary(
        snapshot_id="",
        parent_id=parent,
        files_new=counts.files_new,
        files_changed=counts.files_changed,
        files_unmodified=counts.files_unmodified,
        dirs_new=counts.dirs_new,
        dirs_changed=counts.dirs_changed,
        dirs_unmodified=counts.dirs_unmodified,
        data_blobs=stored.data_blobs,
        tree_blobs=stored.tree_blobs,
        data_added=stored.plain,
        data_added_packed=stored.packed,
        total_files_processed=counts.files,
        total_bytes_processed=counts.bytes_safe + counts.bytes_sent,
        total_duration=(ended - facts.started).total_seconds(),
        bytes_read=counts.bytes_read,
        files_safe=counts.files_unmodified + counts.files_resumed,
        bytes_safe=max(counts.bytes_safe - counts.bytes_resent, 0),
        bytes_uploaded=sent,
        problems=problems,
        went_on_from=went_on_from,
        dry_run=facts.request.dry_run,
    )


def make_snapshot(
    facts: RunFacts, tree: bytes, *, parent: str, summary: BackupSummary, ended: datetime
) -> Snapshot:
    names = SnapshotSummary.__struct_fields__
    counted = {name: getattr(summary, name) for name in names if hasattr(summary, name)}
    counts = SnapshotSummary(backup_start=facts.started, backup_end=ended, **counted)
    return _snapshot(facts, tree, parent, facts.tags, counts)


def make_checkpoint(facts: RunFacts, tree: bytes, *, parent: str) -> Snapshot:
    """The snapshot of what an unfinished run has stored so far. Its time is that of the run, so
    that the complete one of the same run is never taken for older."""
    tags = list(dict.fromkeys([*facts.tags, CHECKPOINT]))
    return _snapshot(facts, tree, parent, tags, None)


def _snapshot(
    facts: RunFacts, tree: bytes, parent: str, tags: list[str], counts: SnapshotSummary | None
) -> Snapshot:
    return Snapshot(
        time=(facts.request.time or facts.started).astimezone(),
        parent=parent or None,
        tree_hex=tree.hex(),
        paths=facts.paths,
        hostname=facts.identity.hostname,
        username=facts.identity.username,
        uid=facts.identity.uid,
        gid=facts.identity.gid,
        excludes=[rule.pattern for rule in facts.request.rules],
        tags=tags,
        program_version=f"backupclient {__version__}",
        summary=counts,
    )
