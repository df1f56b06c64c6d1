"""Leaving a file or folder out of the backup: what that does is shown before it is done."""

from __future__ import annotations

import os

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from backupclient.plan import BackupPlan
from backupclient.wire.answers import FileAnswer, FolderAnswer, PathAnswer
from ui import numbers
from ui.dialogs.fitted import FittedDialog
from ui.models.file_words import name_of
from ui.theme import TextSize
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Elided, Text

_WIDTH = 480
_MEANT_LITERALLY = str.maketrans({one: f"\\{one}" for one in "*?[\\"})


def rule_for(path: bytes) -> str | None:
    """The rule that means this path and nothing else; None if its name is no text, which the plan
    cannot hold."""
    text = os.fsdecode(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text.translate(_MEANT_LITERALLY)


def with_rule(plan: BackupPlan, rule: str) -> BackupPlan:
    return msgspec.structs.replace(plan, rules=tuple(dict.fromkeys((*plan.rules, rule))))


class LeaveOutDialog(FittedDialog):
    """Belongs to the window's thread."""

    chosen = Signal(str)
    """The rule that was agreed to."""

    def __init__(self, answer: PathAnswer, parent: QWidget) -> None:
        super().__init__(parent)
        self._rule = rule_for(answer.path)
        self.setWindowTitle(self.tr("Leave out"))
        self.setFixedWidth(_WIDTH)
        self.what = Text(self._what(answer), wrap=True)
        layout = column(margins=24, spacing=8)
        layout.addWidget(Text(self.tr("Leave this out?"), TextSize.LARGE, weight=600))
        layout.addWidget(Elided(name_of(answer.path), weight=500))
        layout.addWidget(self.what)
        kept = self.tr("What the backup has of it already stays and can be restored.")
        layout.addWidget(Text(kept, tone="second", wrap=True))
        if self._rule is None:
            unable = self.tr("Its name cannot be written down as a rule.")
            layout.addWidget(Text(unable, tone="attention", wrap=True))
        else:
            rule = self.tr("The rule “%1” is added to the plan; it can be taken back in Settings.")
            layout.addWidget(Text(rule.replace("%1", self._rule), tone="second", wrap=True))
        layout.addSpacing(8)
        buttons = row(spacing=8)
        buttons.addStretch(1)
        buttons.addWidget(Button(self.tr("Cancel"), self.reject))
        self.agree = Button(self.tr("Leave out"), self._agree, kind="main")
        self.agree.setEnabled(self._rule is not None)
        self.agree.setDefault(True)
        self.agree.setFocus()
        buttons.addWidget(self.agree)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def _what(self, answer: PathAnswer) -> str:
        if isinstance(answer, FileAnswer):
            words = self.tr("The next backup will be without this file (%1).")
            return words.replace("%1", numbers.size(answer.size))
        return self._of_folder(answer)

    def _of_folder(self, folder: FolderAnswer) -> str:
        counts = folder.counts
        amounts = (counts.safe, counts.changed, counts.waiting, counts.problem)
        words = self.tr("The next backup will be without this folder and what is in it: %1, %2.")
        words = words.replace("%1", numbers.files(sum(one.files for one in amounts)))
        return words.replace("%2", numbers.size(sum(one.bytes for one in amounts)))

    def _agree(self) -> None:
        if self._rule is not None:
            self.chosen.emit(self._rule)
        self.accept()
