"""A person who helps, as the window shows it: over the account service of a household."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa
from PySide6.QtWidgets import QDialog

from backupclient.account_server.ticket_tables import TicketRow
from backupclient.account_server.tickets import Tickets
from tests.accounts import Accounts
from tests.screenshots.camera import Camera
from tests.screenshots.desk import until
from ui.app import App
from ui.dialogs.idea import IdeaDialog
from ui.pages.page import PageName
from ui.wording_help import Stage

_TOOK = timedelta(minutes=6)
_HELPED, _BEFORE = 5, 2


class Support:
    """Somebody who helps, and others who wait."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._tickets = Tickets(accounts.service)
        agent = accounts.found(name="Support")
        self._agent = agent.person_id
        self._tickets.make_agent(agent.email)
        self._tickets.agent_here(self._agent)

    def live_through(self) -> None:
        """Some were helped, one is being helped, and others wait."""
        for number in range(_HELPED + 1 + _BEFORE):
            self._come()
            if number <= _HELPED:
                ticket_id = self._tickets.take_next(self._agent)
                assert ticket_id is not None
                if number < _HELPED:
                    self._let_time_pass(ticket_id)
                    self._tickets.end(ticket_id, solved=True)

    def _come(self) -> None:
        computer = self._accounts.sign_in(self._accounts.found())
        headers = {"Authorization": f"Bearer {computer.token}", "Idempotency-Key": uuid.uuid4().hex}
        asked = {"subject": "A question"}
        self._accounts.http.post("/v1/tickets", headers=headers, json=asked).raise_for_status()

    def _let_time_pass(self, ticket_id: str) -> None:
        with self._accounts.service.database.writing() as session:
            row = session.scalars(sa.select(TicketRow).where(TicketRow.id == ticket_id)).one()
            assert row.taken is not None
            row.taken -= _TOOK

    # --- what is seen -----------------------------------------------------------------------------

    def take(self, app: App, camera: Camera) -> None:
        card = app.help.person
        app.window.go_to(PageName.HELP)
        until(lambda: card.view is not None and card.view.head.startswith(str(_BEFORE)))
        camera.take_both_sizes(app, "help-ask")
        card.ask.subject.setText("My photos of last summer")
        card.ask.button.click()
        until(lambda: card.view is not None and card.view.stage is Stage.WAITING)
        camera.take_both_sizes(app, "help-waiting")
        mine = self._take_all()
        until(lambda: card.view is not None and card.view.stage is Stage.TALK)
        camera.take(app.window, "help-turn")
        self._tickets.answer(mine, "Hello, I have a look. Which folder were they in?")
        until(lambda: card.view is not None and len(card.view.said) == 1)
        card.talk.words.setPlainText("In Pictures, but I see it again now: they are under Changed.")
        card.talk.button.click()
        until(lambda: card.view is not None and len(card.view.said) == 2)
        self._tickets.answer(mine, "Good. They are safe, and their newest version is on its way.")
        until(lambda: card.view is not None and len(card.view.said) == 3)
        camera.take_both_sizes(app, "help-conversation")
        self._tickets.end(mine, solved=True)
        until(lambda: card.view is not None and card.view.stage is Stage.ENDED)
        camera.take(app.window, "help-ended")
        card.rating.yes.click()
        until(lambda: card.view is not None and card.view.stage is Stage.RATED)
        camera.take(app.window, "help-solved")
        self._take_idea(app, camera)

    def _take_all(self) -> str:
        """Everybody who waits is taken; the id of the last."""
        last = ""
        while (ticket_id := self._tickets.take_next(self._agent)) is not None:
            last = ticket_id
        return last

    def _take_idea(self, app: App, camera: Camera) -> None:
        app.help.idea_wanted.emit()
        [dialog] = [one for one in app.window.findChildren(QDialog) if one.isVisible()]
        assert isinstance(dialog, IdeaDialog)
        dialog.words.setPlainText("The day of a photo beside its name would help.")
        dialog.choice.setCurrentIndex(dialog.choice.findData(PageName.HOME))
        camera.take(dialog, "dialog-idea")
        dialog.reject()
