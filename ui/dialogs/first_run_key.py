"""Step 3: the password, then the recovery sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from backupclient import recovery_key
from backupclient.errors import BackupError
from backupclient.wire.answers import PlaceStep
from backupclient.wire.envelope import Reply
from backupclient.wire.household import JoinCodeTaken, TakeJoinCode
from backupclient.wire.places import PlaceTried, TryPlace
from ui import numbers, tokens
from ui.dialogs.first_run_choices import Choices, Surroundings
from ui.dialogs.first_run_page import StepPage
from ui.dialogs.joining import as_password, is_code
from ui.dialogs.path_dialogs import ask_new_file
from ui.dialogs.recovery_sheet import Sheet, SheetView, page_layout, print_on, save_pdf
from ui.explained import explain
from ui.icons import Icon
from ui.password_worth import worth
from ui.widgets.boxes import Hairline, column, row
from ui.widgets.buttons import Button
from ui.widgets.fields import SecretField
from ui.widgets.steps import Step, StepLine
from ui.widgets.texts import Text

_FIELD_WIDTH = 380
_LAST = 4
"""How many characters of the key are typed to show that the sheet is there."""


class KeyPage(StepPage):
    def __init__(self, choices: Choices, surroundings: Surroundings) -> None:
        super().__init__("", "")
        self._choices, self._surroundings = choices, surroundings
        self.password = PasswordPart(self._tell, self._go_without)
        self.sheet = SheetPart(choices, surroundings, self._tell)
        self.body.addWidget(self.password, 1)
        self.body.addWidget(self.sheet, 1)
        self._part = 0
        self._trying = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.sheet.arrange(narrow=event.size().width() < tokens.NARROW)
        super().resizeEvent(event)

    @property
    def at_sheet(self) -> bool:
        return self._part == 1

    @property
    def may_put_off(self) -> bool:
        """Whether there is another way in than the sheet, which nobody has shown to have yet."""
        own = self._choices.password != self._choices.recovery_key
        return self.at_sheet and own and not self.sheet.confirmed

    @property
    def ready(self) -> bool:
        if self.at_sheet:
            return self.sheet.confirmed
        return bool(self.password.text) and not self._trying

    @property
    def why_not(self) -> str:
        if self.at_sheet:
            return self.tr("Type the last four characters of the key first.")
        return self.tr("Type a password first.")

    def enter(self) -> None:
        self._show(0)

    def go_on(self) -> bool:
        if self.at_sheet:
            return True
        self._choices.password = self.password.text
        if self._choices.backup_there:
            self._try_password()
        else:
            self._show(1)
        return False

    def go_back(self) -> bool:
        if not self.at_sheet:
            return True
        self._show(0)
        return False

    def show_sheet(self) -> None:
        """As it was left: the key is made already."""
        self._show(1)

    def _go_without(self) -> None:
        """The recovery key is the only password: made at random, kept by this computer."""
        self._choices.recovery_key = self._choices.recovery_key or recovery_key.generate()
        self._choices.password = self._choices.recovery_key
        self._show(1)

    def _show(self, part: int) -> None:
        self._part = part
        self.sheet.setVisible(part == 1)
        self.password.setVisible(part == 0)
        there = self._choices.backup_there
        if part:
            words = self.tr(
                "With this sheet you get everything back, also on a new computer, also without us."
            )
            self.show_words(self.tr("Your way back in"), words)
            self.sheet.enter()
        elif there:
            words = self.tr("There is a backup at this place already. What opens it?")
            self.show_words(self.tr("The password of the backup"), words)
        else:
            words = self.tr("Everything is locked with it before it leaves this computer.")
            self.show_words(self.tr("Choose a password"), words)
        if not part:
            self.password.enter(existing=there, codes=bool(self._choices.device))
        self._tell()

    def _try_password(self) -> None:
        """Of a backup that is there: it must open it."""
        typed = self.password.text
        self._trying = True
        self._tell()
        if self._choices.device and is_code(typed):
            self._surroundings.ask(
                lambda no: TakeJoinCode(id=no, code=typed), self._take_code, self._failed
            )
        else:
            self._try(as_password(typed))

    def _take_code(self, reply: Reply) -> None:
        if isinstance(reply, JoinCodeTaken):
            self._try(reply.password)

    def _try(self, password: str) -> None:
        storage = self._choices.storage
        assert storage is not None
        self._choices.password = password
        place = self._surroundings.place(storage, self._choices.password, self._choices.secret_key)
        self._surroundings.ask(
            lambda no: TryPlace(id=no, place=place, step=PlaceStep.LOOK), self._tried, self._failed
        )

    def _tried(self, reply: Reply) -> None:
        self._trying = False
        if isinstance(reply, PlaceTried) and reply.finding.opens:
            self._show(1)
        else:
            self.password.show_problem(self.tr("It does not open this backup. Try again."))
            self._tell()

    def _failed(self, error: BackupError) -> None:
        self._trying = False
        self.password.show_problem(explain(error).title)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()


class PasswordPart(QWidget):
    """A new password with what it is worth, or the one of a backup that is there."""

    def __init__(self, on_change: Callable[[], None], without: Callable[[], None]) -> None:
        super().__init__()
        self._on_change = on_change
        self._existing = False
        self.field = SecretField(self.tr("Password"), self.tr("Show the password"))
        self.field.setMaximumWidth(_FIELD_WIDTH)
        self.field.edit.textChanged.connect(self._typed)
        self._worth = Text(wrap=True)
        self._note = Text(tone="second", wrap=True)
        words = self.tr("No password, only a recovery key")
        self.alone = Button(words, without, kind="link")
        layout = column(spacing=8)
        layout.addWidget(self.field)
        layout.addWidget(self._worth)
        layout.addSpacing(16)
        layout.addWidget(self._note)
        layout.addWidget(self.alone, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.setLayout(layout)

    @property
    def text(self) -> str:
        return self.field.edit.text()

    def enter(self, *, existing: bool, codes: bool = False) -> None:
        """`codes`: of a household, whose computers let others in."""
        self._existing = existing
        self.alone.setVisible(not existing)
        if existing and codes:
            words = self.tr(
                "Its recovery key will do, too, or a code that another computer shows under "
                "“Let another computer in…”."
            )
            self._note.setText(words)
            self.field.edit.setFocus()
            return
        self._note.setText(
            self.tr("Its recovery key will do, too.")
            if existing
            else self.tr(
                "Nobody can reset it, us included. Next you get a recovery sheet, which opens the "
                "backup if you forget the password."
            )
        )
        self.field.edit.setFocus()

    def show_problem(self, words: str) -> None:
        self._worth.set_tone("problem")
        self._worth.setText(words)

    def _typed(self) -> None:
        words, tone = ("", "") if self._existing else worth(self.text)
        self._worth.set_tone(tone)
        self._worth.setText(words)
        self._on_change()


class SheetPart(QWidget):
    """The paper, and the proof that somebody has it."""

    def __init__(
        self, choices: Choices, surroundings: Surroundings, on_change: Callable[[], None]
    ) -> None:
        super().__init__()
        self._choices, self._surroundings = choices, surroundings
        self._on_change = on_change
        self._set = StepLine(self.tr("Password is set"))
        self.kept = StepLine(self.tr("Print or save the sheet"))
        self.print_button = Button(self.tr("Print…"), self._print, icon=Icon.PRINTER)
        self.save_button = Button(self.tr("Save as PDF…"), self._save, icon=Icon.ARROW_DOWN)
        self.field = QLineEdit()
        self.field.setFixedWidth(128)
        self.field.setMaxLength(_LAST)
        self.field.setAccessibleName(self.tr("The last four characters of the key"))
        self.field.textChanged.connect(self._typed)
        self._more = Text(tone="second")
        self.view = SheetView()
        self._columns = row(spacing=56)
        self._columns.addLayout(self._left(), 1)
        self._columns.addWidget(self.view, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(self._columns)

    def arrange(self, *, narrow: bool) -> None:
        self._columns.setSpacing(24 if narrow else 56)
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(below if narrow else beside)

    @property
    def confirmed(self) -> bool:
        typed = recovery_key.plain(self.field.text())
        return bool(typed) and typed == self._choices.recovery_key[-_LAST:]

    @property
    def sheet(self) -> Sheet:
        storage = self._choices.storage
        assert storage is not None
        return Sheet(
            computer=self._choices.computer,
            made=self._surroundings.clock.now(),
            location=storage.location,
            recovery_key=self._choices.recovery_key,
            access_key=storage.access_key,
            secret_key=self._choices.secret_key,
            region=storage.region,
        )

    def enter(self) -> None:
        if not self._choices.recovery_key:
            self._choices.recovery_key = recovery_key.generate()
        if self._choices.password == self._choices.recovery_key:
            words = self.tr("This key alone opens your backup. This computer keeps it.")
            self._set.show_step(Step.DONE, words, self.tr("A recovery key is made"))
        else:
            words = self.tr("Either the password or this key opens your backup.")
            self._set.show_step(Step.DONE, words, self.tr("Password is set"))
        self._wait_for_paper()
        self.view.show_sheet(self.sheet)
        self.field.setFocus()

    def save_to(self, path: Path) -> None:
        """As PDF; what goes wrong is shown."""
        try:
            save_pdf(self.sheet, path)
        except OSError as error:
            words = self.tr("It could not be saved: %1").replace("%1", str(error))
            self.kept.show_step(Step.FAILED, words)
        else:
            self._on_paper(self.tr("Sheet saved at %1"))

    def _left(self) -> QVBoxLayout:
        left = column()
        left.addWidget(self._set)
        left.addSpacing(20)
        left.addWidget(self.kept)
        left.addSpacing(12)
        self._buttons = row(spacing=8)
        for button in (self.print_button, self.save_button):
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        buttons = row()
        buttons.setContentsMargins(32, 0, 0, 0)
        buttons.addLayout(self._buttons)
        buttons.addStretch(1)
        left.addLayout(buttons)
        left.addSpacing(28)
        left.addWidget(Hairline())
        left.addSpacing(24)
        left.addWidget(
            Text(self.tr("Type the last four characters of the key"), weight=500, wrap=True)
        )
        left.addWidget(
            Text(self.tr("So we both know you have the sheet."), tone="second", wrap=True)
        )
        left.addSpacing(12)
        typing = row(spacing=14)
        typing.addWidget(self.field)
        typing.addWidget(self._more, 1)
        left.addLayout(typing)
        left.addStretch(1)
        return left

    def _wait_for_paper(self) -> None:
        words = self.tr("Keep it where fire and thieves would not find the computer too.")
        if self.kept.step is not Step.DONE:
            self.kept.show_step(Step.LATER, words)

    def _on_paper(self, words: str) -> None:
        now = self._surroundings.clock.now()
        detail = self.tr("Keep it where fire and thieves would not find the computer too.")
        self.kept.show_step(Step.DONE, detail, words.replace("%1", numbers.time_of_day(now)))
        self.field.setFocus()

    def _save(self) -> None:
        where = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        name = self.tr("Plainkeep recovery sheet") + ".pdf"
        title, suggested = self.tr("Save the recovery sheet"), str(Path(where) / name)
        ask_new_file(self, title, self._save_chosen, suggested, "PDF (*.pdf)")

    def _save_chosen(self, file: str) -> None:
        self.save_to(Path(file))

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(page_layout())
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            print_on(self.sheet, printer)
            self._on_paper(self.tr("Sheet printed at %1"))

    def _typed(self) -> None:
        typed = recovery_key.plain(self.field.text())
        missing = _LAST - len(typed)
        if self.confirmed:
            self._more.set_tone("safe")
            self._more.setText(self.tr("That is right."))
        elif missing:
            self._more.set_tone("second")
            self._more.setText(self.tr("%n more", None, missing) if typed else "")
        else:
            self._more.set_tone("problem")
            self._more.setText(self.tr("That is not how the key ends."))
        self._on_change()
