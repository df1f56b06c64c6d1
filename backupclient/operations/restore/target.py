"""The folder that is restored to, reached so that nothing outside it can ever be written.

Every folder is opened by its name in the open folder above it, and no symlink is followed below
the target itself: neither a name in a snapshot nor a link that somebody planted leads elsewhere.
It also means that no path is too long.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import re
import secrets
import threading
from array import array
from collections import OrderedDict

from backupclient.errors import TargetUnwritable
from backupclient.events import FileProblem, Reason

ROOT = 0
"""The number of the target itself."""

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_HANDLES = 64
_MARK = b".plainkeep-"
_TEMPORARY = re.compile(rb"\.(.+)\.plainkeep-[0-9a-f]{8}\Z", re.DOTALL).match
_STOPPING = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read-only",
    errno.EIO: "failing",
    errno.EMFILE: "too-many-files",
    errno.ENFILE: "too-many-files",
}
_REASONS = {
    errno.ENAMETOOLONG: Reason.PATH_TOO_LONG,
    errno.EINVAL: Reason.ODD_NAME,
    errno.EILSEQ: Reason.ODD_NAME,
}


class FolderTable:
    """The folders of a plan: a number for each, those above before those below, in some bytes
    each. One thread adds to it; what is there may be read from any."""

    STEP = array("Q").itemsize
    """The bytes of one folder in the first part of a dump."""

    def __init__(self) -> None:
        self._above = array("Q", (ROOT,))
        self._ends = array("Q", (0,))
        self._names = bytearray()

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, above: int, name: bytes) -> int:
        self._above.append(above)
        self._names += name
        self._ends.append(len(self._names))
        return len(self._ends) - 1

    def above(self, no: int) -> int:
        return self._above[no]

    def name(self, no: int) -> bytes:
        return bytes(self._names[self._ends[no - 1] : self._ends[no]])

    def dump(self, start: int) -> tuple[bytes, bytes, bytes]:
        """The folders from number `start` on, for `extend` in another process."""
        # The ends are added to last: of so many folders everything is there.
        count = len(self._ends)
        names = self._names[self._ends[start - 1] : self._ends[count - 1]]
        return self._above[start:count].tobytes(), self._ends[start:count].tobytes(), bytes(names)

    def extend(self, dumped: tuple[bytes, bytes, bytes]) -> None:
        """Add the folders that follow those which are here."""
        self._above.frombytes(dumped[0])
        self._ends.frombytes(dumped[1])
        self._names += dumped[2]

    def path(self, no: int) -> bytes:
        """From the target, without a slash at either end; b"" for the target."""
        names = []
        while no != ROOT:
            names.append(self.name(no))
            no = self._above[no]
        return b"/".join(reversed(names))


class Handles:
    """Some open folders of one thread, the last used ones."""

    def __init__(self, root: int, folders: FolderTable) -> None:
        self._root = root
        self._folders = folders
        self._open: OrderedDict[int, int] = OrderedDict()

    def get(self, no: int) -> int:
        """A descriptor, good until the next call. Raises OSError if the folder is not there, or
        something else is in its place."""
        if no == ROOT:
            return self._root
        fd = self._open.get(no)
        if fd is not None:
            self._open.move_to_end(no)
            return fd
        missing = [no]
        above = self._folders.above(no)
        while above != ROOT and above not in self._open:
            missing.append(above)
            above = self._folders.above(above)
        fd = self._root if above == ROOT else self._open[above]
        for step in reversed(missing):
            fd = os.open(self._folders.name(step), _OPEN_FOLDER, dir_fd=fd)
            self._open[step] = fd
            if len(self._open) > _HANDLES:
                _, oldest = self._open.popitem(last=False)
                os.close(oldest)
        return fd

    def close(self) -> None:
        for fd in self._open.values():
            os.close(fd)
        self._open.clear()


class Target:
    """The folder restored to, open. `close` it; `handles` may be asked from any thread."""

    def __init__(self, path: bytes, folders: FolderTable, token: bytes | None = None) -> None:
        """`TargetUnwritable` if it is there and cannot be opened. It need not be there. `token`
        marks the temporary files of this run; by default a new one."""
        self.path = path
        self.folders = folders
        self.token = token or secrets.token_hex(4).encode()
        self._root: int | None = None
        self._mine = threading.local()
        self._all: list[Handles] = []  # guarded by _lock
        self._lock = threading.Lock()
        self._flushing: threading.Thread | None = None
        with contextlib.suppress(FileNotFoundError):
            self._open()
        self.name_max = self._ask_name_max()
        self._stem_max = self.name_max - 1 - len(_MARK) - len(self.token)

    @property
    def exists(self) -> bool:
        return self._root is not None

    @property
    def identity(self) -> tuple[int, int] | None:
        """The folder's device and inode; None if it is not there."""
        if self._root is None:
            return None
        info = os.fstat(self._root)
        return info.st_dev, info.st_ino

    def create(self) -> None:
        """Make the target if it is missing. `TargetUnwritable` if that cannot be."""
        if self._root is None:
            try:
                os.makedirs(self.path, mode=0o700, exist_ok=True)
            except OSError as error:
                raise unwritable(error, self.path) from error
            self._open()

    def _open(self) -> None:
        try:
            self._root = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise unwritable(error, self.path) from error

    def handles(self) -> Handles:
        """This thread's own."""
        found: Handles | None = getattr(self._mine, "handles", None)
        if found is None:
            assert self._root is not None
            found = self._mine.handles = Handles(self._root, self.folders)
            with self._lock:
                self._all.append(found)
        return found

    def _ask_name_max(self) -> int:
        with contextlib.suppress(OSError, ValueError):
            return os.pathconf(self._nearest(), "PC_NAME_MAX")
        return 255

    def _nearest(self) -> bytes:
        """The target, or the nearest folder above it that is there."""
        path = os.path.abspath(self.path)
        while not os.path.isdir(path) and path != os.path.dirname(path):
            path = os.path.dirname(path)
        return path

    def free_bytes(self) -> int:
        """What may be written there."""
        try:
            room = os.statvfs(self._nearest())
        except OSError as error:
            raise unwritable(error, self.path) from error
        return room.f_frsize * (room.f_bfree if os.geteuid() == 0 else room.f_bavail)

    # --- names ----------------------------------------------------------------------------------

    def short_name(self, name: bytes) -> bytes:
        """The name, or one short enough for this file system that no other name gets."""
        return _shorten(name, self.name_max)

    def temporary(self, name: bytes) -> bytes:
        """What a file is called until it is complete: same folder, this run."""
        return b".%b%b%b" % (_shorten(name, self._stem_max), _MARK, self.token)

    def leftovers(self, names: set[bytes]) -> dict[bytes, list[bytes]]:
        """Temporary names that earlier runs left among `names`, for `leftovers_of`."""
        found: dict[bytes, list[bytes]] = {}
        for name in names:
            match = _TEMPORARY(name)
            if match is not None and not name.endswith(self.token):
                found.setdefault(match[1], []).append(name)
        return found

    def leftovers_of(self, name: bytes, leftovers: dict[bytes, list[bytes]]) -> list[bytes]:
        """Those of them that were to become `name`."""
        return leftovers.get(_shorten(name, self._stem_max), [])

    def path_of(self, folder_no: int, name: bytes) -> bytes:
        """A path from the root of what is restored, with a leading slash."""
        above = self.folders.path(folder_no)
        return b"/%b/%b" % (above, name) if above else b"/" + name

    # --- the end --------------------------------------------------------------------------------

    def sync(self) -> None:
        """Return once everything written so far is on the disk. `TargetUnwritable` if the disk
        could not take it."""
        assert self._root is not None
        try:
            _sync_file_system(self._root)
        except OSError as error:
            raise unwritable(error, self.path) from error

    def flush(self) -> None:
        """Have the disk begin with what was written, unless it is still busy with that: so that the
        end does not wait for all of it. Returns at once."""
        assert self._root is not None
        if self._flushing is None or not self._flushing.is_alive():
            # A descriptor of its own: an error of the disk is told once to each.
            fd = os.open(b".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._root)
            self._flushing = threading.Thread(target=_flush, args=(fd,), daemon=True)
            self._flushing.start()

    def close(self) -> None:
        with self._lock:
            for handles in self._all:
                handles.close()
            self._all.clear()
        if self._root is not None:
            os.close(self._root)
            self._root = None


def _shorten(name: bytes, limit: int) -> bytes:
    if len(name) <= limit:
        return name
    mark = b"~" + hashlib.sha256(name).hexdigest()[:8].encode()
    # Cut between characters, where the name is text.
    start = name[: limit - len(mark)].decode("utf-8", "ignore").encode()
    return (start or name[: limit - len(mark)]) + mark


def _flush(fd: int) -> None:
    try:
        with contextlib.suppress(OSError):
            _sync_file_system(fd)
    finally:
        os.close(fd)


def _sync_file_system(fd: int) -> None:
    """syncfs where there is one: unlike sync it waits for this file system only, and says when
    its disk failed to take what was written."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
    elif syncfs(fd) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def unwritable(error: OSError, path: bytes, needed_bytes: int | None = None) -> TargetUnwritable:
    reason = _STOPPING.get(error.errno or 0)
    if reason is None:
        reason = "no-folder" if isinstance(error, NotADirectoryError) else "refused"
    return TargetUnwritable(
        os.strerror(error.errno) if error.errno else str(error),
        path=os.fsdecode(path),
        reason=reason,
        needed_bytes=needed_bytes,
    )


def file_problem(path: bytes, error: OSError) -> FileProblem:
    """The target's error as a fact about one path. `TargetUnwritable` if it is about the whole
    target: nothing more can be written there."""
    if error.errno in _STOPPING:
        raise unwritable(error, path) from error
    reason = _REASONS.get(error.errno or 0, Reason.NOT_WRITABLE)
    raw = os.strerror(error.errno) if error.errno else str(error)
    return FileProblem(path=os.fsdecode(path), reason=reason, raw=raw)
