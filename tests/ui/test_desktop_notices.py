"""Notifications on the desktop's bus, which is one of the test's own: there is none in CI, and who
shows notifications on a developer's desktop is not for a test to disturb."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pytestqt.qtbot import QtBot

if not sys.platform.startswith("linux"):
    pytest.skip("only Linux desktops have this bus", allow_module_level=True)

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    Parser,
    new_error,
    new_method_return,
    new_signal,
)

from tests.patience import PATIENCE_MS
from tests.ui.test_home import SAFE
from ui.desktop_notices import DesktopNotices
from ui.motion import SystemMotion, wants_less
from ui.notices import Notice
from ui.pages.page import PageName
from ui.theme import Theme
from ui.tray import Tray

SERVICE = "org.freedesktop.Notifications"
PROBLEM = Notice(
    "files",
    "3 files need you",
    "a < b & c",
    PageName.PROBLEMS,
    button="Show them",
    later="Remind me tomorrow",
)
OLD = Notice("old", "No backup for 4 days", "…", PageName.HOME, button="Back up now", backs_up=True)


class Shown(NamedTuple):
    """What was asked to be shown, as the specification orders it."""

    program: str
    replaces: int
    icon: str
    title: str
    body: str
    actions: list[str]
    hints: dict[str, tuple[str, object]]
    timeout: int


class Desktop:
    """A message bus with somebody on it who shows notifications."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.abilities = ["actions", "body", "body-markup"]
        self.nobody = False
        self.settings: dict[str, tuple[str, object]] = {}
        """What the desktop has set, as D-Bus spells it: its type and its value."""
        self.shown: dict[int, Shown] = {}
        self.withdrawn: list[int] = []
        self.begun = 0
        self._client: socket.socket | None = None
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.close()
        self.hang_up()

    def hang_up(self) -> None:
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)

    def use(self, number: int, action: str) -> None:
        """Somebody clicked it, or a button on it."""
        self._emit("ActionInvoked", "us", (number, action))

    def sweep_away(self, number: int) -> None:
        self.shown.pop(number)
        self._emit("NotificationClosed", "uu", (number, 2))

    def _emit(self, name: str, signature: str, body: tuple[object, ...]) -> None:
        address = DBusAddress("/org/freedesktop/Notifications", interface=SERVICE)
        self._send(new_signal(address, name, signature, body))

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._client, _ = self._server.accept()
                self.begun += 1
                with self._client, contextlib.suppress(OSError):
                    self._answer_all(self._client, self._log_in(self._client))

    @staticmethod
    def _log_in(client: socket.socket) -> bytes:
        """What came after it."""
        said = b""
        while b"BEGIN\r\n" not in said:
            said += client.recv(1000)
            if said.rstrip(b"\r\n").rpartition(b"\n")[2].lstrip(b"\0").startswith(b"AUTH"):
                client.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
        return said.partition(b"BEGIN\r\n")[2]

    def _answer_all(self, client: socket.socket, data: bytes) -> None:
        parser = Parser()
        while True:
            parser.add_data(data)
            while (message := parser.get_next_message()) is not None:
                self._answer(message)
            if not (data := client.recv(10_000)):
                return

    def _answer(self, message: Message) -> None:
        match message.header.fields[HeaderFields.member]:
            case "Hello":
                self._send(new_method_return(message, "s", (":1.1",)))
            case "AddMatch":
                assert f"interface='{SERVICE}'" in message.body[0]
                self._send(new_method_return(message))
            case _ if self.nobody:
                self._send(new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown"))
            case "Read" if message.body[1] in self.settings:
                setting = ("v", self.settings[message.body[1]])
                self._send(new_method_return(message, "v", (setting,)))
            case "Read":
                self._send(new_error(message, "org.freedesktop.portal.Error.NotFound"))
            case "GetCapabilities":
                self._send(new_method_return(message, "as", (self.abilities,)))
            case "Notify":
                asked = Shown(*message.body)
                number = asked.replaces or len(self.shown) + 1
                self.shown[number] = asked
                self._send(new_method_return(message, "u", (number,)))
            case "CloseNotification":
                [number] = message.body
                self.withdrawn.append(number)
                self.shown.pop(number, None)
                self._send(new_method_return(message))

    def _send(self, message: Message) -> None:
        assert self._client is not None
        self._client.sendall(message.serialise(serial=7))


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'bus'}")
    desktop = Desktop(tmp_path / "bus")
    yield desktop
    desktop.close()


@pytest.fixture
def notices(desktop: Desktop, qtbot: QtBot) -> Iterator[DesktopNotices]:
    found = DesktopNotices()
    yield found
    found.close()


def test_it_is_shown_with_a_button_and_withdrawn_when_over(
    desktop: Desktop, notices: DesktopNotices, qtbot: QtBot
) -> None:
    notices.tell(PROBLEM)
    qtbot.waitUntil(lambda: 1 in desktop.shown, timeout=PATIENCE_MS)
    shown = desktop.shown[1]
    assert (shown.program, shown.title) == ("Plainkeep", "3 files need you")
    assert shown.body == "a &lt; b &amp; c", "this desktop reads markup"
    assert shown.actions == [
        *("default", "3 files need you"),
        *("do", "Show them"),
        *("later", "Remind me tomorrow"),
    ]
    notices.withdraw(PROBLEM.cause)
    qtbot.waitUntil(lambda: desktop.withdrawn == [1], timeout=PATIENCE_MS)
    notices.withdraw(PROBLEM.cause)
    notices.tell(OLD)
    qtbot.waitUntil(lambda: 1 in desktop.shown, timeout=PATIENCE_MS)
    assert desktop.withdrawn == [1], "once is enough"


