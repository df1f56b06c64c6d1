"""What has to be done outside the database, after a transaction decided it, however often the
service dies meanwhile.

An item is written in the transaction that decides it and is done when what it asks for is done, so
what it asks for must bear being done again: a limit is set, not raised; an order is paid once; a
mail has an id. Tried again after growing pauses, without an end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.database import Database
from backupclient.account_server.purchase_tables import OutboxKind, OutboxRow
from backupclient.clock import Clock

_LOG = logging.getLogger(__name__)

PAUSES = (1, 2, 5, 15, 60, 300, 900, 3600)
"""Seconds before the next try; the last one again and again."""
LEASE = timedelta(seconds=30)
"""For so long an item is one process's; if that dies, the next one's."""
LOOK_SECONDS = 5.0
"""How often is looked for what another process wrote, or left."""


class NotDone(Exception):
    """It could not be done now; the code says why."""


class Item(NamedTuple):
    """One thing to do. `tries` counts this one."""

    number: int
    kind: OutboxKind
    household_id: str
    subject: str
    tries: int


Handler = Callable[[Item], None]
"""Does it, or raises `NotDone`. Anything else is a fault of ours, and tried again, too."""


def add(
    database: Database,
    session: Session,
    kind: OutboxKind,
    household_id: str,
    subject: str,
    key: str,
    now: datetime,
) -> None:
    """To be done once `session` is committed; nothing if `key` was asked for before."""
    values = {
        "key": f"{kind} {key}",
        "kind": kind,
        "household_id": household_id,
        "subject": subject,
        "created": now,
        "due": now,
        "tries": 0,
    }
    database.insert_unless_there(session, OutboxRow, values)


class Outbox:
    """Any thread and any number of processes may run the same one."""

    def __init__(
        self, database: Database, clock: Clock, handlers: Mapping[OutboxKind, Handler]
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers

    def run(self, household_id: str | None = None, kind: OutboxKind | None = None) -> int:
        """Do what is due; of one household everything that is not being done, due or not. Of one
        kind, where that is given. How much was done."""
        done = 0
        for number in self._waiting(household_id, kind):
            item = self._take(number, at_once=household_id is not None)
            if item is not None and self._do(item):
                done += 1
        return done

    def _waiting(self, household_id: str | None, kind: OutboxKind | None) -> list[int]:
        open_ones = sa.select(OutboxRow.no).order_by(OutboxRow.no).limit(100)
        if kind is not None:
            open_ones = open_ones.filter_by(kind=kind)
        if household_id is None:
            open_ones = open_ones.where(OutboxRow.due <= self._clock.now())
        else:
            open_ones = open_ones.filter_by(household_id=household_id)
            open_ones = open_ones.where(OutboxRow.due.is_not(None))
        with self._database.reading() as session:
            return list(session.scalars(open_ones))

    def _take(self, number: int, *, at_once: bool) -> Item | None:
        """It, unless somebody else has it."""
        now = self._clock.now()
        with self._database.writing() as session:
            row = session.get(OutboxRow, number, with_for_update={"skip_locked": True})
            if row is None or row.due is None:
                return None
            # In work is what was taken and neither done nor given back since.
            in_work = row.tries > 0 and row.failure is None and row.due > now
            if in_work or (row.due > now and not at_once):
                return None
            row.due, row.tries, row.failure = now + LEASE, row.tries + 1, None
            return Item(row.no, OutboxKind(row.kind), row.household_id, row.subject, row.tries)

    def _do(self, item: Item) -> bool:
        try:
            self._handlers[item.kind](item)
        except NotDone as error:
            self._give_back(item, str(error) or type(error).__name__)
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be lost
            self._give_back(item, repr(error))
            return False
        with self._database.writing() as session:
            row = session.get_one(OutboxRow, item.number)
            row.due = None
            self._database.changed(session, item.household_id)
        return True

    def _give_back(self, item: Item, failure: str) -> None:
        pause = PAUSES[min(item.tries, len(PAUSES)) - 1]
        # The failure itself may name a person; it is in the row.
        _LOG.warning(
            "outbox item %d (%s) was not done at try %d, next in %d s",
            item.number,
            item.kind.value,
            item.tries,
            pause,
        )
        with self._database.writing() as session:
            row = session.get_one(OutboxRow, item.number)
            row.due = self._clock.now() + timedelta(seconds=pause)
            row.failure = failure[:500]


class Runner:
    """A thread that calls `step` when it is woken and every few seconds. Whoever starts it stops
    it."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Returns when what is being done is done."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self._step()
            except Exception:  # noqa: BLE001 - logged, and looked at again soon
                # The database may be away for a while; what is to be done waits in it.
                _LOG.exception("the outbox could not be looked through")
            self._woken.wait(LOOK_SECONDS)
