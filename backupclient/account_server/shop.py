"""Plans that are bought, renewed, cancelled and end: what the endpoints and the pages ask for, and
what happens by the clock.

Every method is one or more whole transactions, and the service may die between any two of their
steps: what was recorded is finished by the outbox.
"""

from __future__ import annotations

import contextlib
import logging
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server import outbox, places
from backupclient.account_server.checkout import (
    NoticeRefused,
    Provider,
    ProviderUnreachable,
    SignedNotice,
)
from backupclient.account_server.ending import Ending
from backupclient.account_server.forgotten import Forgotten
from backupclient.account_server.ledger import (
    Ledger,
    Recorded,
    UnknownOrder,
    order_of,
    terms_of,
)
from backupclient.account_server.letters import Write
from backupclient.account_server.offers import Offer, Offers
from backupclient.account_server.outbox import Item, NotDone, Outbox, Runner
from backupclient.account_server.post import Post
from backupclient.account_server.purchase_tables import (
    CheckoutKind,
    CheckoutRow,
    LedgerRow,
    OutboxKind,
    PlanChange,
)
from backupclient.account_server.service import Service
from backupclient.account_server.silence import Silence
from backupclient.account_server.standing import (
    CHARGE_AFTER,
    Entry,
    EntryKind,
    Standing,
    standing,
)
from backupclient.account_server.tables import PlanState
from backupclient.account_server.ticket_quiet import QuietTickets
from backupclient.decoding import from_json
from backupclient.errors import StorageError

_LOG = logging.getLogger(__name__)
_LOOK_EVERY = timedelta(hours=1)


class Ordered(NamedTuple):
    """A checkout, and where it goes on."""

    checkout_id: str
    url: str


class NothingToDo(Exception):
    """There is no plan that this could be done to, or no such offer."""