def test_the_same_cause_takes_the_place_of_what_is_shown(
    desktop: Desktop, notices: DesktopNotices, qtbot: QtBot
) -> None:
    notices.tell(PROBLEM)
    notices.tell(PROBLEM._replace(title="4 files need you"))
    qtbot.waitUntil(
        lambda: [one.title for one in desktop.shown.values()] == ["4 files need you"],
        timeout=PATIENCE_MS,
    )


def test_a_click_and_a_button_are_heard(
    desktop: Desktop, notices: DesktopNotices, qtbot: QtBot
) -> None:
    notices.tell(PROBLEM)
    qtbot.waitUntil(lambda: 1 in desktop.shown, timeout=PATIENCE_MS)
    with qtbot.waitSignal(notices.clicked, timeout=PATIENCE_MS) as clicked:
        desktop.use(1, "default")
    assert clicked.args == [PROBLEM]
    with qtbot.waitSignal(notices.pressed, timeout=PATIENCE_MS) as pressed:
        desktop.use(1, "do")
    assert pressed.args == [PROBLEM]
    with qtbot.waitSignal(notices.put_off, timeout=PATIENCE_MS) as put_off:
        desktop.use(1, "later")
    assert put_off.args == [PROBLEM]
    notices.tell(OLD)
    qtbot.waitUntil(lambda: 2 in desktop.shown, timeout=PATIENCE_MS)
    desktop.sweep_away(1)
    with qtbot.waitSignal(notices.clicked, timeout=PATIENCE_MS):
        desktop.use(2, "default")
    desktop.shown.clear()
    notices.tell(PROBLEM)
    qtbot.waitUntil(lambda: bool(desktop.shown), timeout=PATIENCE_MS)
    [again] = desktop.shown.values()
    assert again.replaces == 0, "what was swept away is not there to be replaced"


def test_a_desktop_without_buttons_gets_none(
    desktop: Desktop, notices: DesktopNotices, qtbot: QtBot
) -> None:
    desktop.abilities = ["body"]
    notices.tell(PROBLEM)
    qtbot.waitUntil(lambda: 1 in desktop.shown, timeout=PATIENCE_MS)
    assert desktop.shown[1].actions == []
    assert desktop.shown[1].body == "a < b & c"


def test_where_nobody_shows_notifications_each_is_handed_back(
    desktop: Desktop, notices: DesktopNotices, qtbot: QtBot
) -> None:
    desktop.nobody = True
    with qtbot.waitSignal(notices.refused, timeout=PATIENCE_MS) as refused:
        notices.tell(PROBLEM)
    assert refused.args == [PROBLEM]


def test_without_a_bus_each_is_handed_back(
    notices: DesktopNotices, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at all")
    with qtbot.waitSignal(notices.refused, timeout=PATIENCE_MS):
        notices.tell(PROBLEM)


def test_a_bus_that_was_started_anew_is_found(
    desktop: Desktop, notices: DesktopNotices, qtbot: QtBot
) -> None:
    notices.tell(PROBLEM)
    qtbot.waitUntil(lambda: 1 in desktop.shown, timeout=PATIENCE_MS)
    desktop.hang_up()
    desktop.shown.clear()
    notices.tell(OLD)
    qtbot.waitUntil(lambda: bool(desktop.shown), timeout=PATIENCE_MS)
    assert desktop.begun == 2


def test_the_tray_does_what_a_button_says(desktop: Desktop, theme: Theme, qtbot: QtBot) -> None:
    tray = Tray()
    tray.show_view(SAFE)
    opened: list[object] = []
    tray.open_page.connect(opened.append)
    tray.tell(OLD)
    qtbot.waitUntil(lambda: 1 in desktop.shown, timeout=PATIENCE_MS)
    with qtbot.waitSignal(tray.back_up_now, timeout=PATIENCE_MS):
        desktop.use(1, "do")
    tray.withdraw(OLD.cause)
    qtbot.waitUntil(lambda: desktop.withdrawn == [1], timeout=PATIENCE_MS)
    tray.tell(PROBLEM)
    qtbot.waitUntil(lambda: bool(desktop.shown), timeout=PATIENCE_MS)
    [number] = desktop.shown
    desktop.use(number, "do")
    qtbot.waitUntil(lambda: opened == [PageName.PROBLEMS], timeout=PATIENCE_MS)
    tray.close()


def test_who_wants_less_movement_gets_less(
    desktop: Desktop, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not wants_less()
    desktop.settings = {"reduced-motion": ("u", 0), "enable-animations": ("b", True)}
    assert not wants_less()
    desktop.settings = {"enable-animations": ("b", False)}
    assert wants_less()
    desktop.settings = {"reduced-motion": ("u", 1)}
    theme.reduced_motion = False
    motion = SystemMotion()
    motion.look()
    qtbot.waitUntil(lambda: theme.reduced_motion, timeout=PATIENCE_MS)
    motion.close()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at all")
    assert not wants_less()
