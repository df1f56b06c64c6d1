"""Settings of the storage, and what opens the backup."""

from __future__ import annotations

from PySide6.QtCore import Signal

from backupclient.plan import BackupPlan
from backupclient.secret_store import Keeper
from ui.pages.settings_parts import Section, SettingRow
from ui.paths import shown_path
from ui.widgets.buttons import Button


class StorageSection(Section):
    change_place = Signal()
    change_limit = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Storage"))
        change = Button(self.tr("Change…"), self.change_place.emit)
        self._address = SettingRow(self.tr("Where the backup is"), " ", change)
        self._keeper = SettingRow(self.tr("Who keeps the secrets"), " ")
        limit = Button(self.tr("Change…"), self.change_limit.emit)
        self._limit = SettingRow(self.tr("How much it may take"), " ", limit)
        for line in (self._address, self._limit, self._keeper):
            self.add(line)

    def show_plan(self, plan: BackupPlan, keeper: Keeper, limit: str) -> None:
        self._address.show_line(shown_path(plan.storage.location.removeprefix("s3:")))
        self._limit.show_line(limit)
        self._keeper.show_line(
            self.tr("The keyring of this computer.")
            if keeper is Keeper.KEYRING
            else self.tr("A file in the data folder that only you can read.")
        )


class SecuritySection(Section):
    change_password = Signal()
    show_keys = Signal()
    new_sheet = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Security"))
        sheet = Button(self.tr("Make a new one…"), self.new_sheet.emit)
        password = Button(self.tr("Change…"), self.change_password.emit)
        keys = Button(self.tr("Show…"), self.show_keys.emit)
        for name, line, button in (
            (
                self.tr("Recovery sheet"),
                self.tr("For when the old one is lost, or the address has changed."),
                sheet,
            ),
            (self.tr("Password"), self.tr("Nobody can reset it, us included."), password),
            (
                self.tr("Who can open the backup"),
                self.tr("Passwords and recovery sheets, each since when."),
                keys,
            ),
        ):
            self.add(SettingRow(name, line, button))
