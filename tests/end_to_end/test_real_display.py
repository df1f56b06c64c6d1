"""The window on a real X server with a window manager and a tray, by mouse and keys alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.end_to_end.screen import Box, Screen, Spot, printed_key
from tests.end_to_end.screen_reader import ScreenReader
from tests.patience import PATIENCE
from tests.trees import random_bytes
from tests.ui.conftest import theme as theme  # noqa: PLC0414 - a fixture
from ui.pages.home_view import HomeView, Mood
from ui.theme import Theme
from ui.tokens import LIGHT
from ui.tray import Tray

pytestmark = pytest.mark.needs_display

TITLE = "Plainkeep"
PASSWORD = "green rabbit at noon"  # made up, and of no use outside the tests
QUIT, BACK_UP_NOW = "Quit…", "Back up now"
MAIN = (LIGHT.accent, LIGHT.accent_hover)
_FOOTER = 120
"""Pixels at the bottom of the window that hold the footer of the first run."""
_SLOW = 300_000
"""Bytes a second."""


class Person:
    """Sits before a screen, with the program installed and some letters written."""

    def __init__(self, folder: Path) -> None:
        self.screen = Screen(folder / "screen")
        self.reader = ScreenReader(folder / "accessibility")
        self.screen.environ["AT_SPI_BUS_ADDRESS"] = self.reader.address
        self.folder = folder
        self.data = folder / "data"
        self.home = Path(self.screen.environ["HOME"])
        self.documents = self.home / "Documents"
        self.documents.mkdir()
        self.write("letter", 20, 20_000)
        self._windows: list[subprocess.Popen[bytes]] = []

    def write(self, name: str, count: int, size: int) -> None:
        for number in range(count):
            (self.documents / f"{name}-{number}").write_bytes(random_bytes(number, size))

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "backupclient", "app", "--data-dir", str(self.data)]
        with (self.folder / "app.log").open("ab") as log:
            process = subprocess.Popen(command, env=self.screen.environ, stdout=log, stderr=log)
        self._windows.append(process)
        return process

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line beside it: what is really so."""
        command = [sys.executable, "-m", "backupclient", *arguments, "--data-dir", str(self.data)]
        return subprocess.run(
            command, env=self.screen.environ, capture_output=True, text=True, check=False
        )

    @property
    def everything_safe(self) -> bool:
        return self.run("status").returncode == 0

    def see_window(self) -> Box:
        return self.screen.wait_for(lambda: self.screen.window(TITLE), "window")

    def wait_until_gone(self) -> None:
        self.screen.wait_for(lambda: self.screen.window(TITLE) is None, "no window")

    def main_button(self) -> Spot | None:
        """The one in the footer of the first run, where it can be pressed."""
        window = self.see_window()
        return self.screen.bar(MAIN, _footer(window), 60)

    def press(self, name: str) -> None:
        """What is called so, with the mouse, where a screen reader says that it is."""
        thing = self.screen.wait_for(lambda: self.reader.find(name), name)
        self.screen.click(Spot(*thing.middle))

    def go_on(self) -> None:
        self.screen.click(self.screen.wait_for(self.main_button, "main button"))

    def wait_for_step(self, name: str) -> None:
        """A step begins with a button that waits for something."""
        self.screen.wait_for(lambda: self.main_button() is None, name)

    def tray(self) -> Spot:
        return self.screen.wait_for(self.screen.panel, "tray").middle

    def choose(self, ups: int) -> None:
        """In the menu of the tray, by the keyboard: the line that so many steps up lead to."""
        tray = self.tray()
        above = Box(tray.x - 300, tray.y - 40, 290, 30)
        self.screen.let_it_settle()
        self.screen.click(tray, button=3)
        self.screen.wait_for(lambda: self.screen.bar([LIGHT.card], above, 100), "menu of the tray")
        self.screen.let_it_settle()
        self.screen.press(*["Up"] * ups, "Return")

    @property
    def running(self) -> bool:
        """Whether a backup is at work."""
        return ": at work" in self.run("jobs").stdout

    @property
    def written(self) -> set[str]:
        """Where at home there are files now; the window manager has a log of its own."""
        return {
            one.relative_to(self.home).parts[0]
            for one in self.home.rglob("*")
            if one.is_file() and "openbox" not in one.parts
        }

    def stand_up(self) -> None:
        for process in self._windows:
            if process.poll() is None:
                process.kill()
            process.wait(PATIENCE)
        for engine in psutil.process_iter(["cmdline"]):
            words = engine.info["cmdline"] or []
            if "agent" in words and str(self.data) in words:
                engine.terminate()
                engine.wait(PATIENCE)
        self.reader.close()
        self.screen.close()


