"""Other access keys: tried first, kept if the storage takes them."""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from backupclient.answers import PlaceStep
from backupclient.errors import BackupError
from backupclient.plan import BackupPlan
from backupclient.protocol import Reply, TryPlace
from backupclient.requests import Place
from backupclient.support.explainer import explain
from ui.controller import Controller
from ui.theme import TextSize
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

_WIDTH = 480


class KeysDialog(QDialog):
    """Belongs to the window's thread."""

    def __init__(self, plan: BackupPlan, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan, self._controller = plan, controller
        self.setWindowTitle(self.tr("Access keys"))
        self.setFixedWidth(_WIDTH)
        self.access, self.secret = QLineEdit(plan.storage.access_key), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.told = Text(tone="second", wrap=True)
        self.keep = Button(self.tr("Try and keep"), self._try, kind="main")
        layout = column(margins=24, spacing=8)
        layout.addWidget(Text(self.tr("Access keys"), TextSize.LARGE, weight=600))
        where = self.tr("For %1. What the backup has stays as it is.")
        address = plan.storage.location.removeprefix("s3:")
        layout.addWidget(Text(where.replace("%1", address), tone="second", wrap=True))
        layout.addSpacing(8)
        for name, field in (
            (self.tr("Access key"), self.access),
            (self.tr("Secret key"), self.secret),
        ):
            field.setAccessibleName(name)
            field.textChanged.connect(self._look)
            layout.addWidget(Text(name, weight=500))
            layout.addWidget(field)
        layout.addWidget(self.told)
        layout.addSpacing(8)
        buttons = row(spacing=8)
        buttons.addStretch(1)
        buttons.addWidget(Button(self.tr("Cancel"), self.reject))
        buttons.addWidget(self.keep)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self.keep.setDefault(True)
        self._look()

    def _look(self) -> None:
        ready = bool(self.access.text().strip() and self.secret.text().strip())
        self.keep.setEnabled(ready)
        self.keep.setToolTip("" if ready else self.tr("Both keys are needed."))

    def _try(self) -> None:
        self.keep.setEnabled(False)
        self.told.set_tone("second")
        self.told.setText(self.tr("Asking the storage…"))
        storage = self._plan.storage
        place = Place(
            location=storage.location,
            password="",
            data_dir=str(self._controller.data),
            access_key=self.access.text().strip(),
            secret_key=self.secret.text().strip(),
            region=storage.region,
            ca_file=storage.ca_file,
        )
        self._controller.link.ask(
            lambda no: TryPlace(id=no, place=place, step=PlaceStep.REACH),
            self._taken,
            self._refused,
        )

    def _taken(self, _reply: Reply) -> None:
        if self.isVisible():
            storage = msgspec.structs.replace(
                self._plan.storage, access_key=self.access.text().strip()
            )
            plan = msgspec.structs.replace(self._plan, storage=storage)
            self._controller.change_keys(plan, self.secret.text().strip())
            self.accept()

    def _refused(self, error: BackupError) -> None:
        if self.isVisible():
            told = explain(error)
            self.told.set_tone("problem")
            self.told.setText(f"{told.title}. {told.next_step}")
            self.keep.setEnabled(True)
