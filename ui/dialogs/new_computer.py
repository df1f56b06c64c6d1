"""On a new computer: a backup that exists is found by its address and its recovery key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from backupclient import recovery_key
from backupclient.errors import BackupError
from backupclient.plan import Storage
from backupclient.wire.answers import PlaceStep
from backupclient.wire.envelope import Reply
from backupclient.wire.jobs import Pause
from backupclient.wire.places import PlaceTried, TryPlace
from ui.dialogs.first_run_choices import Choices, Surroundings
from ui.dialogs.first_run_page import StepPage
from ui.dialogs.path_dialogs import ask_folder
from ui.explained import explain
from ui.icons import Icon
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, SecretField
from ui.widgets.steps import Step, StepLine

_WIDTH = 560
REST_SECONDS = 86400.0
"""So long no backup begins by itself, so that none is in a restore's way."""


class NewComputerPage(StepPage):
    taken_over = Signal(object)
    """The `BackupPlan` with the backup that was found. It runs by itself after a day, or when
    somebody goes on: what is to be restored comes first."""

    def __init__(self, choices: Choices, surroundings: Surroundings) -> None:
        super().__init__(
            self.tr("Get your backup back"),
            self.tr("Everything you need is on the recovery sheet."),
        )
        self.go_on_text = self.tr("Find my backup")
        self._choices, self._surroundings = choices, surroundings
        self._at_work = False
        self.address = Field(
            self.tr("Address of your storage"), self.tr("as on the sheet, or what its code says")
        )
        self.key = SecretField(self.tr("Recovery key, or password"), self.tr("Show the key"))
        self.access_key = Field(self.tr("Access key of the storage"))
        self.secret_key = SecretField(self.tr("Secret key"), self.tr("Show the secret key"))
        self.line = StepLine("")
        self.line.hide()
        browse = Button(self.tr("It is on a drive…"), self._browse, icon=Icon.DRIVE)
        layout = column(spacing=16)
        for field in (self.address, self.key, self.access_key, self.secret_key):
            field.setMaximumWidth(_WIDTH)
            field.edit.textChanged.connect(self._typed)
        layout.addWidget(self.address)
        buttons = row()
        buttons.addWidget(browse)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addWidget(self.access_key)
        layout.addWidget(self.secret_key)
        layout.addWidget(self.key)
        layout.addSpacing(8)
        layout.addWidget(self.line)
        layout.addStretch(1)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(layout)
        self._typed()

    @property
    def busy(self) -> bool:
        return self._at_work

    @property
    def ready(self) -> bool:
        return bool(self.address.text and self.key.text) and not self._at_work

    @property
    def why_not(self) -> str:
        return self.tr("Type the address and the recovery key first.")

    @property
    def needs_keys(self) -> bool:
        return self.address.text.startswith("s3:")

    def enter(self) -> None:
        self.address.edit.setFocus()

    def go_on(self) -> bool:
        """Look for it; `taken_over` comes when it was found and is kept."""
        password = recovery_key.as_key(self.key.text) or self.key.edit.text()
        keys = self.needs_keys
        self._choices.storage = Storage(
            location=self.address.text, access_key=self.access_key.text if keys else ""
        )
        self._choices.secret_key = self.secret_key.text if keys else ""
        self._choices.password = password
        place = self._surroundings.place(self._choices.storage, password, self._choices.secret_key)
        self._at_work = True
        self.line.show_step(Step.NOW, text=self.tr("Look for the backup"))
        self.line.show()
        self.changed.emit()
        self._surroundings.ask(
            lambda no: TryPlace(id=no, place=place, step=PlaceStep.LOOK), self._looked, self._fail
        )
        return False

    def _browse(self) -> None:
        title = self.tr("The folder of the backup on the drive")
        ask_folder(self, title, self.address.edit.setText)

    def _typed(self) -> None:
        """What the sheet's code says is two lines: the address, and the key."""
        address, _, key = self.address.edit.text().replace("\u2029", "\n").partition("\n")
        if not key:
            address, _, key = self.address.edit.text().rpartition(" ")
            address, key = (address, key) if recovery_key.as_key(key) else ("", "")
        if key:
            self.address.edit.setText(address.strip())
            self.key.edit.setText(key.strip())
        self.access_key.setVisible(self.needs_keys)
        self.secret_key.setVisible(self.needs_keys)
        self.line.hide()
        self.changed.emit()

    def _looked(self, reply: Reply) -> None:
        assert isinstance(reply, PlaceTried)
        if reply.finding.opens:
            self.line.show_step(Step.DONE, text=self.tr("Your backup is found, and it opens"))
            self._surroundings.ask(
                lambda no: Pause(id=no, seconds=REST_SECONDS), self._take_over, self._fail
            )
        elif reply.finding.backup:
            self._say(self.tr("A backup is there, but the key does not open it"), self._about_key())
        else:
            self._say(
                self.tr("There is no backup at this address"),
                self.tr("Compare it letter by letter with the sheet, its last part above all."),
            )

    def _take_over(self, _paused: Reply) -> None:
        plan = self._choices.plan()
        self._surroundings.keep(self._choices, plan, self.taken_over.emit, self._not_kept)

    def _about_key(self) -> str:
        if recovery_key.as_key(self.key.text):
            return self.tr("The key is spelled right: it is of another backup.")
        return self.tr("Compare it with the sheet; one character is easily mistaken.")

    def _not_kept(self, error: Exception) -> None:
        self._say(self.tr("It could not be kept on this computer"), str(error))

    def _fail(self, error: BackupError) -> None:
        explained = explain(error)
        self._say(explained.title, explained.next_step)

    def _say(self, title: str, detail: str) -> None:
        self._at_work = False
        self.line.show_step(Step.FAILED, detail, title)
        self.bring_into_view(self.line)
        self.changed.emit()
