"""Settings for who knows what they do with them."""

from __future__ import annotations

import shlex
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit

from backupclient.plan import BackupPlan
from ui.icons import Icon
from ui.pages.settings_parts import Section, SettingRow
from ui.widgets.buttons import Button

_FIELD_WIDTH = 320


class AdvancedSection(Section):
    report_url_chosen = Signal(str)
    """Who is told how each backup ended; empty for nobody."""
    support_address_chosen = Signal(str)
    """Where reports for support are sent to."""

    def __init__(self) -> None:
        super().__init__(self.tr("Advanced"))
        self._told = self._words = ""
        self._folder = Path()
        copy = Button(self.tr("Copy"), self._copy_command, icon=Icon.COPY)
        copy.setAccessibleName(self.tr("Copy the command"))
        self._command = SettingRow(self.tr("The command that does the same"), " ", copy)
        self._url = QLineEdit()
        self._url.setPlaceholderText("https://")
        self._url.setMinimumWidth(_FIELD_WIDTH)
        self._url.editingFinished.connect(self._choose_url)
        self._report = SettingRow(self.tr("Address to call after each backup"), " ", self._url)
        self._support = QLineEdit()
        self._support.setMinimumWidth(_FIELD_WIDTH)
        self._support.editingFinished.connect(self._choose_support)
        support = SettingRow(
            self.tr("Address of who helps you"),
            self.tr(
                "Help names it with a report for support, where no account has people of its own."
            ),
            self._support,
        )
        show = Button(self.tr("Open"), self._open_data)
        show.setAccessibleName(self.tr("Open the folder of Plainkeep's own data"))
        self._data = SettingRow(self.tr("Plainkeep's own data"), " ", show)
        for line in (self._command, self._report, support, self._data):
            self.add(line)

    def show_plan(self, plan: BackupPlan | None, data: Path) -> None:
        self._folder = data
        self._data.show_line(str(data))
        self._words = _same_command(plan, data)
        self._command.show_line(self._words)
        self._report.setVisible(plan is not None)
        if plan is not None and plan.report_url != self._told:
            self._told = plan.report_url
            self._url.setText(plan.report_url)
        self._explain(refused=False)

    def show_support(self, address: str) -> None:
        self._support.setText(address)

    def _choose_support(self) -> None:
        self.support_address_chosen.emit(self._support.text().strip())

    def _choose_url(self) -> None:
        url = self._url.text().strip()
        refused = bool(url) and not _is_address(url)
        self._explain(refused=refused)
        if not refused and url != self._told:
            self._told = url
            self.report_url_chosen.emit(url)

    def _explain(self, *, refused: bool) -> None:
        self._report.show_line(
            self.tr("It must begin with https:// or http://, and is not kept like this.")
            if refused
            else self.tr(
                "So that a monitor of yours warns when this computer cannot. Called when all is "
                "safe; with {result} or {exit_code} in it, after every backup."
            )
        )

    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self._words)

    def _open_data(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def _is_address(text: str) -> bool:
    url = QUrl(text, QUrl.ParsingMode.TolerantMode)
    return url.scheme() in ("http", "https") and bool(url.host())


def _same_command(plan: BackupPlan | None, data: Path) -> str:
    if plan is None:
        return shlex.join(("backupclient", "app", "--data-dir", str(data)))
    rules = (part for rule in plan.rules for part in ("--exclude", rule))
    caches = ("--exclude-caches",) if plan.exclude_caches else ()
    words = ("backupclient", "-r", plan.storage.location, "backup", *plan.folders)
    return shlex.join((*words, *rules, *caches))
