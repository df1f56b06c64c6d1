"""What the desktop's message bus is asked, against a bus of the test's own: there is none in CI,
and what NetworkManager and the login manager say of this computer is not for a test to choose."""

from __future__ import annotations

import array
import contextlib
import os
import select
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("only Linux desktops have this bus", allow_module_level=True)

from jeepney import HeaderFields, Message, Parser, new_error, new_method_return
from jeepney.low_level import MessageType

from backupclient.automation.this_computer import ThisComputer


class Bus:
    """Answers one client after the other."""

    def __init__(self, path: Path) -> None:
        self.metered = 4  # guessed no
        self.silent = self.refusing = False
        self.inhibited: list[tuple[object, ...]] = []
        self.lock, self._given = os.pipe()
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()
        for descriptor in (self.lock, self._given):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def is_held(self) -> bool:
        """Whether somebody has the end that was given away."""
        ready, _, _ = select.select([self.lock], [], [], 0.2)
        return not ready

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                with client:
                    self._answer_all(client, self._log_in(client))

    @staticmethod
    def _log_in(client: socket.socket) -> bytes:
        """What came after it."""
        said = b""
        while b"BEGIN\r\n" not in said:
            said += client.recv(1000)
            line = said.rstrip(b"\r\n").rpartition(b"\n")[2].lstrip(b"\0")
            if line.startswith(b"AUTH"):
                client.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
            elif line == b"NEGOTIATE_UNIX_FD":
                client.sendall(b"AGREE_UNIX_FD\r\n")
        return said.partition(b"BEGIN\r\n")[2]

    def _answer_all(self, client: socket.socket, data: bytes) -> None:
        parser = Parser()
        while True:
            parser.add_data(data)
            while (message := parser.get_next_message()) is not None:
                self._answer(client, message)
            if not (data := client.recv(10_000)):
                return

    def _answer(self, client: socket.socket, message: Message) -> None:
        assert message.header.message_type is MessageType.method_call
        match message.header.fields[HeaderFields.member]:
            case "Hello":
                self._send(client, new_method_return(message, "s", (":1.1",)))
            case _ if self.silent:
                pass
            case _ if self.refusing:
                self._send(client, new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown"))
            case "Get":
                assert message.body == ("org.freedesktop.NetworkManager", "Metered")
                self._send(client, new_method_return(message, "v", (("u", self.metered),)))
            case "Inhibit":
                self.inhibited.append(message.body)
                reply = new_method_return(message, "h", (self._given,))
                self._send(client, reply, self._given)
                os.close(self._given)

    @staticmethod
    def _send(client: socket.socket, message: Message, descriptor: int | None = None) -> None:
        fds = array.array("i")
        data = message.serialise(serial=7, fds=fds)
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)] if descriptor is not None else []
        client.sendmsg([data], ancillary)


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    path = tmp_path / "bus"
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={path}")
    bus = Bus(path)
    yield bus
    bus.close()


@pytest.mark.parametrize(
    ("said", "metered"), [(0, False), (1, True), (2, False), (3, True), (4, False)]
)
def test_whether_the_line_is_metered(bus: Bus, said: int, *, metered: bool) -> None:
    bus.metered = said
    assert ThisComputer().metered() is metered


def test_the_computer_is_kept_awake_for_as_long_as_the_block_lasts(bus: Bus) -> None:
    with ThisComputer().awake():
        assert bus.inhibited == [("sleep:idle", "Plainkeep", "backup", "block")]
        assert bus.is_held()
    assert not bus.is_held()


@pytest.mark.parametrize("how", ["silent", "refusing"])
def test_a_bus_without_anybody_to_ask_hinders_nothing(bus: Bus, how: str) -> None:
    setattr(bus, how, True)
    assert ThisComputer().metered() is False
    with ThisComputer().awake():
        assert bus.inhibited == []


def test_without_a_bus_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at all")
    assert ThisComputer().metered() is False
    with ThisComputer().awake():
        pass
