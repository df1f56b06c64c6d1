"""Binds Problems, History and Storage, and what Home leads to, to the controller."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from backupclient.clock import Clock
from backupclient.wire.envelope import Reply
from backupclient.wire.overview import AskSpace, ListProblems, ListRuns, Problems, Runs, SpaceShown
from ui.controller import Controller
from ui.pages.home_view import WayOut
from ui.pages.page import PageName
from ui.saver import Saver
from ui.wording_account import household_view
from ui.wording_problems import problems_view
from ui.wording_room import shop
from ui.wording_storage import storage_view

if TYPE_CHECKING:
    from ui.pages.history import HistoryPage
    from ui.pages.home import HomePage
    from ui.pages.problems import ProblemsPage
    from ui.pages.storage import StoragePage


_COUNTED_MS = 300
"""While it is counted what takes the space, it is asked for this often."""


def open_page(address: str) -> None:
    """In the browser, if there is one."""
    if address:
        QDesktopServices.openUrl(QUrl(address))


class OverviewPages(QObject):
    """The three pages over one controller, each made when it is first asked for. Belongs to the
    window's thread."""

    go_to = Signal(object)
    """A `PageName` that the user asked for."""
    problem_count = Signal(int)

    def __init__(self, controller: Controller, clock: Clock, saver: Saver) -> None:
        super().__init__(controller)
        self._controller, self._clock = controller, clock
        self._saver = saver
        self._space_of: tuple[str, int, int] | None = None
        """The place and its newest complete run when it was last asked what takes the space."""
        self._space_soon = QTimer(self, singleShot=True, interval=_COUNTED_MS)
        self._space_soon.timeout.connect(self._ask_space)
        controller.changed.connect(self.show_situation)

    @cached_property
    def problems(self) -> ProblemsPage:
        from ui.pages.problems import ProblemsPage  # noqa: PLC0415 - not for the window's start

        page = ProblemsPage()
        page.try_now.connect(self._controller.back_up)
        page.check_wanted.connect(self._read_back)
        page.open_settings.connect(self._open_settings)
        page.open_storage.connect(self._open_storage)
        page.open_history.connect(self._open_history)
        page.save_list.connect(self._save_list)
        situation, now = self._controller.situation, self._clock.now()
        page.show_view(problems_view(situation, now))
        return page

    @cached_property
    def history(self) -> HistoryPage:
        from ui.pages.history import HistoryPage  # noqa: PLC0415 - not for the window's start

        page = HistoryPage(self._clock.now)
        page.runs_wanted.connect(self._ask_runs)
        page.problems_wanted.connect(self._ask_problems)
        page.show_problems_page.connect(self._open_problems)
        page.back_up.connect(self._controller.back_up)
        overview = self._controller.situation.overview
        page.take_checks(() if overview is None else overview.checks)
        return page

    @cached_property
    def storage(self) -> StoragePage:
        from ui.pages.storage import StoragePage  # noqa: PLC0415 - not for the window's start

        page = StoragePage()
        page.limit_chosen.connect(self._change_limit)
        page.check_wanted.connect(self._check)
        page.try_now.connect(self._controller.look_for_more)
        page.walk_closed.connect(self._controller.end_walk)
        page.looked_at.connect(self._see_space)
        page.page_wanted.connect(open_page)
        self._show_storage(page)
        return page

    def lead_from(self, home: HomePage) -> None:
        """What the home page's cards lead to."""
        home.open_storage.connect(self._open_storage)
        home.open_history.connect(self._open_history)
        home.open_run.connect(self._open_run)
        home.way_out.connect(self._take_way)

    def show_situation(self) -> None:
        situation, now = self._controller.situation, self._clock.now()
        made = vars(self)
        view = problems_view(situation, now)
        self.problem_count.emit(len(view.groups))
        if "problems" in made:
            self.problems.show_view(view)
        if "storage" in made:
            self._show_storage(self.storage)
        self._see_space()
        overview = situation.overview
        newest = overview.recent[0] if overview is not None and overview.recent else None
        if overview is not None and "history" in made:
            self.history.take_checks(overview.checks)
        if newest is not None and "history" in made and self.history.isVisible():
            self.history.look_again(newest)

    def _show_storage(self, page: StoragePage) -> None:
        situation, now = self._controller.situation, self._clock.now()
        page.show_view(storage_view(situation, now))
        page.show_household(household_view(situation, now))

    # --- what takes the space -----------------------------------------------------------------

    def _see_space(self) -> None:
        """Ask what takes it where somebody sees the answer and it may have changed: counting is
        work."""
        overview = self._controller.situation.overview
        complete = None if overview is None else overview.last_complete
        page = vars(self).get("storage")
        seen = (page is not None and page.isVisible()) or self._controller.situation.full
        if not seen or overview is None or complete is None:
            return
        of = overview.status.location, complete.no, overview.storage.stored
        if of != self._space_of:
            self._space_of = of
            self._ask_space()

    def _ask_space(self) -> None:
        location = self._location()
        if location is not None:
            self._controller.link.ask(
                lambda no: AskSpace(id=no, location=location), self._take_space
            )

    def _take_space(self, reply: Reply) -> None:
        if isinstance(reply, SpaceShown):
            if reply.counting:
                self._space_soon.start()
            self._controller.take_space(reply.space)

    # --- ways -------------------------------------------------------------------------------------

    def _open_settings(self) -> None:
        self.go_to.emit(PageName.SETTINGS)

    def _open_storage(self) -> None:
        self.go_to.emit(PageName.STORAGE)

    def _open_history(self) -> None:
        self.go_to.emit(PageName.HISTORY)

    def _open_problems(self) -> None:
        self.go_to.emit(PageName.PROBLEMS)

    def _open_run(self, no: int) -> None:
        self.go_to.emit(PageName.HISTORY)
        self.history.open_run(no)

    def _take_way(self, way: WayOut) -> None:
        match way:
            case WayOut.MORE:
                self._controller.look_for_more()
                self._open_storage()
            case WayOut.ROOM | WayOut.LIMIT:
                self._open_storage()
            case WayOut.BUY:
                open_page(shop(self._controller.situation.storage_plan))
            case WayOut.LESS:
                self._open_settings()

    # --- questions --------------------------------------------------------------------------------

    def _location(self) -> str | None:
        plan = self._controller.situation.plan
        return None if plan is None else plan.storage.location

    def _ask_runs(self, before: int) -> None:
        location = self._location()
        if location is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, Runs):
                self.history.take_runs(reply.runs, more=reply.more)

        self._controller.link.ask(
            lambda no: ListRuns(id=no, location=location, before=before), take
        )

    def _ask_problems(self, run: int) -> None:
        location = self._location()
        if location is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, Problems):
                self.history.take_problems(run, reply.problems, more=reply.more)

        self._controller.link.ask(
            lambda no: ListProblems(id=no, location=location, run=run, limit=50), take
        )

    def _save_list(self, path: Path) -> None:
        location = self._location()
        if location is not None:
            from ui.problem_list import ProblemList  # noqa: PLC0415 - rarely wanted

            found = ProblemList(self._controller.link, location, path, self._saver)
            found.failed.connect(self._controller.failed.emit)
            found.start()

    def _read_back(self) -> None:
        """What a problem asks for: only what is read can be told from what is damaged."""
        self._controller.check(read_data=True)
        self.go_to.emit(PageName.HOME)

    def _check(self, read_data: bool) -> None:
        self._controller.check(read_data=read_data)

    def _change_limit(self, limit: int) -> None:
        plan = self._controller.situation.plan
        if plan is not None:
            storage = msgspec.structs.replace(plan.storage, limit=limit)
            self._controller.change_plan(msgspec.structs.replace(plan, storage=storage))
