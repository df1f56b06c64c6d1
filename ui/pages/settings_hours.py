"""Other limits of bandwidth at certain hours of the day."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QWidget

from backupclient.plan import BandwidthHours
from ui.icons import Icon
from ui.pages.settings_parts import Choice, Lines, SettingRow
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Button
from ui.widgets.fields import TimeField
from ui.widgets.texts import Text
from ui.wording_settings import hours_text, limit_text

_LIMIT_WIDTH = 132


class HoursPart(QWidget):
    """The hours there are, each with a button that takes it away, and a line for another.
    `on_change` is told all that hold from then on."""

    def __init__(
        self, limits: tuple[int, ...], on_change: Callable[[tuple[BandwidthHours, ...]], None]
    ) -> None:
        super().__init__()
        self._on_change = on_change
        self._hours: tuple[BandwidthHours, ...] = ()
        self._lines = Lines(Icon.STATE_WAITING, self.tr("Not at these hours"), self._remove)
        self._limit = Choice(tuple((limit_text(one), one) for one in limits), self._keep_choice)
        self._limit.setFixedWidth(_LIMIT_WIDTH)
        self._limit.setAccessibleName(self.tr("Send at most, at these hours"))
        self._from = TimeField(self.tr("From"), QTime(8, 0))
        self._to = TimeField(self.tr("To"), QTime(18, 0))
        control = QWidget()
        control.setAccessibleName(self.tr("Other limits at certain hours"))
        inside = row(spacing=8)
        for widget in (self._from, Text("\N{EN DASH}"), self._to, self._limit):
            inside.addWidget(widget)
        inside.addWidget(Button(self.tr("Add"), self._add))
        control.setLayout(inside)
        layout = column()
        layout.addWidget(
            SettingRow(
                self.tr("At certain hours"), self.tr("Counts instead of the one above."), control
            )
        )
        layout.addWidget(self._lines)
        self.setLayout(layout)

    def show_hours(self, hours: tuple[BandwidthHours, ...]) -> None:
        self._hours = hours
        self._lines.show_lines(tuple(map(hours_text, hours)))

    def _keep_choice(self, _limit: object) -> None:
        """It counts when it is added."""

    def _add(self) -> None:
        """The newest counts where two meet."""
        start, end = (one.time().toString("HH:mm") for one in (self._from, self._to))
        new = BandwidthHours(start=start, end=end, upload=int(self._limit.currentData()))
        others = (one for one in self._hours if one.span != new.span)
        self._on_change((new, *others))

    def _remove(self, text: str) -> None:
        self._on_change(tuple(one for one in self._hours if hours_text(one) != text))
