"""The test of a place, step by step as it happens."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from backupclient.errors import BackupError
from backupclient.requests import Place
from backupclient.wire.answers import PlaceFinding, PlaceStep
from backupclient.wire.envelope import Reply
from backupclient.wire.places import PlaceTried, TryPlace
from ui import numbers
from ui.dialogs.first_run_choices import Surroundings
from ui.explained import explain
from ui.widgets.boxes import column
from ui.widgets.steps import Step, StepLine

_ORDER = (PlaceStep.REACH, PlaceStep.LOOK, PlaceStep.WRITE)


class PlaceTrial(QWidget):
    """Empty until `start`. A new start makes the answers of the one before count for nothing."""

    changed = Signal()

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self._round = 0
        self._place: Place | None = None
        self.running = self.passed = False
        self.backup_there = False
        self.failure: BackupError | None = None
        self.free_bytes: int | None = None
        self.lines = {step: StepLine(self._name(step)) for step in _ORDER}
        layout = column(spacing=14)
        for line in self.lines.values():
            layout.addWidget(line)
        self.setLayout(layout)
        self.hide()

    def start(self, place: Place) -> None:
        """`place` without a password: that comes later."""
        self.forget()
        self._place, self.running = place, True
        for step, line in self.lines.items():
            line.show_step(Step.LATER, text=self._name(step))
        self.show()
        self._take_step(0)
        self.changed.emit()

    def forget(self) -> None:
        """Something else was typed or chosen."""
        self._round += 1
        self._place = None
        self.running = self.passed = self.backup_there = False
        self.failure = self.free_bytes = None
        self.hide()
        self.changed.emit()

    def _name(self, step: PlaceStep) -> str:
        return {
            PlaceStep.REACH: self.tr("It answers"),
            PlaceStep.LOOK: self.tr("Look for a backup there"),
            PlaceStep.WRITE: self.tr("Write something and remove it again"),
        }[step]

    def _take_step(self, number: int) -> None:
        if number == len(_ORDER):
            self.running, self.passed = False, True
            self.changed.emit()
            return
        step, place, this_round = _ORDER[number], self._place, self._round
        assert place is not None
        self.lines[step].show_step(Step.NOW)

        def take(reply: Reply) -> None:
            if this_round == self._round and isinstance(reply, PlaceTried):
                self._done(reply.step, reply.finding)
                self._take_step(number + 1)

        def fail(error: BackupError) -> None:
            if this_round == self._round:
                self._failed(step, error)

        self._surroundings.ask(lambda no: TryPlace(id=no, place=place, step=step), take, fail)

    def _done(self, step: PlaceStep, found: PlaceFinding) -> None:
        line = self.lines[step]
        match step:
            case PlaceStep.REACH:
                missing = self.tr("Nothing is there yet.")
                line.show_step(Step.DONE, "" if found.exists else missing)
            case PlaceStep.LOOK:
                self.backup_there = found.backup
                there = self.tr("There is one. You can go on with it if you know its password.")
                none = self.tr("There is none: a new one begins.")
                line.show_step(Step.DONE, there if found.backup else none)
            case PlaceStep.WRITE:
                self.free_bytes = found.free_bytes
                free = self.tr("%1 are free.")
                known = found.free_bytes is not None
                size = numbers.size(found.free_bytes or 0)
                line.show_step(Step.DONE, free.replace("%1", size) if known else "")

    def _failed(self, step: PlaceStep, error: BackupError) -> None:
        self.running, self.failure = False, error
        explained = explain(error)
        self.lines[step].show_step(Step.FAILED, explained.next_step, explained.title)
        self.changed.emit()
