"""What the Settings page wishes for, carried out: dialogs about the place and what opens it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from backupclient.clock import Clock
from backupclient.plan import BackupPlan
from backupclient.secret_store import SecretStore
from backupclient.wire.automatic import AskSurroundings, SurroundingsTold
from backupclient.wire.envelope import Reply
from ui.controller import Controller
from ui.dialogs.change_password import PasswordDialog
from ui.dialogs.change_place import PlaceDialog
from ui.dialogs.first_run_choices import Surroundings
from ui.dialogs.who_opens import WhoOpensDialog
from ui.pages.settings import SettingsPage
from ui.place_access import PlaceAccess


class SettingsWishes(QObject):
    """Between the page and the controller. Belongs to the window's thread."""

    opened = Signal(object)
    """A `QDialog` was opened."""
    sheet_made = Signal()
    """Somebody has a new recovery sheet."""

    def __init__(
        self,
        page: SettingsPage,
        controller: Controller,
        secrets: SecretStore,
        clock: Clock,
        window: QWidget,
    ) -> None:
        super().__init__(page)
        self._page, self._controller = page, controller
        self._secrets, self._clock, self._window = secrets, clock, window
        page.wanted.connect(self._ask_what_can_be)
        page.change_place.connect(self.change_place)
        page.change_password.connect(self.change_password)
        page.show_keys.connect(self.show_keys)
        page.new_sheet.connect(self.new_sheet)

    def _ask_what_can_be(self) -> None:
        self._controller.link.ask(lambda no: AskSurroundings(id=no), self._show_what_can_be)

    def _show_what_can_be(self, reply: Reply) -> None:
        if isinstance(reply, SurroundingsTold):
            self._page.show_possible(reply)

    def change_place(self) -> None:
        self._open(self._place_dialog)

    def change_password(self) -> None:
        self._open(lambda access: PasswordDialog(access, self._window))

    def show_keys(self) -> None:
        self._open(lambda access: WhoOpensDialog(access, self._clock.now, self._window))

    def new_sheet(self) -> None:
        self._open(self._sheet_dialog)

    def _open(self, make: Callable[[PlaceAccess], QDialog]) -> None:
        plan = self._controller.situation.plan
        if plan is None:
            return
        dialog = make(PlaceAccess(self._controller.data, plan, self._secrets))
        dialog.open()
        self.opened.emit(dialog)

    def _place_dialog(self, access: PlaceAccess) -> QDialog:
        dialog = PlaceDialog(access, self._window)
        dialog.changed.connect(self._take_plan)
        return dialog

    def _take_plan(self, plan: BackupPlan, anew: bool) -> None:
        """What could not be done with the old ones is tried again at once. A backup that was begun
        anew has no recovery sheet yet."""
        self._controller.change_plan(plan)
        self._page.wanted.emit()
        if anew:
            self.new_sheet()
        self._controller.back_up_anew()

    def _sheet_dialog(self, access: PlaceAccess) -> QDialog:
        # Needed seldom, and slow to load: printing.
        from ui.dialogs.new_sheet import SheetDialog  # noqa: PLC0415

        around = Surroundings(access.data, self._controller.link, self._secrets, self._clock)
        around.setParent(access)
        dialog = SheetDialog(access, around, self._window)
        dialog.accepted.connect(self.sheet_made)
        return dialog
