"""Where the engine of a data folder listens, and how messages get there and back: a Unix socket, on
Windows a named pipe. Only the user it belongs to can open either.

Files in the data folder: `engine.lock` is held by whoever is the engine, `engine.sock` is its
socket. Where that path is too long for a socket, one with a short path is made elsewhere and named
in `engine.address`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from backupclient.errors import EngineNotRunning
from backupclient.settings import make_private, write_atomically

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

LOCK_NAME = "engine.lock"
_SOCKET_NAME = "engine.sock"
_ADDRESS_NAME = "engine.address"
_LONGEST_PATH = 100
"""Bytes. Systems allow 103 to 107."""
_PIECE = 1 << 16
_BACKLOG = 16
_PIPE = "AF_PIPE"


class TooLong(Exception):
    """A message over the limit was left out; the next can be received."""


class Channel(Protocol):
    """One connection. One thread sends and one receives; `close` is any thread's, and ends both."""

    def send(self, message: bytes) -> None:
        """Blocks until the system has taken it. OSError when the connection is gone."""

    def receive(self, seconds: float | None = None) -> bytes | None:
        """The next message; None at the end, however it came. `TooLong`; `TimeoutError` when
        nothing comes for so many seconds."""

    def close(self) -> None: ...


class Listener(Protocol):
    def accept(self) -> Channel | None:
        """The next connection, or None once closed."""

    def close(self) -> None:
        """Any thread. What was made for listening is removed."""


def connect(data: Path, longest: int) -> Channel:
    """To the engine of the data folder. `longest` bounds the messages received, in bytes.
    `EngineNotRunning` if there is none."""
    try:
        if sys.platform == "win32":
            from multiprocessing.connection import Client  # noqa: PLC0415 - slow to load

            return _PipeChannel(Client(_pipe_address(data), _PIPE), longest)
        return _connect_socket(_socket_path(data), longest)
    except (OSError, ValueError) as error:
        raise EngineNotRunning(str(error)) from error


def listen(data: Path, longest: int) -> Listener:
    """For the engine of the data folder, which holds its lock: what a dead one left is replaced.
    OSError if it cannot be."""
    if sys.platform == "win32":
        return _PipeListener(data, longest)
    return _SocketListener(data, longest)


class _SocketChannel:
    def __init__(self, connection: socket.socket, longest: int) -> None:
        self._connection = connection
        self._longest = longest
        self._buffer = bytearray()

    def send(self, message: bytes) -> None:
        self._connection.sendall(message + b"\n")

    def receive(self, seconds: float | None = None) -> bytes | None:
        try:
            self._connection.settimeout(seconds)
        except OSError:  # closed by this side meanwhile
            return None
        searched, skipping = 0, False
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > self._longest:
                self._buffer.clear()
                searched, skipping = 0, True
            if not self._fill():
                return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if skipping or len(line) > self._longest:
            raise TooLong
        return line

    def _fill(self) -> bool:
        try:
            piece = self._connection.recv(_PIECE)
        except TimeoutError:
            raise
        except OSError:
            return False
        self._buffer += piece
        return bool(piece)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()


class _SocketListener:
    def __init__(self, data: Path, longest: int) -> None:
        self._longest = longest
        self._path, self._remove = _place_for_socket(data)
        self._closed = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._path.unlink(missing_ok=True)
            self._socket.bind(str(self._path))
            # Nobody can connect before `listen`.
            self._path.chmod(0o600)
            self._socket.listen(_BACKLOG)
        except OSError:
            self._socket.close()
            self._remove()
            raise

    def accept(self) -> Channel | None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return None
        if self._closed:
            connection.close()
            return None
        return _SocketChannel(connection, self._longest)

    def close(self) -> None:
        self._closed = True
        # Closing a socket does not wake whoever waits for it everywhere; a connection does.
        with contextlib.suppress(OSError, EngineNotRunning):
            _connect_socket(self._path, 0).close()
        # And where the data folder is gone, with the socket in it, this does (on Linux).
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._remove()
        self._socket.close()


def _connect_socket(path: Path, longest: int) -> Channel:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return _SocketChannel(connection, longest)


def _socket_path(data: Path) -> Path:
    path = data / _SOCKET_NAME
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    return Path(os.fsdecode((data / _ADDRESS_NAME).read_bytes()))


def _place_for_socket(data: Path) -> tuple[Path, Callable[[], None]]:
    """Where to make the socket, and what removes it again."""
    make_private(data)
    path = data / _SOCKET_NAME
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path, lambda: path.unlink(missing_ok=True)
    import tempfile  # noqa: PLC0415 - slow to load, and rarely needed

    folder = Path(tempfile.mkdtemp(prefix="plainkeep-", dir=os.environ.get("XDG_RUNTIME_DIR")))
    short, address = folder / _SOCKET_NAME, data / _ADDRESS_NAME
    write_atomically(address, os.fsencode(short))

    def remove() -> None:
        address.unlink(missing_ok=True)
        short.unlink(missing_ok=True)
        folder.rmdir()

    return short, remove


# --- Windows --------------------------------------------------------------------------------------


class _PipeChannel:
    def __init__(self, connection: Connection, longest: int) -> None:
        self._connection = connection
        self._longest = longest

    def send(self, message: bytes) -> None:
        self._connection.send_bytes(message)

    def receive(self, seconds: float | None = None) -> bytes | None:
        if seconds is not None and not self._ready(seconds):
            raise TimeoutError
        try:
            message = self._connection.recv_bytes()
        except (EOFError, OSError):
            return None
        if len(message) > self._longest:
            raise TooLong
        return message

    def _ready(self, seconds: float) -> bool:
        """Whether there is something to read, be it the end."""
        try:
            return self._connection.poll(seconds)
        except OSError:
            return True

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.close()


class _PipeListener:
    """A pipe can be opened by the user who made it, by what Windows gives it by default."""

    def __init__(self, data: Path, longest: int) -> None:
        from multiprocessing.connection import Listener as PipeServer  # noqa: PLC0415 - as above

        self._address = _pipe_address(data)
        self._longest = longest
        self._closed = False
        self._server = PipeServer(self._address, _PIPE)

    def accept(self) -> Channel | None:
        try:
            connection = self._server.accept()
        except OSError:
            return None
        if self._closed:
            connection.close()
            return None
        return _PipeChannel(connection, self._longest)

    def close(self) -> None:
        from multiprocessing.connection import Client  # noqa: PLC0415 - as above

        self._closed = True
        with contextlib.suppress(OSError):
            Client(self._address, _PIPE).close()
        self._server.close()


def _pipe_address(data: Path) -> str:
    import hashlib  # noqa: PLC0415 - as above

    return rf"\\.\pipe\plainkeep-{hashlib.sha256(str(data).encode()).hexdigest()[:32]}"
