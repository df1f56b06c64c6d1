"""How often something may be tried: counted in the database, by all processes together."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from backupclient.account_server.database import Database
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.tables import Tries
from backupclient.clock import Clock


class Limit(NamedTuple):
    """`most` times in `seconds`."""

    most: int
    seconds: int


SIGN_IN = Limit(10, 300)
"""Passwords, for each address and for each e-mail address."""
FORGOTTEN = Limit(3, 3600)
"""Mails with a link to a new password, for each e-mail address."""
USER_CODE = Limit(10, 60)
"""Codes of computers that somebody types, for each person; RFC 8628, section 5.1."""
NEW_SIGN_IN = Limit(30, 60)
"""Computers that begin to sign in, for each address."""
HANDOVER = Limit(5, 60)
"""Wrong ids of handovers, for each household."""


class Limits:
    """Any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, kind: str, who: str, limit: Limit) -> None:
        """Count a try; `Problem` TOO_MANY_TRIES when there were enough. In a transaction of its
        own: it stays counted when what was tried is undone."""
        wait = self._tried(kind, who, limit)
        if wait is not None:
            raise Problem(Code.TOO_MANY_TRIES, retry_after=wait)

    def my_turn(self, what: str, seconds: int) -> bool:
        """Whether nobody else, in any process, has had it in the last `seconds`."""
        return self._tried("turn", what, Limit(1, seconds)) is None

    def check(self, kind: str, who: str, limit: Limit) -> None:
        """As `take`, without counting."""
        now = self._clock.now()
        with self._database.reading() as session:
            tries = session.get(Tries, _key(kind, who))
            if tries is None or tries.count < limit.most:
                return
            ends = tries.since + timedelta(seconds=limit.seconds)
        if now < ends:
            raise Problem(Code.TOO_MANY_TRIES, retry_after=_seconds(ends - now))

    def forget(self, kind: str, who: str) -> None:
        """Whoever succeeded begins anew."""
        with self._database.writing() as session:
            session.execute(sa.delete(Tries).where(Tries.what_digest == _key(kind, who)))

    def _tried(self, kind: str, who: str, limit: Limit) -> int | None:
        """Seconds to wait, or none. Only one row is touched, by one statement each, so that two
        who try at once are both counted."""
        now, window = self._clock.now(), timedelta(seconds=limit.seconds)
        key = _key(kind, who)
        with self._database.writing() as session:
            self._database.insert_unless_there(
                session, Tries, {"what_digest": key, "since": now, "count": 0}
            )
            tries = session.get_one(Tries, key, with_for_update=True)
            if now >= tries.since + window:
                tries.since, tries.count = now, 0
            if tries.count >= limit.most:
                return _seconds(tries.since + window - now)
            tries.count += 1
        return None


def _seconds(left: timedelta) -> int:
    return max(1, -int(-left.total_seconds() // 1))


def _key(kind: str, who: str) -> str:
    return hashlib.sha256(f"{kind}\0{who}".encode()).hexdigest()
