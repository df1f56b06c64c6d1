"""Fewer old versions for more room: what would go is shown before anything does."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from backupclient.errors import BackupError
from backupclient.requests import Place
from backupclient.wire.envelope import Reply
from backupclient.wire.places import ThinnedOut, ThinOut
from ui import numbers
from ui.dialogs.asking import AskingDialog
from ui.explained import explain_code
from ui.phrases import fill
from ui.place_access import PlaceAccess
from ui.widgets.buttons import Button
from ui.widgets.ticks import Radio

_REFUSED = "cleanup-refused"
_FOREVER = 10_000


class _Keep(NamedTuple):
    """How many of each."""

    daily: int
    weekly: int
    monthly: int


_CHOICES = (_Keep(31, 53, _FOREVER), _Keep(7, 13, 12), _Keep(0, 0, 0))


class ThinOutDialog(AskingDialog):
    """Two presses of its button: the first shows what would go, the second does it. It may be
    closed meanwhile: what was begun is done."""

    changed = Signal()
    """Something went."""

    def __init__(self, access: PlaceAccess, parent: QWidget) -> None:
        super().__init__(
            self.tr("Free space"),
            self.tr(
                "Each backup keeps the files as they were. With fewer of them there is more room; "
                "what you have now stays safe whatever you choose."
            ),
            access,
            parent,
        )
        self._seen: ThinnedOut | None = None
        self.choices = [
            Radio(words, weight=400)
            for words in (
                self.tr("One a day for a month, one a week for a year, then one a month"),
                self.tr("One a day for a week, one a week for 3 months, one a month for a year"),
                self.tr("Only the newest"),
            )
        ]
        for choice in self.choices:
            self.body.addWidget(choice)
            choice.toggled.connect(self._choose)
        self.go_on = Button("", self._go_on, kind="main")
        self.go_on.setDefault(True)
        self.add_button(self.go_on)
        self.choices[0].setChecked(True)

    def _choose(self) -> None:
        """Nothing is known of this choice yet."""
        self._seen = None
        self.say("")
        self.go_on.setText(self.tr("Show what would go"))

    def _go_on(self) -> None:
        trial = self._seen is None
        words = self.tr("Looking what would go…")
        if not trial:
            words = self.tr("Giving the space back… It goes on if you close this.")
        self.say(words)
        self._work(busy=True)
        at = next(n for n, choice in enumerate(self.choices) if choice.isChecked())
        keep = _CHOICES[at]

        def make(no: int, place: Place) -> ThinOut:
            return ThinOut(id=no, place=place, dry_run=trial, **keep._asdict())

        self.access.ask(make, self._shown if trial else self._done, self._fail)

    def _work(self, *, busy: bool) -> None:
        for widget in (*self.choices, self.go_on):
            widget.setEnabled(not busy)

    def _shown(self, reply: Reply) -> None:
        self._work(busy=False)
        if not isinstance(reply, ThinnedOut) or self._is_refused(reply):
            return
        if not reply.freed:
            words = self.tr("No room would come of it: there is next to nothing that could go.")
            self.say(words)
            return
        self._seen = reply
        lines = [
            self.tr(
                "%n backup(s) would go; what is left can be restored as before.", "", reply.gone
            ),
            fill(self.tr("About %1 would be free."), numbers.size(reply.freed)),
            self.tr("What goes cannot be brought back."),
        ]
        self.say(" ".join(lines), "attention")
        self.go_on.setText(fill(self.tr("Free %1"), numbers.size(reply.freed)))

    def _done(self, reply: Reply) -> None:
        self.changed.emit()
        if not isinstance(reply, ThinnedOut) or self._is_refused(reply):
            self._work(busy=False)
            return
        self.say(fill(self.tr("Done: %1 are free again."), numbers.size(reply.freed)), "safe")
        self.go_on.hide()
        self.close_button.setText(self.tr("Close"))
        self.close_button.setFocus()

    def _is_refused(self, reply: ThinnedOut) -> bool:
        if reply.refused:
            told = explain_code(_REFUSED)
            self.say(f"{told.title}. {told.next_step}", "problem")
            self._choose_again()
        return reply.refused

    def _choose_again(self) -> None:
        self._seen = None
        self.go_on.setText(self.tr("Show what would go"))

    def _fail(self, error: BackupError) -> None:
        self._work(busy=False)
        self._choose_again()
        self.say_error(error)
