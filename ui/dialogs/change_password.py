"""Another password: added, kept by this computer, and only then is the old one removed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from backupclient.errors import BackupError
from backupclient.secret_store import SecretName
from backupclient.wire.envelope import Reply
from backupclient.wire.passwords import AddKey, KeyList, RemoveKey
from ui.dialogs.asking import AskingDialog
from ui.explained import explain
from ui.password_worth import worth
from ui.place_access import PlaceAccess
from ui.widgets.buttons import Button
from ui.widgets.fields import SecretField
from ui.widgets.texts import Text


class PasswordDialog(AskingDialog):
    """`done_line` says what came of it, once it is done."""

    def __init__(self, access: PlaceAccess, parent: QWidget) -> None:
        super().__init__(
            self.tr("Change the password"),
            self._line(access),
            access,
            parent,
        )
        self.field = SecretField(self.tr("New password"), self.tr("Show the password"))
        self.field.edit.textChanged.connect(self._look)
        self._worth = Text(wrap=True)
        self.body.addWidget(self.field)
        self.body.addWidget(self._worth)
        self.change = Button(self.tr("Change it"), self._begin, kind="main")
        self.change.setDefault(True)
        self.add_button(self.change)
        self._old = ""
        self._look()

    def _line(self, access: PlaceAccess) -> str:
        if access.plan.device:  # it may have made the one it has by itself
            return self.tr(
                "This computer then opens the backup with the new password. Each computer of your "
                "household has a password of its own: theirs keep working, and so do recovery "
                "sheets."
            )
        return self.tr(
            "The new password then opens the backup, on this computer too. Recovery sheets and the "
            "passwords of your other computers keep working."
        )

    def _look(self) -> None:
        words, tone = worth(self.field.edit.text())
        self._worth.set_tone(tone)
        self._worth.setText(words)
        ready = bool(self.field.edit.text()) and not self.busy
        self.change.setEnabled(ready)
        self.change.setToolTip("" if ready else self.tr("Type a password first."))

    def _work(self, *, busy: bool) -> None:
        self.busy = busy
        self.field.setEnabled(not busy)
        self._look()

    def _begin(self) -> None:
        new = self.field.edit.text()
        self._work(busy=True)
        self.say(self.tr("Adding the new password…"))
        self.access.ask(
            lambda no, place: AddKey(id=no, place=place, password=new), self._added, self._refused
        )

    def _added(self, reply: Reply) -> None:
        if isinstance(reply, KeyList):
            self._old = next((key.name for key in reply.keys if key.current), "")
        new = self.field.edit.text()
        self.access.keep({SecretName.PASSWORD: new}, self._kept, self._refused)

    def _kept(self) -> None:
        self.say(self.tr("Removing the old password…"))
        old = self._old
        self.access.ask(
            lambda no, place: RemoveKey(id=no, place=place, key=old), self._removed, self._stays
        )

    def _removed(self, _reply: Reply) -> None:
        words = self.tr("Done. The old password opens nothing any more.")
        if self.access.plan.device:
            words = self.tr(
                "Done. What this computer used until now opens nothing any more; the passwords of "
                "your other computers still do."
            )
        self._show_end(words, "safe")

    def _stays(self, error: BackupError) -> None:
        words = self.tr(
            "The new password holds. The old one still opens the backup, too: %1. You can remove "
            "it later, under “Who can open the backup”."
        )
        self._show_end(words.replace("%1", explain(error).title), "attention")

    def _show_end(self, words: str, tone: str) -> None:
        self.busy = False
        self.say(words, tone)
        self.field.hide()
        self._worth.hide()
        self.change.hide()
        self.close_button.setText(self.tr("Close"))
        self.close_button.setFocus()

    def _refused(self, error: BackupError) -> None:
        self.say_error(error)
        self._work(busy=False)
