"""A question that has to be answered before something is done: a title, what follows, buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui import tokens
from ui.dialogs.fitted import FittedDialog
from ui.icons import Icon
from ui.widgets.boxes import Disc, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

_WIDTH = 520


class Question(FittedDialog):
    """Belongs to the window's thread, and goes once it is answered. Esc is the first button,
    "Cancel" unless it is called otherwise. More may be put below the text, into `words`."""

    def __init__(
        self,
        title: str,
        text: str,
        parent: QWidget,
        *,
        icon: Icon = Icon.INFO,
        colour: str = "accent",
        cancel: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH)
        disc = Disc(40)
        disc.show_icon(icon, colour)
        self.text = Text(text, tone="second", wrap=True)
        words = column(spacing=8)
        words.addWidget(Text(title, weight=600, wrap=True))
        words.addWidget(self.text)
        self.words = words
        upper = row(spacing=tokens.CARD_GAP)
        upper.addWidget(disc, 0, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(words, 1)
        self._row = row(spacing=8)
        self._row.addStretch(1)
        self.buttons: list[Button] = []
        layout = column(margins=24, spacing=24)
        layout.addLayout(upper)
        layout.addLayout(self._row)
        self.setLayout(layout)
        self.add(cancel or self.tr("Cancel"), None)
        self.finished.connect(self.deleteLater)

    def add(self, words: str, answer: Callable[[], None] | None, *, main: bool = False) -> Button:
        """One more answer, to the right of the others. The `main` one has the keyboard, and Enter
        gives it."""
        button = Button(words, self.accept if answer else self.reject, kind=_kind(main))
        if answer is not None:
            button.clicked.connect(answer)
        if main:
            button.setDefault(True)
            button.setFocus()
        self.buttons.append(button)
        self._row.addWidget(button)
        return button


def _kind(main: bool) -> str:
    return "main" if main else "plain"
