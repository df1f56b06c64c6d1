"""QR codes: black on white in any theme, so that every camera reads them."""

from __future__ import annotations

import functools

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

_QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


@functools.lru_cache(maxsize=4)
def modules(code: str) -> tuple[bytes, ...]:
    """The rows of the QR code, a byte for each module; made once, painted often."""
    import segno  # noqa: PLC0415 - slow to load, and needed once

    return tuple(bytes(line) for line in segno.make(code, error="m", micro=False).matrix)


class QrCode(QWidget):
    """`name` is what a screen reader says of it. Empty until `show_code`."""

    def __init__(self, name: str, side: int = 148) -> None:
        super().__init__()
        self.setFixedSize(side, side)
        self.setAccessibleName(name)
        self._code = ""

    def show_code(self, code: str) -> None:
        self._code = code
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        rows = modules(self._code) if self._code else ()
        side = self.width() / (len(rows) + 2 * _QUIET)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for y, line in enumerate(rows, _QUIET):
            for x, dark in enumerate(line, _QUIET):
                if dark:
                    box = QRectF(x * side, y * side, side, side)
                    painter.fillRect(box.toAlignedRect(), QColor(Qt.GlobalColor.black))
        event.accept()
