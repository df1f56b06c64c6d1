"""Step 2: where it should be kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from backupclient.plan import Storage
from backupclient.wire.envelope import Reply
from backupclient.wire.household import AccountStatus, MakeStorageKeys, StorageKeysMade
from backupclient.wire.storage_plan import PlanShown, ShowPlan
from ui.dialogs.drive_list import Destination, DriveList
from ui.dialogs.first_run_choices import Choices, Surroundings
from ui.dialogs.first_run_page import StepPage
from ui.dialogs.place_trial import PlaceTrial
from ui.dialogs.sign_in_part import SignInPart
from ui.dialogs.storage_form import Filled, StorageForm
from ui.icons import Icon
from ui.widgets.boxes import Box, IconLabel, column, row
from ui.widgets.buttons import Button, Segments
from ui.widgets.texts import Text
from ui.wording_account import host

_SIDE_WIDTH = 300
_OWN, _PLAN = 1, 2


class WherePage(StepPage):
    def __init__(self, choices: Choices, surroundings: Surroundings) -> None:
        super().__init__(
            self.tr("Where should it be kept?"),
            self.tr("Best on something that does not share a room with this computer."),
        )
        self._choices, self._surroundings = choices, surroundings
        self.kinds = Segments(
            (
                (Icon.DRIVE, self.tr("A drive or folder")),
                (Icon.NAV_STORAGE, self.tr("Storage I have an account for")),
                (Icon.PERSON, self.tr("A plan with an invitation")),
            ),
            self.show_kind,
        )
        self.drives, self.form = DriveList(), StorageForm()
        self.trial = PlaceTrial(surroundings)
        self.test_button = Button(self.tr("Test the connection"), self.test)
        self._warning = _Warning(
            self.tr(
                "Your files are on this disk, too. If it breaks or is stolen, both are gone: a "
                "drive that you can unplug is better."
            )
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(_at_top(self.drives))
        self._stack.addWidget(self._account_part())
        self.sign_in = SignInPart(surroundings.ask, choices.computer)
        self._stack.addWidget(_at_top(self.sign_in))
        self._arrange()
        self._keys: StorageKeysMade | None = None
        """To the plan's storage, once there are any."""
        self._plan_free: int | None = None
        self.drives.chosen.connect(self._take_folder)
        self.form.changed.connect(self._retype)
        self.sign_in.signed_in.connect(self._ask_for_keys)
        surroundings.account.connect(self.sign_in.hear)
        self.trial.changed.connect(self._take_trial)
        self._retype()

    @property
    def ready(self) -> bool:
        return self.trial.passed

    @property
    def why_not(self) -> str:
        if self.trial.running:
            return self.tr("The test is not done yet.")
        if self._stack.currentIndex() == _PLAN:
            return self.tr("Sign in to your plan first.")
        if self._stack.currentIndex():
            return self.tr("Test the connection first.")
        return self.tr("Choose a drive or a folder.")

    def offer(self, filled: Filled) -> None:
        """Fill in a storage, and test it."""
        words = self.tr("This one is on this computer, to try it out. A real one is elsewhere.")
        self.show_words(self.title, words)
        self.show_kind(1)
        self.form.fill(filled)
        self.test()

    def show_kind(self, number: int) -> None:
        """0 for drives and folders, 1 for storage with an account, 2 for a plan."""
        self.kinds.choose(number)
        self._stack.setCurrentIndex(number)
        self._warning.hide()
        self.trial.forget()
        self._choices.device = self._choices.hostname = ""
        if not number:
            self.drives.tell_again()
        elif number == _PLAN and self.sign_in.is_signed_in:
            if self._keys is None:
                self._ask_for_keys(self.sign_in.status)
            else:  # who comes back: others would be worth no more, and end these
                self._use_keys(self._keys)

    def entered(self) -> None:
        if self._stack.currentIndex() == _OWN and not self.trial.running:
            self.test()

    def test(self) -> None:
        """What was typed."""
        filled = self.form.filled
        if filled is not None:
            self._choices.where = filled.name
            self._try(filled.storage, filled.secret_key)

    def _ask_for_keys(self, _status: AccountStatus) -> None:
        """To the plan's storage, for this computer alone."""
        if self._stack.currentIndex() == _PLAN:
            self._surroundings.ask(
                lambda no: MakeStorageKeys(id=no), self._take_keys, self.sign_in.refuse
            )

    def _take_keys(self, made: Reply) -> None:
        if isinstance(made, StorageKeysMade):
            self._keys = made
            if self._stack.currentIndex() == _PLAN:
                self._use_keys(made)

    def _use_keys(self, made: StorageKeysMade) -> None:
        choices, service = self._choices, host(self.sign_in.status.address)
        choices.where = self.tr("Your plan at %1").replace("%1", service)
        choices.device, choices.hostname = made.device, made.hostname
        storage = Storage(location=made.location, access_key=made.access_key, region=made.region)
        self._surroundings.ask(lambda no: ShowPlan(id=no), self._take_plan, self.sign_in.refuse)
        self._try(storage, made.secret_key)

    def _take_plan(self, shown: Reply) -> None:
        """How much the plan has room for, which no storage tells."""
        if isinstance(shown, PlanShown):
            self._plan_free = shown.plan.free
            self._take_trial()

    def _account_part(self) -> QWidget:
        part = QWidget()
        layout = column(spacing=20)
        layout.addWidget(self.form)
        buttons = row()
        buttons.addWidget(self.test_button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addStretch(1)
        part.setLayout(layout)
        return part

    def _arrange(self) -> None:
        kinds = row()
        kinds.addWidget(self.kinds)
        kinds.addStretch(1)
        self.body.addLayout(kinds)
        self.body.addSpacing(24)
        columns = row(spacing=48)
        columns.addWidget(self._stack, 1)
        side = column(spacing=24)
        holder = QWidget()
        holder.setFixedWidth(_SIDE_WIDTH)
        side.addWidget(self._warning)
        side.addWidget(self.trial)
        side.addStretch(1)
        holder.setLayout(side)
        columns.addWidget(holder)
        self.body.addLayout(columns, 1)

    def _take_folder(self, destination: Destination) -> None:
        self._choices.where = destination.name
        self._warning.setVisible(destination.same_disk)
        self._try(Storage(location=str(destination.path)), "")

    def _try(self, storage: Storage, secret_key: str) -> None:
        self._choices.storage = storage
        self._choices.secret_key = secret_key
        self.trial.start(self._surroundings.place(storage, "", secret_key))

    def _retype(self) -> None:
        self.test_button.setEnabled(self.form.filled is not None)
        missing = self.tr("Fill in all fields first.")
        self.test_button.setToolTip("" if self.test_button.isEnabled() else missing)
        if self._stack.currentIndex() == _OWN:
            self.trial.forget()

    def _take_trial(self) -> None:
        self._choices.backup_there = self.trial.backup_there
        by_plan = self._stack.currentIndex() == _PLAN
        self._choices.free_bytes = self._plan_free if by_plan else self.trial.free_bytes
        self.changed.emit()


class _Warning(Box):
    def __init__(self, text: str) -> None:
        super().__init__("warning")
        layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(12)
        layout.addWidget(IconLabel(Icon.STATE_PROBLEM, "attention"), 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(Text(text, wrap=True), 1)
        self.setLayout(layout)
        self.hide()


def _at_top(widget: QWidget) -> QWidget:
    holder = QWidget()
    layout = column()
    layout.addWidget(widget)
    layout.addStretch(1)
    holder.setLayout(layout)
    return holder
