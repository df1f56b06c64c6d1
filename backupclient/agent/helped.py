"""The engine's part in being helped by a person: keeps this computer's place in line, hears of it,
and tells front ends.

What the service last told is in the data folder, so that a place is known as soon as an engine
starts, and a report that could not be sent is sent when the service answers again.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from backupclient.agent.account import AccountAtWork
from backupclient.clock import Clock
from backupclient.errors import AccountRefused, AccountUnreachable, BackupError, InvalidRequest
from backupclient.settings import make_private, write_atomically
from backupclient.wire.entitlement import Trouble
from backupclient.wire.tickets import (
    AnyTicketReply,
    AnyTicketRequest,
    AskWait,
    CloseTicket,
    HelpStatus,
    IdeaSent,
    Say,
    SendIdea,
    SendReport,
    ShowTicket,
    TakePlace,
    Ticket,
    TicketShown,
    TicketState,
    WaitShown,
)

if TYPE_CHECKING:
    from backupclient.account.person import Kept, Person

_FILE_NAME = "ticket.json"
_REPORT_NAME = "ticket-report.zip"
_MOST_MESSAGES = 100
"""So many of the newest are kept and told."""


class Hears(Protocol):
    """Told of each change, in any thread. Must return at once."""

    def help(self, status: HelpStatus) -> None: ...


class HelpAtWork:
    """Of one engine. Any thread. What needs the network is loaded where somebody asks for help."""

    def __init__(self, data: Path, clock: Clock, account: AccountAtWork) -> None:
        self._data = data
        self._clock = clock
        self._account = account
        account.ticket = self.look
        self._asking = threading.Lock()
        """Held while the service is asked, so that answers are taken in their order."""
        self._unkept = b""
        """A report that the computer's full disk has no room for. Guarded by _asking."""
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._kept: Kept | None = None
        self._failure: Trouble | None = None
        self._report_waits = False
        self._hears: list[Hears] = []

    def load(self) -> None:
        """Look up what was known last; nobody is asked."""
        if (self._data / _FILE_NAME).exists():
            from backupclient.account import person  # noqa: PLC0415 - see the class

            with self._lock:
                self._kept = person.load(self._data)
                self._report_waits = (self._data / _REPORT_NAME).exists()

    @property
    def status(self) -> HelpStatus:
        with self._lock:
            return self._status()

    def watch(self, hears: Hears) -> None:
        with self._lock:
            self._hears.append(hears)
            status = self._status()
        hears.help(status)

    def leave(self, hears: Hears) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._hears.remove(hears)

    def look(self) -> None:
        """Ask the service how the ticket stands, if there is one that is not solved: one that was
        closed may go on."""
        with self._lock:
            kept = self._kept
        solved = TicketState.SOLVED
        if kept is None or (kept.ticket is not None and kept.ticket.state is solved):
            return
        with self._asking:
            try:
                self._look(self._person())
            except (BackupError, OSError) as error:
                self._fail(error)

    def answer(self, request: AnyTicketRequest) -> AnyTicketReply:
        """As the account's own; `InvalidRequest` (reason: no-ticket) if there is none."""
        match request:
            case AskWait():
                return WaitShown(id=request.id, wait=self._person().wait())
            case SendIdea(words=words, picture=picture):
                self._person().send_idea(words, picture)
                return IdeaSent(id=request.id)
            case ShowTicket(look=look):
                if look:
                    self.look()
            case TakePlace():
                with self._asking:
                    self._take_place(request)
            case SendReport(report=report):
                with self._asking:
                    if self._ticket().over:
                        raise InvalidRequest(reason="no-ticket")
                    self._keep_report(report)
                    self._send_report(self._person())
            case Say(words=words):
                self._do(lambda person, id_: person.say(id_, words))
            case CloseTicket(solved=solved, words=words):
                self._do(
                    lambda person, id_: person.close(id_, solved=solved, words=words), rated=True
                )
        return TicketShown(id=request.id, status=self.status)

    # --- how; _asking is held ---------------------------------------------------------------------

    def _take_place(self, request: TakePlace) -> None:
        from backupclient.account import person  # noqa: PLC0415 - see the class

        with self._lock:
            before = self._kept
        if before is not None and before.ticket is not None and not before.ticket.over:
            return
        asked = self._person()
        again = before is not None and before.ticket is None
        kept = before if again and before is not None else person.Kept(key=person.new_key())
        self._keep_report(request.report)
        with contextlib.suppress(OSError):  # the service finds it by its computer, too
            person.save(self._data, kept)
        with self._lock:
            self._kept = kept
        try:
            ticket = asked.take_place(kept.key, request)
        except AccountRefused as error:
            found = asked.open_one() if error.facts.get("reason") == "conflict" else None
            if found is None:
                self._drop_report()
                raise
            ticket = found
        except BackupError:  # who asks again sends it again
            self._drop_report()
            raise
        self._take(ticket)
        self._send_report(asked)

    def _look(self, asked: Person) -> None:
        with self._lock:
            kept = self._kept
        if kept is None:
            return
        try:
            ticket = (
                asked.open_one() if kept.ticket is None else asked.ticket(kept.ticket.ticket_id)
            )
        except AccountRefused as error:
            if error.facts.get("reason") != "not-found":
                raise
            self._forget()
            return
        if ticket is None:
            return
        self._take(ticket)
        self._send_report(asked)

    def _do(self, ask: Callable[[Person, str], Ticket], *, rated: bool = False) -> None:
        """Also about a ticket that is over: the service knows whether it can go on."""
        with self._asking:
            ticket_id = self._ticket().ticket_id
            try:
                ticket = ask(self._person(), ticket_id)
            except AccountRefused as error:
                match error.facts.get("reason"):
                    case "conflict":  # it is over
                        self._take(self._person().ticket(ticket_id))
                        raise InvalidRequest(reason="no-ticket") from error
                    case "not-found":  # it was of another household
                        self._forget()
                raise
            self._take(ticket, rated=rated)

    def _ticket(self) -> Ticket:
        with self._lock:
            ticket = None if self._kept is None else self._kept.ticket
        if ticket is None:
            raise InvalidRequest(reason="no-ticket")
        return ticket

    def _keep_report(self, path: str) -> None:
        target = self._data / _REPORT_NAME
        self._unkept = b""
        if not path:
            target.unlink(missing_ok=True)
        else:
            content = Path(path).read_bytes()
            try:
                make_private(self._data)
                write_atomically(target, content)
            except OSError:  # who has no room left needs help, too
                self._unkept = content
        with self._lock:
            self._report_waits = bool(path)

    def _send_report(self, asked: Person) -> None:
        """What the service will not have is not kept; where it cannot be reached, it is later."""
        with self._lock:
            ticket = None if self._kept is None else self._kept.ticket
            waits = self._report_waits
        if ticket is None or not waits:
            return
        try:
            content = self._unkept or (self._data / _REPORT_NAME).read_bytes()
            asked.send_report(ticket.ticket_id, content)
        except (AccountUnreachable, OSError) as error:
            self._fail(error)
            return
        except AccountRefused as error:
            self._drop_report()
            self._fail(error)
            return
        self._drop_report()
        self._take(msgspec.structs.replace(ticket, has_report=True))

    def _drop_report(self) -> None:
        self._unkept = b""
        (self._data / _REPORT_NAME).unlink(missing_ok=True)
        with self._lock:
            self._report_waits = False

    def _take(self, ticket: Ticket, *, rated: bool = False) -> None:
        from backupclient.account import person  # noqa: PLC0415 - see the class

        if len(ticket.messages) > _MOST_MESSAGES:
            newest = ticket.messages[-_MOST_MESSAGES:]
            ticket = msgspec.structs.replace(ticket, messages=newest)
        with self._lock:
            kept = self._kept or person.Kept(key=person.new_key())
            # What goes on again is yet to end.
            rated = ticket.over and (rated or (kept.rated and kept.ticket is not None))
            kept = person.Kept(key=kept.key, ticket=ticket, as_of=self._clock.now(), rated=rated)
            self._kept, self._failure = kept, None
        with contextlib.suppress(OSError):  # the service knows it, too
            person.save(self._data, kept)
        self._tell()

    def _forget(self) -> None:
        from backupclient.account import person  # noqa: PLC0415 - see the class

        person.forget(self._data)
        with self._lock:
            self._kept, self._failure, self._report_waits = None, None, False
        self._tell()

    def _fail(self, error: BackupError | OSError) -> None:
        from backupclient.account.service_source import trouble_of  # noqa: PLC0415 - the same

        with self._lock:
            self._failure = trouble_of(error)
        self._tell()

    def _person(self) -> Person:
        from backupclient.account.person import Person  # noqa: PLC0415 - see the class

        return Person(self._account.client())

    def _status(self) -> HelpStatus:
        """`_lock` is held."""
        kept = self._kept
        return HelpStatus(
            ticket=None if kept is None else kept.ticket,
            as_of=None if kept is None else kept.as_of,
            rated=kept is not None and kept.rated,
            report_waits=self._report_waits,
            failure=self._failure,
        )

    def _tell(self) -> None:
        with self._lock:
            status, hears = self._status(), tuple(self._hears)
        for one in hears:
            one.help(status)
