"""Finds things on the screen by what they are called, as a screen reader does: over AT-SPI (the
freedesktop.org specification of at-spi2-core), on a bus of the test's own whose only other end is
the program."""

from __future__ import annotations

import contextlib
import itertools
import socket
import sys
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("only Linux desktops have this bus", allow_module_level=True)

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    Parser,
    Properties,
    new_error,
    new_method_call,
    new_method_return,
)

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = "/org/a11y/atspi/accessible/root"
_NAME = ":1.1"
_SECONDS = 10.0
_SCREEN = 0
"""Of the enumeration AtspiCoordType."""
_SHOWING = 25
"""Of the enumeration AtspiStateType."""


class Thing(NamedTuple):
    """A part of a window. `middle` is in pixels of the screen."""

    name: str
    middle: tuple[int, int]


class ScreenReader:
    """What is started with `address` in `AT_SPI_BUS_ADDRESS` tells it what it shows; of several
    programs the newest counts."""

    def __init__(self, path: Path) -> None:
        self.address = f"unix:path={path}"
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._program: _Program | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        if self._program is not None:
            self._program.hang_up()

    def find(self, name: str) -> Thing | None:
        """What is called so and can be seen, if anything is."""
        if self._program is None:
            return None
        with contextlib.suppress(OSError, LookupError):  # gone while it was looked at
            return next((one for one in self._program.things() if one.name == name), None)
        return None

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                program = _Program(client)
                threading.Thread(target=program.listen, daemon=True).start()
                self._program = program


class _Program:
    """One that shows things. It takes the other end for a message bus."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self._serials = itertools.count(1)
        self._heard = threading.Condition()
        self._replies: dict[int, Message] = {}
        self._gone = False

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)

    def things(self) -> Iterator[Thing]:
        """Everything that can be seen, from the windows down."""
        waiting = deque([_ROOT])
        while waiting:
            path = waiting.popleft()
            if path != _ROOT:
                if not self._shows(path):
                    continue
                yield Thing(self._name(path), self._middle(path))
            waiting += [child for _, child in self._ask(path, "GetChildren")]

    def _name(self, path: str) -> str:
        address = DBusAddress(path, _NAME, _ACCESSIBLE)
        [(_, name)] = self._reply(Properties(address).get("Name")).body
        return str(name)

    def _shows(self, path: str) -> bool:
        [low, _] = self._ask(path, "GetState")
        return bool(low >> _SHOWING & 1)

    def _middle(self, path: str) -> tuple[int, int]:
        component = "org.a11y.atspi.Component"
        address = DBusAddress(path, _NAME, component)
        call = new_method_call(address, "GetExtents", "u", (_SCREEN,))
        [(x, y, width, height)] = self._reply(call).body
        return x + width // 2, y + height // 2

    def _ask(self, path: str, method: str) -> Any:
        call = new_method_call(DBusAddress(path, _NAME, _ACCESSIBLE), method)
        return self._reply(call).body[0]

    def _reply(self, call: Message) -> Message:
        serial = next(self._serials)
        self._client.sendall(call.serialise(serial=serial))
        with self._heard:
            self._heard.wait_for(lambda: serial in self._replies or self._gone, _SECONDS)
            reply = self._replies.pop(serial)
        if reply.header.message_type is not MessageType.method_return:
            raise LookupError
        return reply

    # --- its thread -------------------------------------------------------------------------------

    def listen(self) -> None:
        parser = Parser()
        with contextlib.suppress(OSError):
            parser.add_data(self._log_in())
            while True:
                while (message := parser.get_next_message()) is not None:
                    self._take(message)
                if not (data := self._client.recv(100_000)):
                    break
                parser.add_data(data)
        self._client.close()
        with self._heard:
            self._gone = True
            self._heard.notify_all()

    def _log_in(self) -> bytes:
        """What came after it."""
        said = b""
        while b"BEGIN\r\n" not in said:
            data = self._client.recv(1000)
            if not data:
                raise OSError
            said += data
            line = said.rstrip(b"\r\n").rpartition(b"\n")[2].lstrip(b"\0")
            if line.startswith(b"AUTH"):
                self._client.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
            elif line.startswith(b"NEGOTIATE_UNIX_FD"):
                self._client.sendall(b"ERROR\r\n")
        return said.partition(b"BEGIN\r\n")[2]

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        match message.header.message_type:
            case MessageType.method_return | MessageType.error:
                with self._heard:
                    self._replies[fields[HeaderFields.reply_serial]] = message
                    self._heard.notify_all()
            case MessageType.method_call:
                if fields[HeaderFields.member] == "Hello":
                    reply = new_method_return(message, "s", (_NAME,))
                else:
                    reply = new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown")
                self._client.sendall(reply.serialise(serial=next(self._serials)))
            case _:
                pass  # what changed; it is asked when it matters
