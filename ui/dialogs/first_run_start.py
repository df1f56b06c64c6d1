"""Step 4: everything on one page, then the first backup."""

from __future__ import annotations

import secrets

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from backupclient.errors import BackupError, ManifestUnwritable
from backupclient.plan import BackupPlan
from backupclient.wire.envelope import Reply
from backupclient.wire.passwords import AddKey
from backupclient.wire.places import SetUpPlace
from ui import numbers
from ui.dialogs.first_run_choices import Choices, Surroundings
from ui.dialogs.first_run_page import StepPage
from ui.explained import explain
from ui.icons import Icon
from ui.paths import shown_path
from ui.phrases import fill
from ui.widgets.boxes import Card, Hairline, IconLabel, column
from ui.widgets.steps import Step, StepLine
from ui.widgets.texts import Text

_OWN_PASSWORD = 20
"""Bytes of chance in a password that a computer makes for itself."""


class StartPage(StepPage):
    done = Signal(object)
    """The `BackupPlan` that holds from now on; it and the secrets are kept."""

    def __init__(self, choices: Choices, surroundings: Surroundings) -> None:
        super().__init__(
            self.tr("Ready for your first backup"),
            self.tr("From now on it runs by itself. You can pause it or change this at any time."),
        )
        self.go_on_text = self.tr("Start the first backup")
        self._choices, self._surroundings = choices, surroundings
        self._at_work = False
        self._own = ""
        self._icons: list[IconLabel] = []
        self._texts: list[tuple[Text, Text]] = []
        card = Card()
        card.body.setContentsMargins(24, 8, 24, 8)
        icons = (Icon.NAV_FILES, Icon.DRIVE, Icon.STATE_SAFE, Icon.KEY, Icon.REFRESH)
        for number, icon in enumerate(icons):
            if number:
                card.body.addWidget(Hairline())
            card.body.addLayout(self._row_of(icon))
        self._steps = (
            StepLine(self.tr("Prepare the place and its keys")),
            StepLine(self.tr("Keep the password and the plan on this computer")),
        )
        self.body.addWidget(card)
        self.body.addSpacing(28)
        steps = column(spacing=14)
        for step in self._steps:
            steps.addWidget(step)
            step.hide()
        self.body.addLayout(steps)
        self.body.addStretch(1)

    @property
    def busy(self) -> bool:
        return self._at_work

    @property
    def ready(self) -> bool:
        return not self._at_work

    @property
    def failed(self) -> str:
        """What went wrong, as it is shown; empty if nothing did."""
        line = next((line for line in self._steps if line.step is Step.FAILED), None)
        return "" if line is None else line.accessibleName()

    def enter(self) -> None:
        self.refresh()
        for step in self._steps:
            step.hide()

    def refresh(self) -> None:
        """Counts may still grow."""
        choices = self._choices
        names = ", ".join(folder.name for folder in choices.folders)
        about = "" if choices.counted else self.tr("so far ")
        amount = f"{about}{numbers.files(choices.amount.files)}, "
        amount += numbers.size(choices.amount.bytes)
        junk = self.tr("Junk is left out.") if choices.leave_out_junk else ""
        fits, icon, colour = self._fits()
        self._show(0, names, f"{amount}. {junk}".strip())
        self._show(1, choices.where, self._where())
        self._icons[2].show_icon(icon, colour)
        self._show(2, *fits)
        self._show(
            3,
            self.tr("Locked before it leaves this computer"),
            self.tr("You are reminded of the recovery sheet tomorrow.")
            if choices.sheet_later
            else self.tr("You have the recovery sheet."),
        )
        self._show(
            4,
            self.tr("By itself, every hour"),
            self.tr("Not on battery, and not on a connection that charges for data."),
        )

    def _where(self) -> str:
        """More exactly than its name; of a plan that says enough."""
        choices = self._choices
        if choices.storage is None or choices.device:
            return ""
        where = shown_path(choices.storage.location)
        return where if where != choices.where else ""

    def go_on(self) -> bool:
        """Set everything up; `done` comes when it is."""
        choices = self._choices
        assert choices.storage is not None
        self._at_work = True
        for step, mark in zip(self._steps, (Step.NOW, Step.LATER), strict=True):
            step.show_step(mark)
            step.show()
        self.bring_into_view(self._steps[-1])
        self.changed.emit()
        place = self._surroundings.place(choices.storage, choices.password, choices.secret_key)
        key = "" if choices.sheet_later else choices.recovery_key
        self._surroundings.ask(
            lambda no: SetUpPlace(id=no, place=place, recovery_key=key),
            self._set_up,
            lambda error: self._fail(0, error),
        )
        return False

    def _set_up(self, _reply: Reply) -> None:
        choices = self._choices
        if choices.device and choices.backup_there:
            # One computer's password can then be taken away without the others noticing.
            assert choices.storage is not None
            place = self._surroundings.place(choices.storage, choices.password, choices.secret_key)
            own = secrets.token_urlsafe(_OWN_PASSWORD)
            self._own = own
            self._surroundings.ask(
                lambda no: AddKey(id=no, place=place, password=own),
                self._take_own,
                lambda error: self._fail(0, error),
            )
        else:
            self._keep()

    def _take_own(self, _reply: Reply) -> None:
        self._choices.password = self._own
        self._keep()

    def _keep(self) -> None:
        self._steps[0].show_step(Step.DONE)
        self._steps[1].show_step(Step.NOW)
        self._surroundings.keep(self._choices, self._choices.plan(), self._kept, self._not_kept)

    def _kept(self, plan: BackupPlan) -> None:
        self._steps[1].show_step(Step.DONE)
        self.done.emit(plan)

    def _not_kept(self, error: Exception) -> None:
        self._fail(1, error)

    def _fail(self, number: int, error: Exception) -> None:
        self._at_work = False
        known = error if isinstance(error, BackupError) else ManifestUnwritable(str(error))
        explained = explain(known)
        self._steps[number].show_step(Step.FAILED, explained.next_step, explained.title)
        self.bring_into_view(self._steps[number])
        self.changed.emit()

    def _fits(self) -> tuple[tuple[str, str], Icon, str]:
        free, needed = self._choices.free_bytes, self._choices.amount.bytes
        if free is None:
            words = self.tr("How much fits is not known to us")
            detail = self.tr("If the storage gets full you are told, and what is safe stays safe.")
            return (words, detail), Icon.INFO, "text_second"
        sizes = self.tr("%1 to be backed up, %2 free")
        detail = fill(sizes, numbers.size(needed), numbers.size(free))
        if needed > free:
            return (self.tr("It will probably not fit"), detail), Icon.STATE_FULL, "attention"
        return (self.tr("It fits"), detail), Icon.STATE_SAFE, "safe"

    def _row_of(self, icon: Icon) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 12, 0, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        label = IconLabel(icon)
        title, detail = Text(weight=500, wrap=True), Text(tone="second", wrap=True)
        grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(title, 0, 1)
        grid.addWidget(detail, 1, 1)
        grid.setColumnStretch(1, 1)
        self._icons.append(label)
        self._texts.append((title, detail))
        return grid

    def _show(self, number: int, title: str, detail: str) -> None:
        for text, words in zip(self._texts[number], (title, detail), strict=True):
            text.setText(words)
            text.setVisible(bool(words))
