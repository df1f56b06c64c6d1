"""The look as Qt takes it: palette, style sheet and fonts, made of `tokens`, light or dark.

One `Theme` per process, in the window's thread. It follows the system unless told otherwise; who
paints by itself asks `theme().colours` at each paint and repaints on `changed`.
"""

from __future__ import annotations

import enum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from ui import tokens
from ui.stylesheet import stylesheet


class Appearance(enum.StrEnum):
    """What the user chose in Settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class TextSize(enum.Enum):
    """The three sizes there are."""

    LARGE = "large"
    BODY = "body"
    SMALL = "small"


class Theme(QObject):
    """Belongs to the window's thread."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._appearance = Appearance.SYSTEM
        self.reduced_motion = False
        self.colours = tokens.LIGHT
        self._applied = False
        self._base_points = app.font().pointSizeF()
        self._fonts: dict[tuple[TextSize, int], QFont] = {}
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(lambda _: self._apply())
        self._apply()

    @property
    def dark(self) -> bool:
        return self.colours is tokens.DARK

    @property
    def scale(self) -> float:
        """How much larger than usual the system's font is; sizes of `tokens` times this."""
        pixels = QFontMetrics(self._app.font()).height()
        return max(1.0, pixels / 19)

    def set_appearance(self, appearance: Appearance) -> None:
        self._appearance = appearance
        self._apply()

    def font(self, size: TextSize = TextSize.BODY, weight: int = 400) -> QFont:
        """A font of the scale, with figures of one width. Each painted word asks for one."""
        known = self._fonts.get((size, weight))
        if known is None:
            known = self._fonts[size, weight] = self._make_font(size, weight)
        return QFont(known)

    def _make_font(self, size: TextSize, weight: int) -> QFont:
        font = QFont(self._app.font())
        factor = {TextSize.LARGE: tokens.LARGE, TextSize.BODY: 1.0, TextSize.SMALL: tokens.SMALL}
        font.setPointSizeF(self._base_points * factor[size])
        font.setWeight(QFont.Weight(weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        if size is TextSize.LARGE:
            font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, tokens.LARGE_SPACING_PERCENT)
        return font

    def motion(self, milliseconds: int) -> int:
        """How long a movement takes here."""
        return 0 if self.reduced_motion else milliseconds

    def _apply(self) -> None:
        dark = self._appearance is Appearance.DARK or (
            self._appearance is Appearance.SYSTEM
            and self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        )
        colours = tokens.DARK if dark else tokens.LIGHT
        if self._applied and colours is self.colours:
            return  # polishing every widget anew takes long
        self._applied = True
        self.colours = colours
        self._app.setPalette(_palette(self.colours))
        self._app.setStyleSheet(stylesheet(self.colours))
        self.changed.emit()


class _Current:
    theme: Theme | None = None


def install(app: QApplication) -> Theme:
    """Give the application its look. Once, before the first widget."""
    _Current.theme = Theme(app)
    return _Current.theme


def theme() -> Theme:
    """The theme that was installed."""
    assert _Current.theme is not None, "install() comes first"
    return _Current.theme


def _palette(colours: tokens.Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, colours.canvas),
        (role.Base, colours.card),
        (role.AlternateBase, colours.card),
        (role.Button, colours.card),
        (role.Text, colours.text),
        (role.WindowText, colours.text),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.card),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.text_second),
        (role.Highlight, colours.accent_soft),
        (role.HighlightedText, colours.text),
        (role.Link, colours.accent),
        (role.Accent, colours.accent),
    ):
        palette.setColor(which, QColor(value))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.disabled))
    return palette
