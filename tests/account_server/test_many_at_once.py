"""Many computers of one household at the same time: they share looks, and writers take turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from backupclient.account_server import database as databases
from backupclient.account_server import households
from backupclient.account_server.database import Database
from backupclient.account_server.shown import Looks, Shown
from backupclient.account_server.tables import Tries
from tests.accounts import Accounts
from tests.patience import PATIENCE

CALLERS = 8


class Scenery:
    """What is looked at. Each look takes until it is let go; the second fails."""

    def __init__(self, seen: Shown) -> None:
        self._seen = seen
        self._let_go = threading.Semaphore(0)
        self.looks = 0

    def look(self) -> Shown:
        self.looks += 1
        no = self.looks
        assert self._let_go.acquire(timeout=PATIENCE)
        if no == 2:
            raise sa.exc.SQLAlchemyError("the database is away")
        return self._seen

    def let_go(self) -> None:
        self._let_go.release()


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_who_asks_during_a_look_shares_the_next_with_its_failure(accounts: Accounts) -> None:
    computer = accounts.sign_in(accounts.found())
    answer = accounts.ask(computer, "GET", "/v1/household")
    assert [one["this"] for one in answer.json()["devices"]] == [True]
    seen = households.shown(accounts.service, computer.home.household_id)
    assert seen is not None
    looks, scenery = Looks(), Scenery(seen)
    with ThreadPoolExecutor(CALLERS + 1) as pool:
        first = pool.submit(looks.share, "home", scenery.look)
        until(lambda: scenery.looks == 1)
        others = [pool.submit(looks.share, "home", scenery.look) for _ in range(CALLERS)]
        until(lambda: looks.asking() == CALLERS + 1)
        assert scenery.looks == 1
        scenery.let_go()
        scenery.let_go()
        assert first.result(PATIENCE) is seen
        for other in others:
            with pytest.raises(sa.exc.SQLAlchemyError):
                other.result(PATIENCE)
    assert scenery.looks == 2
    scenery.let_go()
    assert looks.share("home", scenery.look) is seen, "nobody is told an old failure"
    assert looks.asking() == 0


def test_writers_wait_for_each_other_however_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite alone gives up at some time, and gives nobody a turn."""
    monkeypatch.setattr(databases, "_SQLITE_WAIT_MS", 0)
    database = Database(f"sqlite:///{tmp_path / 'account.db'}")
    database.migrate()
    limits = counting(database)
    with ThreadPoolExecutor(CALLERS) as pool:
        with database.writing() as session:
            session.execute(sa.delete(Tries))
            waiting = [pool.submit(limits, number) for number in range(CALLERS)]
            with pytest.raises(TimeoutError):
                waiting[0].result(0.1)
        for one in waiting:
            one.result(PATIENCE)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Tries)) == CALLERS
    database.close()


def counting(database: Database) -> Callable[[int], None]:
    since = datetime(2026, 5, 1, tzinfo=UTC)

    def count(number: int) -> None:
        values = {"what_digest": str(number), "since": since, "count": 1}
        with database.writing(lasting=number % 2 == 0) as session:
            database.insert_unless_there(session, Tries, values)

    return count
