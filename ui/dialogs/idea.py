"""An idea for us, with a picture of a page if somebody wants that: shown before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QBuffer, QIODevice, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QWidget

from ui.pages.page import PageName
from ui.theme import TextSize
from ui.widgets.boxes import Card, column, row
from ui.widgets.buttons import Button
from ui.widgets.fields import ChoiceBox
from ui.widgets.tab_order import order_tabs
from ui.widgets.texts import Text

_WIDTH = 640
_WORDS_HEIGHT = 88
_PREVIEW_HEIGHT = 360
_REST_HEIGHT = 330
"""Of the dialog, besides the picture."""
_MOST_LETTERS = 8000


class IdeaDialog(QDialog):
    """Belongs to the window's thread. `pictures` are the pages that can be had, by their titles."""

    sent = Signal(str, bytes)
    """The words, and a PNG or nothing."""

    def __init__(
        self,
        titles: Mapping[PageName, str],
        picture: Callable[[PageName], QPixmap],
        parent: QWidget,
    ) -> None:
        """`picture` makes one of a page."""
        super().__init__(parent)
        self._make_picture = picture
        self._picture = QPixmap()
        self._room = min(_PREVIEW_HEIGHT, max(160, parent.height() - _REST_HEIGHT))
        self.setWindowTitle(self.tr("An idea for us"))
        self.setFixedWidth(_WIDTH)
        self.words = QPlainTextEdit()
        self.words.setFixedHeight(_WORDS_HEIGHT)
        self.words.setProperty("role", "words")
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(self.tr("Your idea"))
        self.words.setPlaceholderText(self.tr("What should be different, or what is missing?"))
        self.words.textChanged.connect(self._ready)
        self.choice = ChoiceBox()
        self.choice.setAccessibleName(self.tr("Picture"))
        self.choice.addItem(self.tr("No picture"), None)
        for name, title in titles.items():
            self.choice.addItem(title, name)
        self.choice.currentIndexChanged.connect(self._choose)
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(self.tr("The picture that goes along"))
        self._paper = Card()
        self._paper.body.setContentsMargins(8, 8, 8, 8)
        self._paper.body.addWidget(self.preview)
        self._hint = Text(
            self.tr("This picture goes along as it is, with the names that are in it."),
            TextSize.SMALL,
            tone="second",
            wrap=True,
        )
        self.told = Text(tone="problem", wrap=True)
        self.close_button = Button(self.tr("Cancel"), self.reject)
        self.button = Button(self.tr("Send"), self._send, kind="main")
        self._fill()
        self._choose()
        self._ready()
        self.finished.connect(self.deleteLater)

    def _fill(self) -> None:
        line = row(spacing=12)
        line.addWidget(Text(self.tr("A picture of a page:"), tone="second"))
        line.addWidget(self.choice)
        line.addStretch(1)
        buttons = row(spacing=8)
        buttons.addWidget(self.told, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.button)
        layout = column(margins=24, spacing=12)
        layout.addWidget(Text(self.windowTitle(), TextSize.LARGE, weight=600))
        layout.addWidget(self.words)
        layout.addLayout(line)
        layout.addWidget(self._paper)
        layout.addWidget(self._hint)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def focusNextPrevChild(self, forward: bool) -> bool:
        order_tabs(self)
        return super().focusNextPrevChild(forward)

    def say(self, words: str) -> None:
        """It could not be sent: what was typed stays."""
        self.told.setText(words)
        self._ready()

    def thank(self) -> None:
        """It was sent."""
        self.accept()

    def _choose(self) -> None:
        name = self.choice.currentData()
        self._picture = QPixmap() if name is None else self._make_picture(PageName(name))
        shown = not self._picture.isNull()
        if shown:
            ratio = self.devicePixelRatioF()
            width = round((_WIDTH - 2 * 24 - 2 * 9) * ratio)
            small = self._picture.scaled(
                width,
                round(self._room * ratio),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            small.setDevicePixelRatio(ratio)
            self.preview.setPixmap(small)
        self._paper.setVisible(shown)
        self._hint.setVisible(shown)
        self.adjustSize()

    def _ready(self) -> None:
        words = bool(self.words.toPlainText().strip())
        self.button.setEnabled(words)
        self.button.setToolTip("" if words else self.tr("Nothing has been written yet."))

    def _send(self) -> None:
        self.button.setEnabled(False)
        self.told.setText("")
        words = self.words.toPlainText().strip()[:_MOST_LETTERS]
        self.sent.emit(words, _as_png(self._picture))


def _as_png(picture: QPixmap) -> bytes:
    """Empty where there is none."""
    if picture.isNull():
        return b""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())
