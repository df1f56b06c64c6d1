"""Home when the storage is full: three ways out side by side, and what is true meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import tokens
from ui.icons import Icon
from ui.pages.home_view import Full, Way, WayOut
from ui.widgets.boxes import Box, Hairline, IconLabel, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text


class FullPart(QWidget):
    """`on_way` is told which way was chosen."""

    def __init__(self, on_way: Callable[[WayOut], None]) -> None:
        super().__init__()
        self._on_way = on_way
        self._full: Full | None = None
        self._ways = row()
        self._your_data, self._meanwhile = Text(wrap=True), Text(wrap=True)
        layout = column()
        layout.addSpacing(24)
        layout.addWidget(Hairline())
        layout.addLayout(self._ways)
        layout.addWidget(Hairline())
        layout.addSpacing(20)
        layout.addLayout(_pair(Icon.INFO, self.tr("Your data:"), self._your_data))
        layout.addSpacing(8)
        layout.addLayout(_pair(Icon.REFRESH, self.tr("Meanwhile:"), self._meanwhile))
        self.setLayout(layout)

    def show_full(self, full: Full) -> None:
        if full == self._full:
            return
        self._full = full
        clear(self._ways)
        for number, way in enumerate(full.ways):
            if number:
                self._ways.addWidget(_upright())
            self._ways.addWidget(self._one(way, first=not number), 1)
        self._your_data.setText(full.your_data)
        self._meanwhile.setText(full.meanwhile)

    def _one(self, way: Way, *, first: bool) -> QWidget:
        box = QWidget()
        layout = column()
        layout.setContentsMargins(0 if first else 20, 20, 20, 20)
        layout.addWidget(Text(way.title, weight=600, wrap=True))
        layout.addSpacing(4)
        layout.addWidget(Text(way.text, tone="second", wrap=True))
        layout.addStretch(1)
        layout.addSpacing(16)
        button = Button(way.button, lambda: self._on_way(way.way), small=True)
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if way.also is not None:
            also, words = way.also
            layout.addWidget(Button(words, lambda: self._on_way(also), kind="link"))
        box.setLayout(layout)
        return box


def _pair(icon: Icon, title: str, text: Text) -> QHBoxLayout:
    layout = row(spacing=12)
    label = Text(title, weight=600)
    for one in (label, text):
        one.setMinimumHeight(tokens.ICON)  # its first line stands beside the drawing
    layout.addWidget(IconLabel(icon), 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    layout.addSpacing(-6)
    layout.addWidget(text, 1, Qt.AlignmentFlag.AlignTop)
    return layout


def _upright() -> QWidget:
    line = Box("upright")
    line.setFixedWidth(1)
    return line
