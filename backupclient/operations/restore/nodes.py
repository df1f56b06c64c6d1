"""Making what has no content of its own: folders, symlinks, fifos, devices, further names of files.
All of it belongs to the job's thread."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator

from backupclient.control import Control
from backupclient.events import FileProblem, Reason
from backupclient.manifest.scratch_rows import LinkRow, SpecialRow
from backupclient.operations.restore.metadata import (
    MetadataWriter,
    Special,
    read_metadata,
    unpack_metadata,
    unpack_special,
)
from backupclient.operations.restore.target import ROOT, Target, file_problem
from backupclient.operations.restore.write import take_name, write_at
from backupclient.repository.tree import NodeType
from backupclient.requests import Overwrite

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_PIECE = 1 << 20
_UNLINKABLE = (errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK)
_DEVICES = {NodeType.CHAR_DEVICE: stat.S_IFCHR, NodeType.DEVICE: stat.S_IFBLK}


class NodeMaker:
    """Makes nodes in the target. Every method yields what went wrong with single ones."""

    def __init__(self, target: Target, control: Control, overwrite: Overwrite) -> None:
        self._target = target
        self._control = control
        self._overwrite = overwrite
        self._metadata = MetadataWriter()
        self._folders_made = ROOT + 1
        self._as_they_were: set[int] = set()
        self.made = 0
        """Specials and further names."""

    # --- folders --------------------------------------------------------------------------------

    def make_folders(self) -> Iterator[FileProblem]:
        """All folders of the plan that were not made yet, closed to others until
        `finish_folders`."""
        folders = self._target.folders
        handles = self._target.handles()
        for no in range(self._folders_made, len(folders)):
            self._control.check()
            self._folders_made = no + 1
            try:
                above = handles.get(folders.above(no))
                if self._make_folder(above, folders.name(no)):
                    self._as_they_were.add(no)
            except OSError as error:
                yield self._problem(folders.above(no), folders.name(no), error)

    def _make_folder(self, above: int, name: bytes) -> bool:
        """Whether a folder was there that is to stay as it is."""
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=above)
            return False
        info = os.stat(name, dir_fd=above, follow_symlinks=False)
        if not stat.S_ISDIR(info.st_mode):
            if self._overwrite in (Overwrite.NEVER, Overwrite.KEEP_BOTH):
                raise NotADirectoryError(0, "something else has its name")
            # A link is taken away, never followed: it leads out of the target.
            os.unlink(name, dir_fd=above)
            os.mkdir(name, 0o700, dir_fd=above)
        elif info.st_mode & stat.S_IRWXU != stat.S_IRWXU and info.st_uid == os.geteuid():
            # Its own rights come back when all is in it.
            self._open_up(above, name, stat.S_IMODE(info.st_mode) | stat.S_IRWXU)
        else:
            return self._overwrite is Overwrite.KEEP_BOTH
        return False

    def _open_up(self, above: int, name: bytes, mode: int) -> None:
        try:
            fd = os.open(name, _OPEN_FOLDER, dir_fd=above)
        except PermissionError:
            # Not even we may open it. Nobody else can have put a link in its place since the look
            # at it: that takes the right to write here, which makes all of it theirs anyway.
            os.chmod(name, mode, dir_fd=above)
            return
        try:
            os.fchmod(fd, mode)
        finally:
            os.close(fd)

    def finish_folders(self, folders: Iterable[tuple[int, bytes]]) -> Iterator[FileProblem]:
        """Metadata, from below upwards: whatever is made in a folder changes its time."""
        table = self._target.folders
        handles = self._target.handles()
        for no, facts in folders:
            self._control.check()
            if no in self._as_they_were:
                continue
            try:
                wrong = self._metadata.apply(handles.get(no), unpack_metadata(facts))
            except OSError as error:
                wrong = error.strerror or str(error)
            if wrong:
                path = self._target.path_of(table.above(no), table.name(no))
                yield FileProblem(path=os.fsdecode(path), reason=Reason.METADATA, raw=wrong)

    def remove(self, names: Iterable[tuple[int, bytes]]) -> None:
        """Take away temporary files that an earlier run left: folder and name. One that cannot be
        taken away does no harm."""
        for folder_no, name in names:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=self._target.handles().get(folder_no))

    # --- symlinks, fifos, devices ---------------------------------------------------------------

    def make_specials(self, rows: Iterable[SpecialRow]) -> Iterator[FileProblem]:
        for row in rows:
            self._control.check()
            try:
                wrong = self._make_special(row)
            except PermissionError as error:
                special = unpack_special(row.facts)
                if special.type not in _DEVICES:
                    yield self._problem(row.folder_no, row.name, error)
                    continue
                yield self._told(row.folder_no, row.name, Reason.SPECIAL, str(error))
            except OSError as error:
                yield self._problem(row.folder_no, row.name, error)
            else:
                self.made += 1
                if wrong:
                    yield self._told(row.folder_no, row.name, Reason.METADATA, wrong)

    def _make_special(self, row: SpecialRow) -> str:
        special = unpack_special(row.facts)
        folder = self._target.handles().get(row.folder_no)
        temporary = self._target.temporary(row.name)
        try:
            self._create(folder, temporary, special)
            wrong = self._metadata.apply_to_special(folder, temporary, special)
            take_name(folder, temporary, row.name)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        return wrong

    def _create(self, folder: int, name: bytes, special: Special) -> None:
        if special.type is NodeType.SYMLINK:
            os.symlink(special.target, name, dir_fd=folder)
        elif special.type is NodeType.FIFO:
            os.mkfifo(name, 0o600, dir_fd=folder)
        else:
            kind = _DEVICES[special.type]
            os.mknod(name, 0o600 | kind, int(special.device), dir_fd=folder)

    # --- further names --------------------------------------------------------------------------

    def make_links(self, rows: Iterable[LinkRow], failed: set[int]) -> Iterator[FileProblem]:
        """More names for files that were made; not for those in `failed`."""
        for row in rows:
            self._control.check()
            if row.file_no in failed:
                yield self._told(row.folder_no, row.name, Reason.DAMAGED, "see its other name")
                continue
            try:
                self._make_link(row)
                self.made += 1
            except OSError as error:
                yield self._problem(row.folder_no, row.name, error)

    def _make_link(self, row: LinkRow) -> None:
        # The second handle may push the first out of the cache.
        handles = self._target.handles()
        source = os.dup(handles.get(row.first_folder_no))
        try:
            folder = handles.get(row.folder_no)
            if _same_file(source, row.first_name, folder, row.name):
                return
            temporary = self._target.temporary(row.name)
            try:
                self._link(source, row.first_name, folder, temporary)
                take_name(folder, temporary, row.name)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise
        finally:
            os.close(source)

    def _link(self, source: int, first: bytes, folder: int, temporary: bytes) -> None:
        try:
            os.link(first, temporary, src_dir_fd=source, dst_dir_fd=folder, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _UNLINKABLE:
                raise
            self._copy(source, first, folder, temporary)

    def _copy(self, source: int, first: bytes, folder: int, temporary: bytes) -> None:
        """Where one file cannot have two names, there are two files."""
        original = os.open(first, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=source)
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            copy = os.open(temporary, flags, 0o600, dir_fd=folder)
            try:
                at = 0
                while piece := os.pread(original, _PIECE, at):
                    self._control.check()
                    write_at(copy, piece, at)
                    at += len(piece)
                self._metadata.apply(copy, read_metadata(original))
            finally:
                os.close(copy)
        finally:
            os.close(original)

    # --- telling --------------------------------------------------------------------------------

    def _problem(self, folder_no: int, name: bytes, error: OSError) -> FileProblem:
        return file_problem(self._target.path_of(folder_no, name), error)

    def _told(self, folder_no: int, name: bytes, reason: Reason, raw: str) -> FileProblem:
        path = os.fsdecode(self._target.path_of(folder_no, name))
        return FileProblem(path=path, reason=reason, raw=raw)


def _same_file(source: int, first: bytes, folder: int, name: bytes) -> bool:
    try:
        here = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.stat(first, dir_fd=source, follow_symlinks=False), here)
