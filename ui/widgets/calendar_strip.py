"""Three weeks of days, with a dot where there is something, one of them chosen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.icons import Icon
from ui.theme import TextSize, theme
from ui.widgets.boxes import column, row
from ui.widgets.buttons import IconButton
from ui.widgets.texts import Text

DAYS = 21
_CELL = (26, 52)
_DOT = 6


class CalendarStrip(QWidget):
    """Keys: left and right by day with something, Page Up and Down by three weeks."""

    chosen = Signal(object)
    """A `date` that has a dot."""

    def __init__(self) -> None:
        super().__init__()
        self._month = Text(weight=500)
        self._days = _Days()
        self._earlier = IconButton(Icon.CHEVRON_LEFT, self.tr("Earlier"), lambda: self._move(-1))
        self._later = IconButton(Icon.CHEVRON_RIGHT, self.tr("Later"), lambda: self._move(1))
        head = row()
        head.addWidget(self._month, 1)
        head.addWidget(self._earlier)
        head.addWidget(self._later)
        layout = column(spacing=4)
        layout.addLayout(head)
        layout.addWidget(self._days)
        self.setLayout(layout)
        self._days.chosen.connect(self._choose)
        self._days.turned.connect(self._move)

    def show_days(self, marked: Iterable[date], chosen: date | None, today: date) -> None:
        """Ends with today, or three weeks that hold the chosen day."""
        days = self._days
        days.marked, days.today = frozenset(marked), today
        days.end = today
        if chosen is not None:
            behind = max(0, (today - chosen).days // DAYS)
            days.end = today - timedelta(behind * DAYS)
        days.chosen_day = chosen
        self._renew()

    @property
    def chosen_day(self) -> date | None:
        return self._days.chosen_day

    def choose(self, day: date) -> None:
        """Mark a day, without a signal."""
        self.show_days(self._days.marked, day, self._days.today)

    def _choose(self, day: date) -> None:
        self.choose(day)
        self.chosen.emit(day)

    def _move(self, direction: int) -> None:
        days = self._days
        days.end = min(days.today, days.end + timedelta(direction * DAYS))
        self._renew()

    def _renew(self) -> None:
        days = self._days
        locale = QLocale()
        first, last = days.begin, days.end
        names = [locale.standaloneMonthName(one.month) for one in (first, last)]
        months = f"{names[0]} \N{EN DASH} {names[1]}" if names[0] != names[1] else names[1]
        self._month.setText(f"{months} {last.year}")
        self._later.setEnabled(days.end < days.today)
        self._earlier.setEnabled(any(day < first for day in days.marked))
        days.setAccessibleName(
            self.tr("%n day(s) with a backup", "", sum(first <= day <= last for day in days.marked))
        )
        days.update()


class _Days(QWidget):
    chosen = Signal(object)
    turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.marked: frozenset[date] = frozenset()
        self.chosen_day: date | None = None
        self.today = self.end = date(2000, 1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_CELL[1])
        self.setMouseTracking(True)
        theme().changed.connect(self.update)

    @property
    def begin(self) -> date:
        return self.end - timedelta(DAYS - 1)

    def sizeHint(self) -> QSize:
        return QSize(DAYS * _CELL[0], _CELL[1])

    def _pitch(self) -> float:
        return max(18.0, min(40.0, self.width() / DAYS))

    def _day_at(self, x: float) -> date | None:
        number = int(x / self._pitch())
        return self.begin + timedelta(number) if 0 <= number < DAYS else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position().x())
        if day in self.marked:
            self.chosen.emit(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position().x())
        self.setToolTip(
            "" if day is None else QLocale().toString(QDate(day.year, day.month, day.day))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        at = self.chosen_day or self.today
        if key == Qt.Key.Key_Left:
            before = [day for day in self.marked if day < at]
            if before:
                self.chosen.emit(max(before))
        elif key == Qt.Key.Key_Right:
            after = [day for day in self.marked if day > at]
            if after:
                self.chosen.emit(min(after))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turned.emit(-1 if key == Qt.Key.Key_PageUp else 1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pitch = self._pitch()
        for number in range(DAYS):
            cell = QRectF(number * pitch + (pitch - _CELL[0]) / 2, 0, _CELL[0], _CELL[1])
            self._paint_day(painter, cell, self.begin + timedelta(number))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(theme().colours.accent))
            whole = QRectF(0.5, 0.5, pitch * DAYS - 1, _CELL[1] - 1)
            painter.drawRoundedRect(whole, 8, 8)
        event.accept()

    def _paint_day(self, painter: QPainter, cell: QRectF, day: date) -> None:
        colours = theme().colours
        chosen, marked = day == self.chosen_day, day in self.marked
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(cell, 8, 8)
        plain = colours.text if marked else colours.text_second
        painter.setPen(QColor(colours.on_accent if chosen else plain))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        painter.setFont(theme().font(TextSize.SMALL))
        painter.drawText(cell.adjusted(-4, 4, 4, -32), middle, _letter(day))
        painter.setFont(theme().font(TextSize.SMALL, 600 if marked else 400))
        painter.drawText(cell.adjusted(-4, 20, 4, -16), middle, QLocale().toString(day.day))
        if marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.on_accent if chosen else colours.safe.strong))
            x, y = cell.center().x() - _DOT / 2, cell.bottom() - 12
            painter.drawEllipse(QRectF(x, y, _DOT, _DOT))


def _letter(day: date) -> str:
    locale, number = QLocale(), day.isoweekday()
    letter = locale.dayName(number, QLocale.FormatType.NarrowFormat)
    # Without a language, the narrow name of a day is its number.
    return (
        locale.dayName(number, QLocale.FormatType.ShortFormat)[:1] if letter.isdigit() else letter
    )
