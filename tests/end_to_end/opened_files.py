"""Tells which files of a tree were opened while something ran (Linux: inotify)."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_OPEN = 0x20
_IN_ISDIR = 0x4000_0000
_IN_Q_OVERFLOW = 0x4000
_HEADER = struct.Struct("iIII")


@contextmanager
def opened_below(root: Path) -> Iterator[set[bytes]]:
    """Yields a set that holds, once the block has ended, the paths of the files opened in it."""
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    opened: set[bytes] = set()
    try:
        watched = {_watch(libc, queue, os.fsencode(folder)): os.fsencode(folder)
                   for folder, _, _ in os.walk(root)}  # fmt: skip
        yield opened
        for watch, mask, name in _events(queue):
            assert not mask & _IN_Q_OVERFLOW
            if not mask & _IN_ISDIR:
                opened.add(b"/".join((watched[watch], name)))
    finally:
        os.close(queue)


def _watch(libc: ctypes.CDLL, queue: int, folder: bytes) -> int:
    watch: int = libc.inotify_add_watch(queue, folder, _IN_OPEN)
    if watch < 0:
        raise OSError(ctypes.get_errno(), "inotify_add_watch")
    return watch


def _events(queue: int) -> Iterator[tuple[int, int, bytes]]:
    while True:
        try:
            found = os.read(queue, 1 << 16)
        except BlockingIOError:
            return
        while found:
            watch, mask, _, length = _HEADER.unpack_from(found)
            end = _HEADER.size + length
            yield watch, mask, found[_HEADER.size : end].rstrip(b"\0")
            found = found[end:]
