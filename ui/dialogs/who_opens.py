"""Who can open the backup: its passwords and recovery sheets, each since when, and taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from backupclient.wire.envelope import Reply
from backupclient.wire.passwords import KeyFacts, KeyList, ListKeys, RemoveKey
from ui import numbers, tokens
from ui.dialogs.asking import AskingDialog
from ui.dialogs.question import Question
from ui.icons import Icon
from ui.phrases import fill
from ui.place_access import PlaceAccess
from ui.theme import TextSize
from ui.widgets.boxes import Hairline, IconLabel, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Elided, Text

_WIDTH = 560
_LIST_HEIGHT, _LEAST_HEIGHT = 260, 64


def key_name(key: KeyFacts) -> str:
    """What people call it."""
    if key.recovery:
        return QCoreApplication.translate("WhoOpensDialog", "A recovery sheet")
    words = QCoreApplication.translate("WhoOpensDialog", "A password from %1")
    unknown = QCoreApplication.translate("WhoOpensDialog", "another program")
    return words.replace("%1", key.computer or unknown)


def key_line(key: KeyFacts, now: datetime) -> str:
    """Since when, and whose."""
    words = QCoreApplication.translate("WhoOpensDialog", "since %1")
    facts = [words.replace("%1", numbers.when(key.created, now))]
    if key.user:
        facts.append(key.user)
    if key.current:
        facts.append(QCoreApplication.translate("WhoOpensDialog", "this computer uses it"))
    return " · ".join(facts)


class WhoOpensDialog(AskingDialog):
    def __init__(self, access: PlaceAccess, now: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(
            self.tr("Who can open the backup"),
            self.tr(
                "Each of these opens the backup. What is removed opens nothing any more; your "
                "files stay as they are."
            ),
            access,
            parent,
            _WIDTH,
        )
        self._now = now
        self.keys: tuple[KeyFacts, ...] = ()
        self.remove_buttons: dict[str, Button] = {}
        self._lines = column()
        inside = QWidget()
        inside.setProperty("role", "page")
        inside.setLayout(self._lines)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        area.setFixedHeight(_LEAST_HEIGHT)
        area.setAccessibleName(self.windowTitle())
        self.body.addWidget(area)
        self.close_button.setText(self.tr("Close"))
        self.say(self.tr("Asking the storage…"))
        access.ask(lambda no, place: ListKeys(id=no, place=place), self._show, self.say_error)

    def _show(self, reply: Reply) -> None:
        if not isinstance(reply, KeyList):
            return
        self.say("")
        self.keys = reply.keys
        self.remove_buttons.clear()
        clear(self._lines)
        height = 0
        for key in self.keys:
            if self._lines.count():
                self._lines.addWidget(Hairline())
            line = self._line(key)
            self._lines.addWidget(line)
            height += line.sizeHint().height() + 1
        self._lines.addStretch(1)
        self._area.setFixedHeight(min(_LIST_HEIGHT, height))

    def _line(self, key: KeyFacts) -> QWidget:
        line = QWidget()
        layout = row(spacing=tokens.ICON_GAP)
        layout.setContentsMargins(0, 8, 4, 8)
        layout.addWidget(IconLabel(Icon.PRINTER if key.recovery else Icon.KEY))
        words = column(spacing=2)
        words.addWidget(Elided(key_name(key), weight=500))
        words.addWidget(Text(key_line(key, self._now()), TextSize.SMALL, tone="second", wrap=True))
        layout.addLayout(words, 1)
        if not key.current:
            button = Button(self.tr("Remove…"), small=True)
            button.clicked.connect(self._clicked)
            button.setAccessibleName(f"{self.tr('Remove…')} {key_name(key)}")
            button.setProperty("key", key.name)
            self.remove_buttons[key.name] = button
            layout.addWidget(button)
        line.setLayout(layout)
        return line

    def _clicked(self) -> None:
        name = str(self.sender().property("key"))
        key = next((one for one in self.keys if one.name == name), None)
        if key is None:
            return
        told = self.tr("%1, %2. Whoever has only this cannot open the backup any more.")
        told = fill(told, key_name(key), key_line(key, self._now()))
        title = self.tr("Remove this?")
        question = Question(title, told, self, icon=Icon.KEY, colour="attention")
        remove = question.add(self.tr("Remove"), self._agreed)
        remove.setProperty("key", name)
        question.open()

    def _agreed(self) -> None:
        self.remove(str(self.sender().property("key")))

    def remove(self, name: str) -> None:
        """Without another question."""
        self.say(self.tr("Removing it…"))
        self.access.ask(
            lambda no, place: RemoveKey(id=no, place=place, key=name), self._show, self.say_error
        )
