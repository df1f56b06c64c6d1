"""The home page says its sentence, offers what fits it, and reads itself out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS
from ui.icons import Icon, pixmap
from ui.main_window import MainWindow
from ui.pages.home import HomePage
from ui.pages.home_view import FolderLine, HomeView, Mood, Offer, Running, StorageCard
from ui.pages.page import Page, PageName
from ui.theme import Appearance, Theme
from ui.widgets.bars import Day, ThreeToneBar
from ui.widgets.fields import SearchField

_SAFE_FACTS = "56,214\u00a0files,\u00a041.9\u00a0GB"
"""Broken only at the dots."""
SAFE = HomeView(
    Mood.SAFE,
    "Everything is safe",
    "56,214 files, 41.9 GB",
    folders=(FolderLine(Icon.FILE, "Documents", Icon.STATE_SAFE, "All safe", "safe", "12.6 GB"),),
    storage=StorageCard("126", "of 200 GB", 0.63, full=False, lines=("Nothing is stored twice",)),
    days=tuple(Day(number * 1000, number != 9, number != 13, str(number)) for number in range(30)),
    days_line="1 problem",
)
RUNNING = SAFE._replace(
    mood=Mood.WORKING,
    offer=Offer.HOLD,
    sentence="Backing up: 60 % safe",
    running=Running(
        safe_share=0.6,
        sent_share=0.1,
        safe="41.2 GB",
        sent="9.6 GB",
        left="17.5 GB",
        speed="8.7 MB/s",
        phases=(("Looked", "done"), ("Uploading", "now"), ("Finishing", "next")),
        current="holiday.mov",
    ),
    note=("Went on where it stopped.", "Nothing is sent again."),
)


@pytest.fixture
def home(theme: Theme) -> HomePage:
    return HomePage()


@pytest.fixture
def window(home: HomePage, qtbot: QtBot) -> MainWindow:
    pages: dict[PageName, Page] = {name: Page() for name in PageName}
    pages[PageName.HOME] = home
    window = MainWindow(pages, pages.__getitem__, "Home PC")
    qtbot.addWidget(window)
    window.show()
    return window


def texts(widget: QWidget) -> set[str]:
    """Every text that is to be seen."""
    found = set()
    for child in widget.findChildren(QWidget):
        text = getattr(child, "text", None)
        if child.isVisible() and callable(text):
            found.add(str(text()).strip())
    return found - {""}


def press(window: MainWindow, text: str) -> None:
    [button] = (
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and button.text() == text
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_everything_it_is_told_is_on_screen(
    window: MainWindow, home: HomePage, qtbot: QtBot
) -> None:
    told = {"Everything is safe", _SAFE_FACTS, "Documents", "All safe", "12.6 GB"}
    home.show_view(SAFE)
    qtbot.waitUntil(
        lambda: told | {"126", "of 200 GB", "Back up now"} <= texts(window), timeout=PATIENCE_MS
    )
    home.show_view(RUNNING)
    news = {"Backing up: 60 % safe", "41.2 GB", "Uploading", "Stop…", "Nothing is sent again."}
    qtbot.waitUntil(lambda: news <= texts(window), timeout=PATIENCE_MS)
    assert "Back up now" not in texts(window)


@pytest.mark.parametrize(
    ("view", "button", "signal"),
    [
        (SAFE, "Back up now", "back_up_now"),
        (RUNNING, "Pause", "pause"),
        (RUNNING, "Stop…", "stop"),
        (RUNNING._replace(mood=Mood.PAUSED, offer=Offer.GO_ON), "Go on", "resume"),
    ],
)
def test_every_button_says_what_the_user_wants(
    window: MainWindow, home: HomePage, qtbot: QtBot, view: HomeView, button: str, signal: str
) -> None:
    home.show_view(view)
    with qtbot.waitSignal(getattr(home, signal), timeout=PATIENCE_MS):
        press(window, button)


def test_the_bar_reads_itself_out(window: MainWindow, home: HomePage) -> None:
    home.show_view(RUNNING)
    [bar] = home.findChildren(ThreeToneBar)
    assert bar.accessibleName() == "already safe 41.2 GB, sent now 9.6 GB, left 17.5 GB"


def test_a_narrow_window_stacks_the_cards(window: MainWindow, home: HomePage) -> None:
    home.show_view(SAFE)

    def top(text: str) -> int:
        [label] = (
            child
            for child in home.findChildren(QWidget)
            if getattr(child, "text", lambda: "")() == text
        )
        return label.mapTo(window, label.rect().topLeft()).y()

    window.resize(1180, 760)
    assert abs(top("Folders") - top("Last 30 days")) < 20
    window.resize(900, 600)
    home.grab()
    assert top("Last 30 days") > top("Folders") + 60


def test_the_navigation_brings_every_page_to_the_front(window: MainWindow, qtbot: QtBot) -> None:
    for name in PageName:
        window.go_to(name)
        assert window.current is name


def test_what_is_typed_at_the_navigation_begins_a_search(window: MainWindow) -> None:
    field = SearchField("Search")
    window.page(PageName.RESTORE).body.addWidget(field)
    window.go_to(PageName.RESTORE)
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window, "d")
    assert field.text() == "d"
    window.go_to(PageName.HOME)
    QTest.keyClicks(window, "x")
    assert field.text() == "d"


def test_every_drawing_is_there_and_takes_its_colour(theme: Theme) -> None:
    for icon in Icon:
        image = pixmap(icon, "#ff0000", 20, 2.0).toImage()
        assert image.width() == 40
        assert "#ff0000" in colours_of(image), icon


def colours_of(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


def test_light_and_dark_are_two_looks(window: MainWindow, home: HomePage, theme: Theme) -> None:
    home.show_view(SAFE)
    light = window.grab().toImage().pixelColor(600, 700)
    theme.set_appearance(Appearance.DARK)
    dark = window.grab().toImage().pixelColor(600, 700)
    assert (light.name(), dark.name()) == ("#fbfaf8", "#1b1a19")