@pytest.fixture
def ups(theme: Theme) -> Mapping[str, int]:
    """How many steps up lead to each line of the menu, from where no line is chosen, while a backup
    may begin: found out in a menu like it that nobody sees."""
    tray = Tray()
    tray.show_view(HomeView(Mood.SAFE, "Everything is safe", "facts"))
    tray.menu.popup(QPoint(0, 0))
    found: dict[str, int] = {}
    for step in range(1, len(tray.menu.actions()) + 1):
        QTest.keyClick(tray.menu, Qt.Key.Key_Up)
        found.setdefault(tray.menu.activeAction().text(), step)
    tray.menu.hide()
    tray.close()
    return found


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path)
    yield person
    person.stand_up()


def first_run(person: Person) -> None:
    screen = person.screen
    person.see_window()
    person.go_on()
    person.wait_for_step("where to")
    person.press("Choose a folder…")
    assert _appears(screen, "Where should")
    destination = person.folder / "drive"
    destination.mkdir()
    screen.press("ctrl+a")
    screen.type(f"{destination}")
    screen.press("Return")
    person.go_on()
    person.wait_for_step("password")
    screen.type(PASSWORD)
    person.go_on()
    person.wait_for_step("recovery sheet")
    person.press("Save as PDF…")
    assert _appears(screen, "Save the recovery sheet")
    sheet = person.folder / "sheet.pdf"
    screen.press("ctrl+a")
    screen.type(f"{sheet}")
    screen.press("Return")
    screen.wait_for(sheet.exists, "saved sheet")
    screen.wait_for(lambda: screen.active_title() == "Plainkeep", "window in front again")
    screen.type(printed_key(sheet)[-4:])
    person.go_on()
    screen.wait_for(lambda: _wide_button(person), "start")
    person.go_on()


def _appears(screen: Screen, title: str) -> bool:
    try:
        screen.wait_for(lambda: screen.active_title().startswith(title), title)
    except AssertionError:
        return False
    return True


def _footer(window: Box) -> Box:
    return Box(window.x, window.y + window.height - _FOOTER, window.width, _FOOTER)


def _wide_button(person: Person) -> bool:
    """The one that starts the first backup."""
    window = person.see_window()
    return person.screen.bar(MAIN, _footer(window), 140) is not None


def test_from_the_first_run_to_safe_to_the_tray_and_back_and_on_after_quitting(
    person: Person, ups: Mapping[str, int]
) -> None:
    screen = person.screen
    window = person.start()
    first_run(person)
    screen.wait_for(lambda: person.everything_safe, "everything safe")

    screen.press("alt+F4")
    person.wait_until_gone()
    assert window.poll() is None, "it lives on in the tray"
    screen.click(person.tray())
    person.see_window()
    screen.press("alt+F4")
    person.wait_until_gone()
    second = person.start()
    assert second.wait(PATIENCE) == 0, "the first window is raised, and no second one made"
    person.see_window()
    person.choose(ups[QUIT])  # at once, while nothing is at work
    assert window.wait(PATIENCE) == 0
    assert screen.window(TITLE) is None

    person.write("video", 4, 2_000_000)
    _slow_down(person)
    window = person.start()
    person.see_window()
    screen.wait_for(lambda: screen.active_title() == TITLE, "window in front")
    person.choose(ups[BACK_UP_NOW])
    screen.wait_for(lambda: person.running, "a running backup")
    person.choose(ups[QUIT])
    screen.wait_for(lambda: _is_question(screen.active()), "question")
    screen.press("Return")  # it goes on without the window
    assert window.wait(PATIENCE) == 0
    assert person.running
    person.start()
    person.see_window()
    assert person.run("limit", "--upload", "0").returncode == 0
    screen.wait_for(lambda: person.everything_safe, "everything safe again")
    assert re.search(r"Safe +24 ", person.run("status").stdout)
    assert {"Documents"} == person.written, "all else is in its folder"


def _is_question(window: Box | None) -> bool:
    return window is not None and window.height < 300


def _slow_down(person: Person) -> None:
    """By hand, in the file that a person may edit."""
    file = person.data / "plan.json"
    plan = json.loads(file.read_text("utf-8"))
    plan["bandwidth"]["upload"] = _SLOW
    file.write_text(json.dumps(plan), "utf-8")
    assert os.path.getsize(file)
