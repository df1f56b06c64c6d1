"""What the Files page wishes for, carried out: versions, rules, another try."""

from __future__ import annotations

from PySide6.QtCore import QObject

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.requests import Place
from backupclient.wire.answers import PathAnswer
from backupclient.wire.envelope import Reply
from backupclient.wire.looks import ListVersions, Versions
from ui.controller import Controller
from ui.dialogs.leave_out import LeaveOutDialog, with_rule
from ui.explained import explain
from ui.pages.files import FilesPage


class FilesWishes(QObject):
    """Between the page and the controller. Belongs to the window's thread."""

    def __init__(self, page: FilesPage, controller: Controller, clock: Clock) -> None:
        super().__init__(page)
        self._page, self._controller, self._clock = page, controller, clock
        page.versions_wanted.connect(self._ask_versions)
        page.leave_out_wanted.connect(self._offer_to_leave_out)
        page.try_wanted.connect(controller.back_up)
        controller.changed.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        situation = self._controller.situation
        plan, progress = situation.plan, situation.progress
        if plan is not None:
            self._page.show_place(plan.storage.location)
            self._page.show_rules(frozenset(plan.rules))
        self._page.show_uploading(0 if progress is None else len(progress.current))
        self._page.news()

    def _ask_versions(self, path: bytes) -> None:
        self._page.panel.versions.say(self.tr("Looking for versions…"))

        def ask(place: Place) -> None:
            self._controller.link.ask(
                lambda no: ListVersions(id=no, place=place, path=path), take, self._tell_why
            )

        def take(reply: Reply) -> None:
            if isinstance(reply, Versions) and path == self._page.shown_path:
                self._page.panel.versions.show_history(reply.history, self._clock.now())

        self._controller.with_place(ask)

    def _tell_why(self, error: BackupError) -> None:
        self._page.panel.versions.say(explain(error).title + ".")

    def _offer_to_leave_out(self, answer: PathAnswer) -> None:
        dialog = LeaveOutDialog(answer, self._page.window())
        dialog.chosen.connect(self._leave_out)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _leave_out(self, rule: str) -> None:
        plan = self._controller.situation.plan
        if plan is not None:
            self._controller.change_plan(with_rule(plan, rule))
