"""What Help wishes for about a person who helps, carried out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.support.diagnostics.bundle import Like
from backupclient.wire.envelope import Reply
from backupclient.wire.tickets import (
    AskWait,
    CloseTicket,
    Say,
    SendIdea,
    SendReport,
    ShowTicket,
    TakePlace,
    TicketShown,
    Wait,
    WaitShown,
)
from ui.controller import Controller
from ui.dialogs.question import Question
from ui.engine_link import MakeRequest
from ui.explained import explain, explain_code
from ui.lookups import Lookups
from ui.main_window import MainWindow, page_title
from ui.notices import of_person
from ui.pages.help import HelpPage
from ui.pages.help_person import Asked
from ui.pages.page import PageName
from ui.wording_help import Stage, person_view, served

_AGAIN_MS = 20_000
"""The line moves, and nobody tells those who only look at it."""


class PersonWishes(QObject):
    """Between the page and the engine, on a connection of its own: a service far away holds up
    nothing else. Belongs to the window's thread."""

    opened = Signal(object)
    """A `QDialog` was opened."""

    def __init__(
        self,
        page: HelpPage,
        controller: Controller,
        clock: Clock,
        window: MainWindow,
        address: Callable[[], str],
    ) -> None:
        """`address` is where a report may be sent to without an account."""
        super().__init__(page)
        self._page, self._controller, self._clock = page, controller, clock
        self._window, self._address = window, address
        self._lookups = Lookups(controller.data, self)
        self._folders = ExitStack()
        self._report: Path | None = None
        """One that was seen and goes along."""
        self._wait: Wait | BackupError | None = None
        self._asking = False
        """For the wait, now."""
        self._anew = False
        """Somebody wants to ask something else, after what is over."""
        self._count = 0
        self._timer = QTimer(self, interval=_AGAIN_MS)
        self._timer.timeout.connect(self._ask_again)
        card = page.person
        card.place_wanted.connect(self._take_place)
        card.see_report.connect(self._see_report)
        card.send_report.connect(self._send_another)
        card.said.connect(self._say)
        card.closed.connect(self._close_ticket)
        card.left.connect(self._ask_to_leave)
        card.again.connect(self._begin_anew)
        page.idea_wanted.connect(self._open_idea)
        page.came.connect(self._come)
        controller.changed.connect(self.show_all)
        self.show_all()

    def close(self) -> None:
        self._timer.stop()
        self._lookups.close()
        self._folders.close()

    def show_all(self) -> None:
        """As things stand."""
        situation = self._controller.situation
        status = situation.help
        if self._anew and status is not None and status.ticket is not None and status.ticket.over:
            status = None
        now = self._clock.now()
        view = person_view(situation.account, status, self._wait, now, self._address())
        self._page.show_person(view)
        if self._wait is None and view.stage is Stage.ASK and self._page.isVisible():
            self._ask_for_wait()

    # --- the wait ---------------------------------------------------------------------------------

    def _come(self) -> None:
        card = self._page.person
        trouble = self._controller.situation.trouble
        title = "" if trouble is None else explain_code(trouble.code, trouble.facts).title
        card.ask.suggest(self._page.question or title)
        if of_person(self._controller.situation) is not None:
            self._page.show_conversation()
        self._ask_again()
        self._timer.start()

    def _ask_again(self) -> None:
        if not self._page.isVisible():
            self._timer.stop()
            return
        if not served(self._controller.situation.account):
            self.show_all()
        elif self._lives:
            self._ask("ticket", lambda no: ShowTicket(id=no, look=True), self._take_status)
        else:
            self._ask_for_wait()

    def _ask_for_wait(self) -> None:
        if not self._asking:
            self._asking = True
            self._lookups.ask("wait", lambda no: AskWait(id=no), self._take_wait, self._no_wait)

    @property
    def _lives(self) -> bool:
        """Whether there is a ticket that is not over."""
        status = self._controller.situation.help
        ticket = None if status is None else status.ticket
        return ticket is not None and not ticket.over

    def _take_wait(self, reply: Reply) -> None:
        self._asking = False
        if isinstance(reply, WaitShown):
            self._wait = reply.wait
            self.show_all()

    def _no_wait(self, error: BackupError) -> None:
        self._asking = False
        self._wait = error
        self.show_all()

    # --- the place and the conversation -----------------------------------------------------------

    def _take_place(self, asked: Asked) -> None:
        trouble = self._controller.situation.trouble
        subject = asked.subject or self.tr("A question")
        report = self._report if asked.report else None

        def make(no: int) -> TakePlace:
            return TakePlace(
                id=no,
                subject=subject,
                wish=asked.wish,
                code="" if trouble is None else trouble.code,
                report="" if report is None else str(report),
            )

        def take(reply: Reply) -> None:
            self._anew = False
            self._take_answer(reply)
            if asked.report and report is None:
                self._send_another()  # the place is kept while the report is looked at

        self._do(make, take)

    def _say(self, words: str) -> None:
        self._do(lambda no: Say(id=no, words=words), self._take_answer)

    def _close_ticket(self, solved: bool, words: str) -> None:
        self._do(lambda no: CloseTicket(id=no, solved=solved, words=words), self._take_answer)

    def _ask_to_leave(self) -> None:
        question = Question(
            self.tr("Give your place away?"),
            self.tr("Whoever asks anew begins at the end of the line."),
            self._window,
            cancel=self.tr("Keep it"),
        )
        question.add(self.tr("Give it away"), self._leave, main=True)
        question.open()
        self.opened.emit(question)

    def _leave(self) -> None:
        self._close_ticket(False, "")

    def _begin_anew(self) -> None:
        self._anew, self._wait, self._report = True, None, None
        self.show_all()
        self._ask_again()

    def _take_answer(self, reply: Reply) -> None:
        """What was typed has arrived."""
        self._page.person.clear_words()
        self._take_status(reply)

    def _take_status(self, reply: Reply) -> None:
        if isinstance(reply, TicketShown):
            self._controller.take_help(reply.status)
            self.show_all()

    # --- a report and an idea ---------------------------------------------------------------------

    def _see_report(self) -> None:
        self._open_report(self._keep_report)

    def _send_another(self) -> None:
        self._open_report(self._send_report)

    def _open_report(self, then: Callable[[Path], None]) -> None:
        from ui.dialogs.report import ReportDialog  # noqa: PLC0415 - needed seldom
        from ui.report_maker import folder_with_room  # noqa: PLC0415 - needed seldom

        made = tempfile.TemporaryDirectory(prefix="plainkeep-", dir=folder_with_room())
        dialog = ReportDialog(
            self._controller.data,
            self._clock.now,
            self._window,
            Path(self._folders.enter_context(made)),
            sends=True,
            like=Like(self._page.person.ask.wish.value),
        )
        dialog.chosen.connect(then)
        dialog.open()
        self.opened.emit(dialog)

    def _keep_report(self, file: Path) -> None:
        self._report = file
        self._page.person.ask.show_seen()

    def _send_report(self, file: Path) -> None:
        self._do(lambda no: SendReport(id=no, report=str(file)), self._take_status)

    def _open_idea(self) -> None:
        from ui.dialogs.idea import IdeaDialog  # noqa: PLC0415 - needed seldom

        # The first run has no pages yet.
        names = self._window.names if self._controller.situation.plan is not None else ()
        titles = {name: page_title(name).replace("&&", "&") for name in names}
        dialog = IdeaDialog(titles, self._picture_of, self._window)

        def send(words: str, picture: bytes) -> None:
            self._ask(
                "idea",
                lambda no: SendIdea(id=no, words=words, picture=picture),
                lambda _reply: dialog.thank(),
                lambda error: dialog.say(_in_words(error)),
            )

        def forget() -> None:
            self._lookups.forget("idea")

        dialog.sent.connect(send)
        dialog.finished.connect(forget)
        dialog.open()
        self.opened.emit(dialog)

    def _picture_of(self, name: PageName) -> QPixmap:
        return self._window.page(name).grab()

    # --- asking -----------------------------------------------------------------------------------

    def _do(self, make: MakeRequest, then: Callable[[Reply], None]) -> None:
        """Something that somebody pressed a button for."""
        card = self._page.person
        card.set_busy(True)
        card.say("")
        self._count += 1

        def take(reply: Reply) -> None:
            card.set_busy(False)
            then(reply)

        def fail(error: BackupError) -> None:
            card.set_busy(False)
            card.say(_in_words(error))
            self.show_all()

        self._lookups.ask(f"do {self._count}", make, take, fail)

    def _ask(
        self,
        kind: str,
        make: MakeRequest,
        then: Callable[[Reply], None],
        otherwise: Callable[[BackupError], None] = lambda _error: None,
    ) -> None:
        self._lookups.ask(kind, make, then, otherwise)


def _in_words(error: BackupError) -> str:
    told = explain(error)
    return f"{told.title}. {told.next_step}"