class Shop:
    """One for each process. Any thread."""

    def __init__(
        self,
        service: Service,
        provider: Provider,
        post: Post,
        offers: Offers,
        silence: Silence,
        quiet: QuietTickets,
        forgotten: Forgotten,
    ) -> None:
        self._service = service
        self._database = database = service.database
        self._clock = service.clock
        self._post = post
        self._silence = silence
        self._quiet = quiet
        self._looked: datetime | None = None
        self.forgotten = forgotten
        self.provider = provider
        self.offers = offers
        self.ledger = Ledger(database)
        self.ending = Ending(service, self.ledger, post)
        handlers: dict[OutboxKind, outbox.Handler] = {
            OutboxKind.APPLY: self._apply,
            OutboxKind.CHARGE: self._charge,
            OutboxKind.DELETE: self._delete,
            OutboxKind.MAIL: post.deliver,
            OutboxKind.PASSWORD: forgotten.deliver,
        }
        self.outbox = Outbox(database, service.clock, handlers)
        self._runner = Runner(self.step)

    def start(self) -> None:
        """What is left to do is done in a thread of its own from now on."""
        self._runner.start()

    def stop(self) -> None:
        self._runner.stop()

    def step(self) -> None:
        """Everything that is due now."""
        self.by_the_clock()
        self.outbox.run()

    # --- buying -----------------------------------------------------------------------------------

    def order(self, household_id: str, offer_id: str, key: str) -> Ordered:
        """A checkout of an offer; asked again under the same key, the same one. `NothingToDo` if
        there is no such offer, `ProviderUnreachable`."""
        offer = next((one for one in self.offers.on_sale() if one.offer_id == offer_id), None)
        if offer is None:
            raise NothingToDo
        with self._database.writing() as session:
            row = self.ledger.place(session, household_id, offer, key, self._clock.now())
        if not row.url:
            url = f"{self._service.settings.public_url}/checkout/{row.id}"
            if row.kind == CheckoutKind.PURCHASE:
                url = self.provider.open(order_of(row))
            with self._database.writing() as session:
                session.get_one(CheckoutRow, row.id).url = url
            row.url = url
        return Ordered(row.id, row.url)

    def notified(self, signed: SignedNotice) -> None:
        """A provider's notice is recorded when this returns; what follows from it is on its way.
        `NoticeRefused`, also for an order that is none of ours."""
        notice = self.provider.read(signed)
        now = self._clock.now()
        try:
            with self._database.writing() as session:
                recorded = self.ledger.record(session, self.provider, notice, signed.body, now)
                if recorded.new:
                    self._write_letter(session, recorded, now)
        except UnknownOrder as error:
            raise NoticeRefused from error
        if recorded.kind is EntryKind.UNEXPECTED:
            _LOG.error("entry %d of the ledger is not what was ordered", recorded.number)
        self._runner.wake()

    def choose(self, household_id: str, checkout_id: str) -> Standing:
        """The plan of a CHANGE counts from the next renewal. `NothingToDo` if it is none."""
        now = self._clock.now()
        with self._database.writing() as session:
            row = session.get(CheckoutRow, checkout_id)
            if row is None or row.household_id != household_id or row.kind != CheckoutKind.CHANGE:
                raise NothingToDo
            kind, event = EntryKind.CHOSEN, f"chosen {row.id}"
            terms = terms_of(row)
            return self.ledger.note(session, household_id, kind, event, now, terms, row.id).after

    def wake(self) -> None:
        """Something was written that is to be done."""
        self._runner.wake()

    # --- ending -----------------------------------------------------------------------------------

    def cancel(self, household_id: str) -> Standing:
        """Nothing is charged any more; what is paid for goes on. Again, the same. `NothingToDo`
        without a plan that could be cancelled."""
        return self._turn_renewal(household_id, EntryKind.CANCELLED)

    def if_cancelled(self, household_id: str) -> Standing:
        """What would be, if it were cancelled now. As `cancel`."""
        now = self._clock.now()
        with self._database.reading() as session:
            entries = self.ledger.entries(session, household_id)
        before = standing(entries, now)
        if not _renews(before) or before.state is PlanState.CANCELLED:
            raise NothingToDo
        return standing([*entries, Entry(EntryKind.CANCELLED, now)], now)

    def resume(self, household_id: str) -> Standing:
        """As if it had not been cancelled. `NothingToDo` once it has ended."""
        return self._turn_renewal(household_id, EntryKind.RESUMED)

    def _turn_renewal(self, household_id: str, kind: EntryKind) -> Standing:
        now = self._clock.now()
        cancels = kind is EntryKind.CANCELLED
        with self._database.writing() as session:
            self.ledger.turn(session, household_id)
            before = self.ledger.standing(session, household_id, now)
            if not _renews(before):
                raise NothingToDo
            if (before.state is PlanState.CANCELLED) is cancels:
                return before
            event = f"{kind} {household_id} {self.ledger.length(session, household_id)}"
            recorded = self.ledger.note(session, household_id, kind, event, now)
            self._write_letter(session, recorded, now)
        self._runner.wake()
        return recorded.after

    # --- what happens by itself -------------------------------------------------------------------

    def by_the_clock(self) -> None:
        """Plans whose day has come are renewed or end, and long after that their data is deleted;
        silent computers are told of, tickets in which nobody says anything asked after."""
        now = self._clock.now()
        with self._database.reading() as session:
            due = list(
                session.scalars(
                    sa.select(PlanChange.household_id).where(PlanChange.at <= now).limit(100)
                )
            )
        for household_id in due:
            with self._database.writing() as session:
                self._day_has_come(session, household_id, now)
        if self._looked is None or now - self._looked >= _LOOK_EVERY:
            with self._database.writing() as session:
                self._silence.look(session, now)
            self._quiet.look(now)
            self.ending.look(now, deleting=not self._service.settings.shop.keep_ended)
            self._looked = now

    def _day_has_come(self, session: Session, household_id: str, now: datetime) -> None:
        self.ledger.turn(session, household_id)
        found = self.ledger.show(session, household_id, now)
        if found.state is PlanState.PAST_DUE and found.then is not None and found.renews:
            key = f"renewal {household_id} {found.renews.isoformat()}"
            row = self.ledger.renewal(session, household_id, found.then, key, now)
            times = sum(found.renews + after <= now for after in CHARGE_AFTER)
            charge = OutboxKind.CHARGE
            what = f"{row.id} {times}"
            outbox.add(self._database, session, charge, household_id, row.id, what, now)
        elif found.state is PlanState.LAPSED and found.ends is not None:
            what = f"lapsed-{household_id}-{found.ends:%Y%m%dT%H%M%S}"
            apply = OutboxKind.APPLY
            outbox.add(self._database, session, apply, household_id, "lapsed", what, now)
            kept = found.data_kept_until
            self._post.send(session, household_id, lambda to: to.lapsed(kept), what, now)

    def _write_letter(self, session: Session, recorded: Recorded, now: datetime) -> None:
        write = self._letter_about(session, recorded)
        if write is not None:
            key = f"entry-{recorded.number}"
            self._post.send(session, recorded.household_id, write, key, now)

    def _letter_about(self, session: Session, recorded: Recorded) -> Write | None:
        row = session.get_one(LedgerRow, recorded.number)
        terms = None if row.terms is None else from_json(row.terms, Offer)
        after = recorded.after
        ends, kept = after.ends, after.data_kept_until
        amount, currency = row.amount, row.currency or ""
        match recorded.kind:
            case EntryKind.PAID if terms is not None:
                return lambda to: to.bought(terms, after)
            case EntryKind.RENEWED if terms is not None:
                return lambda to: to.renewed(terms, after)
            case EntryKind.DECLINED if after.state is PlanState.PAST_DUE:
                assert ends is not None
                assert kept is not None
                return lambda to: to.not_paid(ends, kept)
            case EntryKind.CANCELLED if ends is not None:
                assert kept is not None
                return lambda to: to.cancelled(ends, kept)
            case EntryKind.REFUNDED if amount is not None:
                return lambda to: to.refunded(amount, currency, after)
            case _:
                return None

    # --- the outbox's work ------------------------------------------------------------------------

    def apply_now(self, household_id: str) -> None:
        """What was paid for and has not reached the storage is tried at once, whatever its turn.
        What cannot be done now is tried again later."""
        self.outbox.run(household_id, OutboxKind.APPLY)
        with contextlib.suppress(StorageError):
            places.apply_limit(self._service, household_id)

    def payments_under_way(self, household_id: str) -> int:
        """Purchases that were begun lately, and of which nothing was heard yet."""
        with self._database.reading() as session:
            return self.ledger.under_way(session, household_id, self._clock.now())

    def _apply(self, item: Item) -> None:
        """The storage gets the limit that the plan has now, not the one it had when this was
        written: two changes at once end with the last. Where there is no storage yet, it is made
        with the right one."""
        try:
            places.apply_limit(self._service, item.household_id)
        except StorageError as error:
            raise NotDone(error.code) from error

    def _delete(self, item: Item) -> None:
        try:
            places.delete(self._service, item.household_id, item.subject)
        except StorageError as error:
            raise NotDone(error.code) from error

    def _charge(self, item: Item) -> None:
        now = self._clock.now()
        with self._database.reading() as session:
            order = order_of(session.get_one(CheckoutRow, item.subject))
            found = self.ledger.standing(session, item.household_id, now)
        if found.state is not PlanState.PAST_DUE:
            return  # paid or cancelled meanwhile
        try:
            outcome = self.provider.charge(order)
        except ProviderUnreachable as error:
            raise NotDone(str(error)) from error
        if outcome is not None:
            self.notified(outcome)


def _renews(found: Standing) -> bool:
    """Whether it goes on only because it is paid for; a gift does so by itself."""
    has = found.terms
    return has is not None and has.price is not None and found.state is not PlanState.LAPSED
