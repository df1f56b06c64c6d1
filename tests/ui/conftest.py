"""The window without a screen, in the look it has everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QLocale, QObject, QTranslator, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from tests.patience import PATIENCE_MS
from ui import explained, translations
from ui import theme as theming
from ui.theme import Theme

# Where a test does not say how long it waits.
for _wait in (QtBot.waitSignal, QtBot.waitSignals, QtBot.waitUntil):
    assert _wait.__kwdefaults__ is not None
    _wait.__kwdefaults__["timeout"] = PATIENCE_MS


@pytest.fixture
def theme(qtbot: QtBot, qapp: QApplication) -> Theme:
    """The theme of this process, without movement."""
    try:
        current = theming.theme()
    except AssertionError:
        current = theming.install(qapp)
    current.reduced_motion = True
    current.set_appearance(theming.Appearance.LIGHT)
    return current


@pytest.fixture
def any_language(qapp: QApplication) -> Iterator[QApplication]:
    """The application, which speaks English again when the test is done."""
    before = QLocale()
    yield qapp
    QLocale.setDefault(before)
    explained.speak(translations.ENGLISH)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.setParent(None)


class Browser(QObject):
    """Where pages open instead of in a real one."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    QDesktopServices.setUrlHandler("http", browser, "open")  # type: ignore[arg-type]  # text is what it takes
    yield browser
    QDesktopServices.unsetUrlHandler("http")
