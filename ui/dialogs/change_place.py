"""Another address, other access keys, the password that holds there: all are tried before they are
kept, and only the backup that this computer knows is taken for it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from backupclient import recovery_key
from backupclient.errors import BackupError
from backupclient.plan import Storage, place_of
from backupclient.requests import Place
from backupclient.secret_store import SecretName
from backupclient.settings import KnownPlaces
from backupclient.wire.answers import PlaceStep
from backupclient.wire.envelope import Reply
from backupclient.wire.places import PlaceTried, SetUpPlace, TryPlace
from ui.dialogs.asking import AskingDialog
from ui.place_access import PlaceAccess
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, SecretField

_S3 = "s3:"
_WIDTH = 560


class PlaceDialog(AskingDialog):
    changed = Signal(object, bool)
    """The `BackupPlan` that holds now, its secrets are kept; and whether a new backup was begun."""

    def __init__(self, access: PlaceAccess, parent: QWidget) -> None:
        super().__init__(
            self.tr("Address and keys"),
            self.tr("They are tried first, and kept if your backup is there and opens."),
            access,
            parent,
            _WIDTH,
        )
        storage = access.plan.storage
        self._known_id = ""
        self._begun = False
        self.address = Field(self.tr("Where the backup is"))
        self.address.edit.setText(storage.location.removeprefix(_S3))
        self.access_key = Field(self.tr("Access key"))
        self.access_key.edit.setText(storage.access_key)
        self.secret_key = SecretField(self.tr("Secret key"), self.tr("Show the secret key"))
        self.secret_key.edit.setPlaceholderText(self.tr("as it was"))
        self.region = Field(self.tr("Region"), self.tr("if your storage asks for one"))
        self.region.edit.setText(storage.region)
        words = self.tr("Password of the backup, or its recovery key")
        self.password = SecretField(words, self.tr("Show the password"))
        self._fields = (self.address, self.access_key, self.secret_key, self.region, self.password)
        for field in self._fields:
            field.edit.textChanged.connect(self._look)
            self.body.addWidget(field)
        self.password.hide()
        self.anew = Button(self.tr("Begin a new backup there"), self._begin_anew)
        self.anew.hide()
        self.add_button(self.anew)
        self.keep = Button(self.tr("Try and keep"), self._try, kind="main")
        self.keep.setDefault(True)
        self.add_button(self.keep)
        self._look()

    @property
    def storage(self) -> Storage:
        """As it is typed."""
        location = self.address.text
        if location.startswith(("http://", "https://")):
            location = _S3 + location
        on_s3 = location.startswith(_S3)
        return msgspec.structs.replace(
            self.access.plan.storage,
            location=location,
            access_key=self.access_key.text if on_s3 else "",
            region=self.region.text if on_s3 else "",
        )

    def _look(self) -> None:
        storage = self.storage
        on_s3 = storage.location.startswith(_S3)
        for field in (self.access_key, self.secret_key, self.region):
            field.setVisible(on_s3)
        other_key = storage.access_key != self.access.plan.storage.access_key
        missing = on_s3 and (not storage.access_key or (other_key and not self.secret_key.text))
        self.keep.setEnabled(bool(storage.location) and not missing and not self.busy)
        why = self.tr("Both keys are needed.") if missing else self.tr("Type the address first.")
        self.keep.setToolTip("" if self.keep.isEnabled() else why)
        self.anew.hide()

    def _work(self, *, busy: bool) -> None:
        self.busy = busy
        for field in self._fields:
            field.setEnabled(not busy)
        self._look()

    def _typed_password(self) -> str:
        typed = self.password.edit.text()
        return recovery_key.as_key(typed) or typed

    def _place(self) -> Place:
        """In a thread: a keyring may ask somebody to unlock it."""
        access, storage = self.access, self.storage
        password = self._typed_password() or access.secrets.get(SecretName.PASSWORD) or ""
        secret = self.secret_key.text or access.secrets.get(SecretName.SECRET_KEY) or ""
        self._known_id = KnownPlaces(access.data).id_at(access.plan.storage.location) or ""
        plan = msgspec.structs.replace(access.plan, storage=storage)
        return place_of(plan, access.data, password=password, secret_key=secret)

    # --- trying -----------------------------------------------------------------------------------

    def _try(self) -> None:
        self._work(busy=True)
        self.say(self.tr("Asking the storage…"))
        self.access.ask_of(
            self._place,
            lambda no, place: TryPlace(id=no, place=place, step=PlaceStep.LOOK),
            self._tried,
            self._refused,
        )

    def _tried(self, reply: Reply) -> None:
        found = reply.finding if isinstance(reply, PlaceTried) else None
        if found is None or not found.backup:
            self._work(busy=False)
            self.say(self.tr("There is no backup at this address."), "attention")
            self.anew.show()
        elif not found.opens:
            self._work(busy=False)
            typed = bool(self.password.edit.text())
            self.say(self._about_password(typed=typed), "problem" if typed else "attention")
            self.password.show()
            self.password.edit.setFocus()
        elif self._known_id and found.repository_id != self._known_id:
            self._work(busy=False)
            words = self.tr("There is a backup at this address, but it is not yours of until now.")
            self.say(words, "problem")
        else:
            self._keep()

    def _about_password(self, *, typed: bool) -> str:
        if typed:
            return self.tr("It does not open the backup. Try again.")
        return self.tr(
            "The keys are right, but the password that this computer keeps does not open the "
            "backup. It was changed elsewhere: type the new one."
        )

    def _refused(self, error: BackupError) -> None:
        self._work(busy=False)
        self.say_error(error)

    # --- a new backup -----------------------------------------------------------------------------

    def _begin_anew(self) -> None:
        self._work(busy=True)
        self.say(self.tr("Preparing the place and its keys…"))
        self.access.ask_of(
            self._place,
            lambda no, place: SetUpPlace(id=no, place=place),
            self._take_new,
            self._refused,
        )

    def _take_new(self, _reply: Reply) -> None:
        self._begun = True
        self._keep()

    # --- keeping ----------------------------------------------------------------------------------

    def _keep(self) -> None:
        secrets = {
            SecretName.PASSWORD: self._typed_password(),
            SecretName.SECRET_KEY: self.secret_key.text,
        }
        typed = {name: value for name, value in secrets.items() if value}
        self.access.keep(typed, self._kept, self._refused)

    def _kept(self) -> None:
        self.busy = False
        plan = msgspec.structs.replace(self.access.plan, storage=self.storage)
        self.changed.emit(plan, self._begun)
        self.accept()
