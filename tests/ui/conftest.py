"""The window without a screen, in the look it has everywhere."""

from __future__ import annotations

import os

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from ui import theme as theming
from ui.theme import Theme


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
