"""The recovery sheet: one page of paper that opens the backup, also without this program.

It is always black on white. What it says to type is what `commands` returns, to the letter.
"""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QMarginsF, QRectF, QSaveFile, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPaintEvent,
    QPdfWriter,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import numbers
from ui.icons import Icon, pixmap
from ui.phrases import fill
from ui.tokens import LIGHT
from ui.widgets.qr import modules

WIDTH = 512.0
"""Of the sheet, in units of its own; all sizes below are in them."""
_MARGIN = 32.0
_QR = 112.0
_BODY, _SMALL, _CODE, _KEY, _SMALLEST = 14.0, 12.0, 12.0, 15.0, 8.0


class Sheet(NamedTuple):
    """What stands on the sheet. `location` as restic takes it; the keys are the storage's, empty
    where it needs none."""

    computer: str
    made: datetime
    location: str
    recovery_key: str
    access_key: str = ""
    secret_key: str = ""
    region: str = ""

    @property
    def code(self) -> str:
        """What the QR code holds: the address and the key, a line each."""
        return f"{self.location}\n{self.recovery_key}"


def commands(sheet: Sheet) -> tuple[str, ...]:
    """What is typed into a terminal, where restic is installed, to get everything back: short
    lines, since one that paper breaks would be typed broken."""
    lines = []
    if sheet.access_key:
        lines.append(f"export AWS_ACCESS_KEY_ID={shlex.quote(sheet.access_key)}")
        lines += ["export AWS_SECRET_ACCESS_KEY=\\", shlex.quote(sheet.secret_key)]
    if sheet.region:
        lines.append(f"export AWS_DEFAULT_REGION={shlex.quote(sheet.region)}")
    lines += ["restic -r \\", f"  {shlex.quote(sheet.location)} \\"]
    lines.append("  restore latest --target restored")
    return tuple(lines)


class SheetView(QWidget):
    """The paper on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet: Sheet | None = None
        self.setFixedWidth(round(WIDTH))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sheet(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleName(_spoken(sheet))
        self.update()

    def sizeHint(self) -> QSize:
        height = _Paper(None, self._sheet).draw() if self._sheet else 400.0
        return QSize(round(WIDTH), round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(LIGHT.line_strong), 1))
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if self._sheet is not None:
            _Paper(painter, self._sheet).draw()
        event.accept()


def save_pdf(sheet: Sheet, path: Path) -> None:
    """OSError if it cannot be written; never half a file. Window's thread."""
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        raise OSError(file.errorString())
    writer = QPdfWriter(file)
    writer.setTitle(_tr("Plainkeep recovery sheet"))
    writer.setCreator("Plainkeep")
    writer.setPageLayout(page_layout())
    print_on(sheet, writer)
    if not file.commit():
        raise OSError(file.errorString())


def page_layout() -> QPageLayout:
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        QMarginsF(15, 15, 15, 15),
        QPageLayout.Unit.Millimeter,
    )


def print_on(sheet: Sheet, device: QPagedPaintDevice) -> None:
    """On one page, as wide as that is."""
    painter = QPainter(device)
    scale = device.pageLayout().paintRectPixels(device.logicalDpiX()).width() / WIDTH
    painter.scale(scale, scale)
    _Paper(painter, sheet).draw()
    painter.end()


