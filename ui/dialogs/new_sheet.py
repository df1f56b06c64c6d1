"""A new recovery sheet: its key opens the backup before the paper is shown, so that no paper is
ever worth nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from backupclient import recovery_key
from backupclient.errors import BackupError
from backupclient.secret_store import SecretName
from backupclient.wire.envelope import Reply
from backupclient.wire.passwords import AddKey, KeyList, RemoveKey
from ui.dialogs.asking import AskingDialog
from ui.dialogs.first_run_choices import Choices, Surroundings
from ui.dialogs.first_run_key import SheetPart
from ui.explained import explain
from ui.place_access import PlaceAccess
from ui.widgets.buttons import Button
from ui.widgets.ticks import Tick

_WIDTH = 884
_LEAST_PAPER, _MOST_PAPER = 320, 560
_REST = 240
"""What the dialog needs above and below the paper."""


class SheetDialog(AskingDialog):
    """`surroundings` are those of the window; nothing is asked of them but the time."""

    def __init__(self, access: PlaceAccess, surroundings: Surroundings, parent: QWidget) -> None:
        super().__init__(
            self.tr("A new recovery sheet"),
            self.tr(
                "With this sheet you get everything back, also on a new computer, also without us."
            ),
            access,
            parent,
            _WIDTH,
        )
        plan = access.plan
        self._choices = Choices(plan.computer)
        self._choices.storage = plan.storage
        self._choices.recovery_key = recovery_key.generate()
        self.sheet = SheetPart(self._choices, surroundings, self._look)
        self.sheet.arrange(narrow=True)
        self._paper = QScrollArea()
        self._paper.setWidgetResizable(True)
        self._paper.setFrameShape(QFrame.Shape.NoFrame)
        self._paper.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._paper.setFixedHeight(max(_LEAST_PAPER, min(_MOST_PAPER, parent.height() - _REST)))
        self._paper.setAccessibleName(self.windowTitle())
        self.sheet.setProperty("role", "page")
        self._paper.setWidget(self.sheet)
        self.body.addWidget(self._paper)
        self._paper.hide()
        self.older: list[str] = []
        self.revoke = Tick(self.tr("Sheets made before open the backup no more"), weight=400)
        self.revoke.hide()
        self.body.addWidget(self.revoke)
        self.ready = Button(self.tr("Done"), self._finish, kind="main")
        self.add_button(self.ready)
        self._look()
        self.say(self.tr("Adding a new recovery key…"))
        access.background.run(self._secret_key, self._begin, self._fail)

    @property
    def key(self) -> str:
        return self._choices.recovery_key

    def _secret_key(self) -> str:
        return self.access.secrets.get(SecretName.SECRET_KEY) or ""

    def _begin(self, secret_key: str) -> None:
        on_s3 = self.access.plan.storage.location.startswith("s3:")
        self._choices.secret_key = secret_key if on_s3 else ""
        key = self.key
        self.access.ask(
            lambda no, place: AddKey(id=no, place=place, password=key, recovery=True),
            self._added,
            self.say_error,
        )

    def _fail(self, error: Exception) -> None:
        self.say(str(error), "problem")

    def _added(self, reply: Reply) -> None:
        if not isinstance(reply, KeyList):
            return
        sheets = [key for key in reply.keys if key.recovery]
        self.older = [key.name for key in sheets[:-1] if not key.current]
        self.say("")
        self._paper.show()
        self.sheet.enter()
        self.revoke.setVisible(bool(self.older))

    def _look(self) -> None:
        ready = self.sheet.confirmed and not self.busy
        self.ready.setEnabled(ready)
        why = self.tr("Type the last four characters of the key first.")
        self.ready.setToolTip("" if ready else why)

    def _finish(self) -> None:
        if self.revoke.isChecked() and self.older:
            self.busy = True
            self._look()
            self.say(self.tr("Removing the sheets before…"))
            self._remove_next()
        else:
            self.accept()

    def _remove_next(self) -> None:
        if not self.older:
            self.busy = False
            self.accept()
            return
        name = self.older[0]
        self.access.ask(
            lambda no, place: RemoveKey(id=no, place=place, key=name), self._removed, self._stays
        )

    def _removed(self, _reply: Reply) -> None:
        self.older.pop(0)
        self._remove_next()

    def _stays(self, error: BackupError) -> None:
        self.busy = False
        self.revoke.setChecked(False)
        self._look()
        words = self.tr(
            "The new sheet holds. The one before still opens the backup: %1. You can remove it "
            "later, under “Who can open the backup”."
        )
        self.say(words.replace("%1", explain(error).title), "attention")
