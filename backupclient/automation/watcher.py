"""Hears of changed files. What it says is a hint: it may miss changes, and says when it knows that
it did. Looking through the folders is the truth.

The only module that knows watchdog, which needs care (each point seen with 7.1 on Linux):

- Without a filter of events its own walk through the folders fills the kernel's queue, and it hears
  nothing of trees of 5,000 folders and more. With `EVENTS` it hears everything of 60,000.
- That a folder below the chosen one could not be watched is kept to itself, and so is that events
  were lost, but for a line in its log. So the call that asks the system for a watch is listened to,
  which says whether the limit was met, and so is its log. (Trying one more folder now and then says
  less: the trial itself may be what another folder then has no room for.)
- When folders are made in one another it warns, in a text that holds the path of every folder it
  watches: megabytes, made each time. So what it warns of describes itself in a word, and none of
  its warnings, and none of its log, gets anywhere else.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver

Changed = Callable[[str], None]
"""Called with the path of what changed, from the watcher's thread, often; must return at once."""
Lost = Callable[[], None]
"""Called when changes were not told of, from the watcher's thread."""

_LOG = "watchdog"
_OVERFLOW = "overflow"
_LIMITS = (errno.ENOSPC, errno.EMFILE)


class Watched(NamedTuple):
    """What is watched now. `missing` are roots that are not; `limited`: because the system allows
    no more. Then none is, so that other programs have what there is."""

    folders: int = 0
    missing: tuple[str, ...] = ()
    limited: bool = False


class Watcher:
    """`watch` and `close` belong to one thread at a time."""

    def __init__(self, on_change: Changed, on_lost: Lost) -> None:
        self._on_change = on_change
        self._on_lost = on_lost
        self._observer: BaseObserver | None = None
        self._identities: dict[str, tuple[int, int] | None] = {}
        self._log = _Log(on_lost)
        self._limit = _Limit()

    def watch(self, roots: Sequence[str]) -> Watched:
        """Watch these files and folders with all that is in them, and nothing else. Takes seconds
        for many thousand folders."""
        self.close()
        self._log.listen()
        self._limit.listen()
        self._identities = {root: _identity(root) for root in roots}
        handler = _handler(self._dispatch)
        missing: list[str] = []
        try:
            observer = self._observer = _observe()
            missing += [root for root in roots if not _watch(observer, handler, root)]
            if missing == list(roots):
                self.close()
                return Watched(missing=tuple(roots))
        except OSError:
            self._limit.met.set()
        if self._limit.met.is_set():
            self.close()
            return Watched(missing=tuple(roots), limited=True)
        return Watched(_count(), tuple(missing))

    def is_complete(self) -> bool:
        """Whether the roots are the same folders that they were when they began to be watched (a
        drive may have been unplugged, and another one put there), and the limit was not met since.
        Reads the disk."""
        if any(_identity(root) != known for root, known in self._identities.items()):
            return False
        return not self._limit.met.is_set()

    def close(self) -> None:
        observer, self._observer = self._observer, None
        self._identities = {}
        if observer is not None:
            with contextlib.suppress(RuntimeError):  # it had not begun
                observer.stop()
                observer.join()
        self._log.leave()
        self._limit.leave()

    def _dispatch(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._on_change(os.fsdecode(path))


def _observe() -> BaseObserver:
    """An observer that runs. OSError if the system has none left to give."""
    # Slow to load, and needed only where folders are watched.
    from watchdog.observers import Observer  # noqa: PLC0415

    if sys.platform.startswith("linux"):
        from watchdog.observers import inotify, inotify_c  # noqa: PLC0415 - as above

        setattr(inotify_c, "warnings", _Silent)  # noqa: B010 - not assignable for mypy
        if (group := getattr(inotify, "InotifyWatchGroup", None)) is not None:
            group.__repr__ = object.__repr__
    observer = Observer()
    observer.name = "watcher"
    observer.start()
    return observer


class _Silent:
    """Stands in that module for the one of this name: a filter is the whole process's, goes by
    where the caller's caller stands, and where it makes an error of a warning, nothing is heard
    any more."""

    @staticmethod
    def warn(*_: object, **__: object) -> None:
        pass


def _handler(dispatch: Callable[[FileSystemEvent], None]) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler  # noqa: PLC0415 - as above

    class Handler(FileSystemEventHandler):
        def dispatch(self, event: FileSystemEvent) -> None:
            dispatch(event)

    return Handler()


def _events() -> list[type[FileSystemEvent]]:
    from watchdog import events  # noqa: PLC0415 - as above

    return [
        events.FileCreatedEvent,
        events.FileModifiedEvent,
        events.FileMovedEvent,
        events.FileDeletedEvent,
        events.FileClosedEvent,
        events.DirCreatedEvent,
        events.DirMovedEvent,
        events.DirDeletedEvent,
    ]


def _watch(observer: BaseObserver, handler: FileSystemEventHandler, root: str) -> bool:
    """Whether it could be watched. OSError if the limit is met."""
    try:
        observer.schedule(handler, root, recursive=True, event_filter=_events())
    except OSError as error:
        if error.errno in _LIMITS:
            raise
        return False
    return True


def _identity(root: str) -> tuple[int, int] | None:
    try:
        info = os.stat(root)
    except OSError:
        return None
    return info.st_dev, info.st_ino


def _count() -> int:
    """How many folders this process watches; 0 where the system does not say."""
    if not sys.platform.startswith("linux"):
        return 0
    count = 0
    for file in Path("/proc/self/fdinfo").iterdir():
        with contextlib.suppress(OSError):
            count += file.read_bytes().count(b"\ninotify wd:")
    return count


class _Limit:
    """Listens to what asks the system for watches. `met` once it gave none for a folder."""

    def __init__(self) -> None:
        self.met = threading.Event()
        self._plain: Callable[..., int] | None = None

    def listen(self) -> None:
        self.met.clear()
        if not sys.platform.startswith("linux"):
            return
        from watchdog.observers.inotify_c import InotifyFD  # noqa: PLC0415 - as above

        plain = self._plain = InotifyFD.add_callback

        def add_callback(*args: Any, **kwargs: Any) -> int:
            try:
                return plain(*args, **kwargs)
            except OSError as error:
                if error.errno in _LIMITS:
                    self.met.set()
                raise

        setattr(InotifyFD, "add_callback", add_callback)  # noqa: B010 - not assignable for mypy

    def leave(self) -> None:
        self.met.clear()
        if self._plain is not None:
            from watchdog.observers.inotify_c import InotifyFD  # noqa: PLC0415 - as above

            setattr(InotifyFD, "add_callback", self._plain)  # noqa: B010
            self._plain = None


class _Log(logging.Handler):
    """Listens for the one record that says that changes were lost, and lets none go on."""

    def __init__(self, on_lost: Lost) -> None:
        super().__init__(logging.WARNING)
        self._on_lost = on_lost

    def listen(self) -> None:
        logger = logging.getLogger(_LOG)
        logger.addHandler(self)
        logger.propagate = False

    def leave(self) -> None:
        logging.getLogger(_LOG).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        # The text as it is in the program: what is filled in are paths.
        if _OVERFLOW in record.msg:
            self._on_lost()
