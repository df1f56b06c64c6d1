"""The fields for a storage that somebody has an account for."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from backupclient.plan import Storage
from ui.presets import OWN_ADDRESS, PROVIDERS, Asks, Provider, location_of
from ui.theme import TextSize
from ui.widgets.boxes import column
from ui.widgets.fields import ChoiceBox, Field, SecretField
from ui.widgets.texts import Text


class Filled(NamedTuple):
    """What was typed, as the plan has it; the secret is kept elsewhere."""

    storage: Storage
    secret_key: str
    name: str
    """What people call it."""


class StorageForm(QWidget):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.provider = _Choice(self.tr("Provider"))
        for provider in PROVIDERS:
            self.provider.box.addItem(provider.name, provider)
        self.provider.box.addItem(self.tr("Another one: its address"), OWN_ADDRESS)
        self.region = _Choice(self.tr("Region"), editable=True)
        self.address = Field(self.tr("Address"))
        self.space = Field(self.tr("Name of the storage space"), "my-backup")
        self.access_key = Field(self.tr("Access key"))
        self.secret_key = SecretField(self.tr("Secret key"), self.tr("Show the secret key"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(16)
        for number, widget in enumerate(
            (
                self.provider,
                self.region,
                self.address,
                self.space,
                self.access_key,
                self.secret_key,
            )
        ):
            line = {0: 0, 1: 0, 2: 0, 3: 1, 4: 2, 5: 2}[number]
            grid.addWidget(widget, line, 0 if number in {0, 3, 4} else 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.setLayout(grid)
        self.provider.box.currentIndexChanged.connect(self._show_provider)
        self.region.box.editTextChanged.connect(self._tell)
        for field in (self.address, self.space, self.access_key, self.secret_key):
            field.edit.textChanged.connect(self._tell)
        self._show_provider()

    @property
    def chosen(self) -> Provider:
        provider = self.provider.box.currentData()
        return provider if isinstance(provider, Provider) else OWN_ADDRESS

    @property
    def filled(self) -> Filled | None:
        """None while something is missing."""
        provider = self.chosen
        by_region = provider.asks is Asks.REGION
        answer = self.region.box.currentText().strip() if by_region else self.address.text
        space, key, secret = self.space.text, self.access_key.text, self.secret_key.text
        if not (answer and space and key and secret):
            return None
        storage = Storage(
            location=location_of(provider, answer, space),
            access_key=key,
            region=provider.signed_for,
        )
        return Filled(storage, secret, provider.name or answer)

    def fill(self, filled: Filled) -> None:
        """As if it had been typed; for providers that are asked for by their address."""
        self.provider.box.setCurrentIndex(max(0, self.provider.box.findText(filled.name)))
        address, _, space = filled.storage.location.removeprefix("s3:").rpartition("/")
        self.address.edit.setText(address)
        self.space.edit.setText(space)
        self.access_key.edit.setText(filled.storage.access_key)
        self.secret_key.edit.setText(filled.secret_key)

    def _show_provider(self) -> None:
        provider = self.chosen
        self.region.setVisible(provider.asks is Asks.REGION)
        self.address.setVisible(provider.asks is not Asks.REGION)
        self.region.box.clear()
        self.region.box.addItems(list(provider.regions))
        self.region.box.setCurrentIndex(-1)
        account = provider.asks is Asks.ACCOUNT
        label = self.tr("Account ID") if account else self.tr("Address")
        self.address.show_label(label, provider.example)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()


class _Choice(QWidget):
    def __init__(self, label: str, *, editable: bool = False) -> None:
        super().__init__()
        self.box = ChoiceBox()
        self.box.setEditable(editable)
        self.box.setAccessibleName(label)
        layout = column(spacing=4)
        layout.addWidget(Text(label, TextSize.SMALL, tone="second"))
        layout.addWidget(self.box)
        self.setLayout(layout)
