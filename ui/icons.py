"""Icons in any colour: line drawings from `resources/icons`, rendered once and recoloured.

The drawings hold black as a placeholder. Window's thread only.
"""

from __future__ import annotations

import enum
import functools
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from ui import tokens
from ui.theme import theme


class Icon(enum.StrEnum):
    """Every drawing there is; the values are names of files."""

    ARROW_DOWN = "arrow-down"
    ARROW_RIGHT = "arrow-right"
    BELL = "bell"
    BOOK = "book"
    CALENDAR = "calendar"
    CHECK = "check"
    CHEVRON_DOWN = "chevron-down"
    CHEVRON_LEFT = "chevron-left"
    CHEVRON_RIGHT = "chevron-right"
    CHEVRON_UP = "chevron-up"
    CLOSE = "close"
    COPY = "copy"
    DESKTOP = "desktop"
    DRIVE = "drive"
    FILE = "file"
    FILM = "film"
    IMAGE = "image"
    INFO = "info"
    KEY = "key"
    LAPTOP = "laptop"
    LIST = "list"
    LOCK = "lock"
    LOGO = "logo"
    MORE = "more"
    MUSIC = "music"
    NAV_FILES = "nav-files"
    NAV_HELP = "nav-help"
    NAV_HISTORY = "nav-history"
    NAV_HOME = "nav-home"
    NAV_PROBLEMS = "nav-problems"
    NAV_RESTORE = "nav-restore"
    NAV_SETTINGS = "nav-settings"
    NAV_STORAGE = "nav-storage"
    PAUSE = "pause"
    PERSON = "person"
    PLUS = "plus"
    PHASE_NEXT = "phase-next"
    PRINTER = "printer"
    REFRESH = "refresh"
    SEARCH = "search"
    STATE_CHANGED = "state-changed"
    STATE_FULL = "state-full"
    STATE_LEFT_OUT = "state-left-out"
    STATE_PARTLY = "state-partly"
    STATE_PROBLEM = "state-problem"
    STATE_SAFE = "state-safe"
    STATE_UPLOADING = "state-uploading"
    STATE_WAITING = "state-waiting"
    STOP = "stop"
    TRAY_NEEDS_YOU = "tray-needs-you"
    TRAY_NO_BACKUP = "tray-no-backup"
    TRAY_SAFE = "tray-safe"
    TRAY_WAITING = "tray-waiting"
    TRAY_WORKING = "tray-working"
    TREE = "tree"


@functools.cache
def _drawing(icon: Icon) -> QSvgRenderer:
    data = resources.files("resources").joinpath(f"icons/{icon.value}.svg").read_bytes()
    return QSvgRenderer(QByteArray(data))


@functools.lru_cache(maxsize=512)
def _rendered(icon: Icon, size: int, colour: str, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _drawing(icon).render(painter, QRectF(pixmap.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor(colour))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(icon: Icon, colour: str, size: int = tokens.ICON, ratio: float = 0.0) -> QPixmap:
    """The drawing, `size` device-independent pixels square, for a screen of `ratio` (0: the
    finest one there is)."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return _rendered(icon, size, colour, ratio or app.devicePixelRatio())


def qicon(icon: Icon, colour: str, size: int = tokens.ICON, gap: int = 0) -> QIcon:
    """The drawing in one colour, and in the colour of what is disabled, with a `gap` after it."""
    result = QIcon(_with_gap(pixmap(icon, colour, size), gap))
    disabled = pixmap(icon, theme().colours.disabled, size)
    result.addPixmap(_with_gap(disabled, gap), QIcon.Mode.Disabled)
    return result


def _with_gap(drawn: QPixmap, gap: int) -> QPixmap:
    """Buttons leave half of what the design has between a drawing and their words."""
    if not gap:
        return drawn
    ratio = drawn.devicePixelRatio()
    wider = QPixmap(drawn.width() + round(gap * ratio), drawn.height())
    wider.setDevicePixelRatio(ratio)
    wider.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wider)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return wider
