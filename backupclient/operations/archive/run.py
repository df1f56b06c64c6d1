"""Restoring into a .zip: counted first, then streamed in the order of the trees, then proven."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, NamedTuple

from backupclient.clock import as_time
from backupclient.errors import BackupError, InvalidRequest
from backupclient.events import FileProblem, Reason, RestoreProgress, RestoreSummary
from backupclient.operations.archive.contents import Contents, Located, Opened
from backupclient.operations.archive.proof import wrong_members
from backupclient.operations.archive.zip_file import Part, ZipWriter
from backupclient.operations.archive.zip_format import DEFLATED, STORED, Entry
from backupclient.operations.restore.choice import Choice
from backupclient.operations.restore.run import chosen
from backupclient.operations.restore.target import unwritable
from backupclient.operations.select import find_snapshot, find_tree
from backupclient.operations.session import Session
from backupclient.operations.trees import TreePath, TreeReader, Visit, reason_of
from backupclient.repository.file_mode import posix_permissions
from backupclient.repository.names import is_valid_name
from backupclient.repository.tree import Node, NodeType
from backupclient.requests import Overwrite, RestoreRequest

_BATCH_BYTES = 16 << 20
_BATCH_STEPS = 4096
_INTERVAL = 0.1
_HIDDEN_FOR = 3.0
_TYPES = {
    NodeType.FILE: stat.S_IFREG,
    NodeType.DIR: stat.S_IFDIR,
    NodeType.SYMLINK: stat.S_IFLNK,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Step(NamedTuple):
    """A member to be begun, or with a blob one more part of it."""

    visit: Visit
    blob: Located | None = None
    last: bool = True


def run_archive(session: Session, request: RestoreRequest) -> RestoreSummary:
    """Write what is asked for into one .zip, `request.target`, which appears when it is whole.

    Sends `RestoreProgress` and, for each path that is not in it as it was, `FileProblem`.
    `Overwrite.ALWAYS` replaces a file of that name; otherwise the archive gets another name.
    `SnapshotMissing`, `InvalidRequest`, `TargetUnwritable`; storage errors; `Cancelled`."""
    if not request.target:
        raise InvalidRequest(reason="no-target")
    archive = _Archive(session, request)
    target = os.path.abspath(request.target)
    folder, name = os.path.split(target)
    if request.dry_run:
        archive.count()
        return archive.summary(target)
    try:
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(b".zip", b"." + name + b".plainkeep-", folder)
    except OSError as error:
        raise unwritable(error, folder) from error
    try:
        with os.fdopen(handle, "w+b", 1 << 20) as file:
            archive.write(file, folder)
        made = _publish(temporary, target, replace=request.overwrite is Overwrite.ALWAYS)
    except OSError as error:
        raise unwritable(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    return archive.summary(made)


def _publish(temporary: bytes, target: bytes, *, replace: bool) -> bytes:
    """Give the archive its name, or one beside it; returns which."""
    base, ending = os.path.splitext(target)
    number = 1
    name = target
    while not replace:
        try:
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            break
        except FileExistsError:
            number += 1
            name = base + b" (%d)" % number + ending
    os.replace(temporary, name)
    folder = os.open(os.path.dirname(name), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return name


class _Archive:
    """In the job's thread."""

    def __init__(self, session: Session, request: RestoreRequest) -> None:
        self._session, self._request = session, request
        subfolder, paths = chosen(request)
        self._choice = Choice(
            request.include, request.iinclude, request.exclude, request.iexclude, paths
        )
        self._trees = TreeReader(session)
        selected = find_snapshot(session, request.snapshot, request.filter)
        selected = selected._replace(subfolder=(*selected.subfolder, *subfolder))
        self._root = find_tree(self._trees, selected)
        self._problems = self._files = self._bytes = self._verified = 0
        self._files_total = self._bytes_total = 0
        self._proving = False
        self._failed = False
        self._started = self._stage_since = session.clock.monotonic()
        self._next_progress = self._started
        self._proven = 0

    # --- what is wanted ---------------------------------------------------------------------------

    def _visits(self, *, telling: bool) -> Iterator[Visit]:
        def enter(path: TreePath, node: Node) -> bool:
            return is_valid_name(node.name) and self._choice.may_take_below(_text(path))

        def broken(path: TreePath, error: BackupError) -> None:
            if telling:
                self._tell(path, reason_of(error), str(error))

        for visit in self._trees.walk(self._root, enter=enter, broken=broken):
            self._tick()
            if not self._choice.takes(_text(visit.path)):
                continue
            if not is_valid_name(visit.node.name):
                if telling:
                    self._tell(visit.path, Reason.ODD_NAME, repr(visit.node.name))
            elif visit.node.type in _TYPES:
                yield visit
            elif telling and visit.node.type is not NodeType.SOCKET:
                self._tell(visit.path, Reason.SPECIAL, visit.node.type.value)

    def count(self) -> None:
        for visit in self._visits(telling=False):
            if visit.node.type is not NodeType.DIR:
                self._files_total += 1
                self._bytes_total += visit.node.size

    def _batches(self, contents: Contents) -> Iterator[list[_Step]]:
        batch: list[_Step] = []
        size = 0
        for visit in self._visits(telling=True):
            blobs = visit.node.content or ()
            if not blobs:
                batch.append(_Step(visit))
            for number, blob in enumerate(blobs, 1):
                located = contents.locate(blob)
                batch.append(_Step(visit, located, number == len(blobs)))
                size += located.length
                if size >= _BATCH_BYTES:
                    yield batch
                    batch, size = [], 0
            if len(batch) >= _BATCH_STEPS:
                yield batch
                batch, size = [], 0
        yield batch

    # --- writing ----------------------------------------------------------------------------------

    def write(self, file: IO[bytes], folder: bytes) -> None:
        self.count()
        self._stage_since = self._session.clock.monotonic()
        with (
            tempfile.TemporaryFile(dir=folder) as records,
            tempfile.TemporaryFile(dir=folder) as promises,
            contextlib.closing(Contents(self._session)) as contents,
        ):
            writer = ZipWriter(file, records, promises)
            self._stream(writer, contents)
            writer.finish()
            os.fsync(file.fileno())
            if self._request.verify:
                self._prove(file, writer)

    def _stream(self, writer: ZipWriter, contents: Contents) -> None:
        steps: list[list[_Step]] = []

        def wanted() -> Iterator[list[Located]]:
            for batch in self._batches(contents):
                steps.append(batch)
                yield [step.blob for step in batch if step.blob is not None]

        begun: Visit | None = None
        for opened in contents.batches(wanted()):
            for step in steps.pop(0):
                self._session.control.check()
                if step.visit is not begun:
                    begun = step.visit
                    self._begin(writer, step)
                self._add(writer, step, opened)
                self._tick()

    def _begin(self, writer: ZipWriter, step: _Step) -> None:
        node = step.visit.node
        self._failed = False
        size, method = node.size, STORED
        if node.type is NodeType.SYMLINK:
            size = len(node.link_target)
        elif node.type is NodeType.DIR:
            size = 0
        elif step.blob is not None and step.blob.shrinks:
            method = DEFLATED
        mode = _TYPES[node.type] | posix_permissions(node.mode)
        modified = _time(node)
        writer.begin(Entry(self._name(step.visit), mode, modified, size, method))

    def _add(self, writer: ZipWriter, step: _Step, opened: dict[bytes, Opened]) -> None:
        node = step.visit.node
        if step.blob is not None and not self._failed:
            data = opened[step.blob.id]
            if isinstance(data, BackupError):
                self._failed = True
                writer.drop()
                self._tell(step.visit.path, reason_of(data), str(data))
            else:
                writer.add(Part(step.blob.id, len(data)), data)
                self._bytes += len(data)
        elif node.type is NodeType.SYMLINK:
            target = node.link_target
            writer.add(Part(hashlib.sha256(target).digest(), len(target)), target)
        if step.last and not self._failed:
            writer.end()
            self._files += node.type is not NodeType.DIR

    def _name(self, visit: Visit) -> bytes:
        names = [_as_text(name) for name in visit.path]
        if names[-1] != visit.node.name:
            self._tell(visit.path, Reason.ODD_NAME, repr(visit.node.name))
        return b"/".join(names) + (b"/" if visit.node.type is NodeType.DIR else b"")

    # --- proving ----------------------------------------------------------------------------------

    def _prove(self, file: IO[bytes], writer: ZipWriter) -> None:
        self._proving = True
        self._stage_since = self._session.clock.monotonic()
        with contextlib.suppress(OSError, AttributeError):  # from the disk, not from memory
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        for promise, wrong in wrong_members(file, writer, self._session.control):
            self._proven += promise.size
            if wrong:
                self._tell((promise.name,), Reason.DAMAGED, "differs when it is read back")
            elif not promise.name.endswith(b"/"):
                self._verified += 1
            self._tick()

    # --- telling ----------------------------------------------------------------------------------

    def _tell(self, path: Iterable[bytes], reason: Reason, raw: str) -> None:
        self._problems += 1
        self._session.emit(FileProblem(path=_text(path), reason=reason, raw=raw))

    def _tick(self) -> None:
        now = self._session.clock.monotonic()
        if now < self._next_progress:
            return
        self._next_progress = now + _INTERVAL
        done = self._proven if self._proving else self._bytes
        left = self._bytes_total - done
        spent = now - self._stage_since
        worth = spent >= _HIDDEN_FOR and done > 0 and left >= 0
        self._session.emit(
            RestoreProgress(
                seconds=now - self._started,
                files_total=self._files_total,
                bytes_total=self._bytes_total,
                files_done=self._files,
                bytes_done=done,
                verifying=self._proving,
                seconds_left=left * spent / done if worth else None,
            )
        )

    def summary(self, made: bytes) -> RestoreSummary:
        trial = self._request.dry_run
        return RestoreSummary(
            target=os.fsdecode(made),
            files_restored=self._files_total if trial else self._files,
            bytes_restored=self._bytes_total if trial else self._bytes,
            files_total=self._files_total,
            verified=self._verified,
            problems=self._problems,
            total_duration=self._session.clock.monotonic() - self._started,
        )


def _text(path: Iterable[bytes]) -> str:
    return os.fsdecode(b"/" + b"/".join(path))


def _as_text(name: bytes) -> bytes:
    """Text is all that a .zip has: a name that is none gets a mark that no other name gets."""
    try:
        name.decode()
    except UnicodeDecodeError:
        base, ending = os.path.splitext(name.decode("utf-8", "replace"))
        return f"{base} ({hashlib.sha256(name).hexdigest()[:8]}){ending}".encode()
    return name


def _time(node: Node) -> datetime:
    """In this computer's zone: what a .zip's older half holds has none."""
    try:
        return as_time(node.mtime_ns).astimezone()
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return _EPOCH