class _Paper:
    """Draws from the top to the bottom; without a painter it only measures."""

    def __init__(self, painter: QPainter | None, sheet: Sheet) -> None:
        self._painter = painter
        self._sheet = sheet
        self._y = _MARGIN

    def draw(self) -> float:
        """Returns the height that was needed."""
        self._head()
        self._keys()
        self._rule()
        self._paragraph(_tr("On a new computer"), weight=600)
        self._paragraph(
            _tr("Install Plainkeep, choose “I'm on a new computer”, and type what stands above.")
        )
        self._rule()
        self._paragraph(_tr("If Plainkeep no longer exists"), weight=600)
        self._paragraph(
            _tr("Your backup is in an open format. Get the free program restic and type:")
        )
        self._y += 6
        self._code(commands(self._sheet))
        self._y += 8
        self._paragraph(
            _tr(
                "It asks for a password: type the recovery key as it stands above, with its dashes."
            )
        )
        self._y += 8
        self._paragraph(
            _tr("Keep this sheet like a key: whoever has it can read your backup."),
            size=_SMALL,
            colour=LIGHT.text_second,
        )
        return self._y + _MARGIN - 8

    def _head(self) -> None:
        if self._painter is not None:
            logo = pixmap(Icon.LOGO, LIGHT.accent, 20, 8.0)
            self._painter.drawPixmap(QRectF(_MARGIN, self._y, 20, 20), logo, QRectF(logo.rect()))
        title = _tr("Plainkeep recovery sheet")
        self._line(title, _font(_BODY, 600), x=_MARGIN + 28)
        date = numbers.date(self._sheet.made)
        font = _font(_SMALL)
        words = f"{self._sheet.computer} · {date}"
        room = WIDTH - 2 * _MARGIN - 28 - _width(title, _font(_BODY, 600)) - 16
        words = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideMiddle, room)
        self._line(words, font, x=WIDTH - _MARGIN - _width(words, font), colour=LIGHT.text_second)
        self._y += 38

    def _keys(self) -> None:
        top = self._y
        self._qr(top)
        room = WIDTH - 2 * _MARGIN - _QR - 20
        location = self._sheet.location
        self._labelled(
            _tr("Address of your storage"), location, _fitting(location, _SMALL, room), room
        )
        key = self._sheet.recovery_key
        self._labelled(_tr("Recovery key"), key, _mono(_KEY, bold=True), room)
        if self._sheet.access_key:
            words = f"{self._sheet.access_key}\n{self._sheet.secret_key}"
            self._labelled(
                _tr("Access key of the storage, and its secret"), words, _mono(_SMALL), room
            )
        self._y = max(self._y, top + _QR + 8)

    def _labelled(self, label: str, value: str, font: QFont, room: float) -> None:
        self._paragraph(label, size=_SMALL, colour=LIGHT.text_second, room=room)
        self._text(value, font, LIGHT.text, _MARGIN, room)
        self._y += 10

    def _qr(self, top: float) -> None:
        rows = modules(self._sheet.code)
        if self._painter is None:
            return
        side = _QR / len(rows)
        left = WIDTH - _MARGIN - _QR
        self._painter.save()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for y, line in enumerate(rows):
            for x, dark in enumerate(line):
                if dark:
                    box = QRectF(left + x * side, top + y * side, side, side)
                    self._painter.fillRect(box, QColor("#000000"))
        self._painter.restore()

    def _rule(self) -> None:
        self._y += 8
        if self._painter is not None:
            box = QRectF(_MARGIN, self._y, WIDTH - 2 * _MARGIN, 1)
            self._painter.fillRect(box, QColor(LIGHT.line))
        self._y += 15

    def _code(self, lines: tuple[str, ...]) -> None:
        room = WIDTH - 2 * _MARGIN - 20
        text = "\n".join(lines)
        font = _fitting(text, _CODE, room)
        height = _height(text, font, room)
        if self._painter is not None:
            box = QRectF(_MARGIN, self._y, WIDTH - 2 * _MARGIN, height + 16)
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor(LIGHT.nav))
            self._painter.drawRoundedRect(box, 4, 4)
        self._y += 8
        self._text(text, font, LIGHT.text, _MARGIN + 10, room)
        self._y += 8

    def _paragraph(
        self,
        text: str,
        *,
        size: float = _BODY,
        weight: int = 400,
        colour: str = LIGHT.text,
        room: float = WIDTH - 2 * _MARGIN,
    ) -> None:
        self._text(text, _font(size, weight), colour, _MARGIN, room)

    def _line(self, text: str, font: QFont, *, x: float, colour: str = LIGHT.text) -> None:
        """Without moving down."""
        if self._painter is not None:
            self._painter.setFont(font)
            self._painter.setPen(QColor(colour))
            box = QRectF(x, self._y, WIDTH, 20)
            self._painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _text(self, text: str, font: QFont, colour: str, x: float, room: float) -> None:
        height = _height(text, font, room)
        if self._painter is not None:
            self._painter.setFont(font)
            self._painter.setPen(QColor(colour))
            self._painter.drawText(QRectF(x, self._y, room, height), _wrap(text, font, room), text)
        self._y += height + 2


def _wrap(text: str, font: QFont, room: float) -> int:
    """Between words, unless one of them alone is too long for a line."""
    too_long = any(_width(word, font) > room for word in text.split())
    flag = Qt.TextFlag.TextWrapAnywhere if too_long else Qt.TextFlag.TextWordWrap
    return int(flag)


def _height(text: str, font: QFont, room: float) -> float:
    box = QRectF(0, 0, room, 10_000)
    return QFontMetricsF(font).boundingRect(box, _wrap(text, font, room), text).height()


def _width(text: str, font: QFont) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def _font(size: float, weight: int = 400) -> QFont:
    font = QFont()
    font.setPixelSize(round(size))
    font.setWeight(QFont.Weight(weight))
    return font


def _mono(size: float, *, bold: bool = False) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(round(size))
    font.setBold(bold)
    return font


def _fitting(text: str, size: float, room: float) -> QFont:
    """Small enough for lines not to be broken, if that can still be read."""
    longest = max(text.split("\n"), key=len)
    while size > _SMALLEST and _width(longest, _mono(size)) > room:
        size -= 1
    return _mono(size)


def _spoken(sheet: Sheet) -> str:
    words = _tr("Recovery sheet. Address: %1. Recovery key: %2")
    return fill(words, sheet.location, " ".join(sheet.recovery_key))


def _tr(text: str) -> str:
    return QCoreApplication.translate("recovery-sheet", text)
