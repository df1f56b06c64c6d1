"""A purchase whose service is killed at one step: a program, because what is killed must be a
process. It loads once, then plays each round in processes of its own.

A step is everything after which something is different outside the process: a commit, a call to
the storage, a mail, the answer to the provider; what dies before a commit leaves nothing of its
transaction. The storage is a file here that says which limits were
set, because what is tried is what the service does, not what SeaweedFS does.

    python -m tests.account_server.killed_purchase FOLDER [EVERY [POSTGRESQL]]

kills at each step, or at every so many of them, over SQLite or in new databases of that server.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import argon2
import msgspec
import psycopg
import sqlalchemy as sa

from backupclient.account_server import households, people
from backupclient.account_server.checkout import NoticeKind, SignedNotice, TestProvider
from backupclient.account_server.database import Database
from backupclient.account_server.ledger import order_of
from backupclient.account_server.limits import Limits
from backupclient.account_server.mails import FolderMailer, Mail
from backupclient.account_server.offers import GB, Offer
from backupclient.account_server.opening import open_shop
from backupclient.account_server.provisioning import Provisioner, StorageKeys
from backupclient.account_server.purchase_tables import CheckoutRow, LedgerRow, OutboxRow
from backupclient.account_server.service import Passwords, Service
from backupclient.account_server.settings import Settings, ShopSettings, StorageSettings
from backupclient.account_server.shown import Looks
from backupclient.account_server.streams import Streams
from backupclient.account_server.tables import Plan, StoragePlace
from tests.fakes import MIDDAY, ManualClock

GIFT = Offer(offer_id="gift", name="Gift", limit=GB, seats=3)
OUTBOX_GIVES_UP_AFTER = timedelta(minutes=2)


class Found(msgspec.Struct, frozen=True):
    """What is there in the end. `told` is whether the provider heard that its notice is recorded
    before the service was killed, `mails` how many people got."""

    steps: int
    told: bool
    paid_entries: int
    plan: int
    storage: int
    set_limits: tuple[int, ...]
    mails: int
    left: int


class Steps:
    """Counts, and kills at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.count = 0
        self._kill_at = kill_at

    def next(self, *_: object) -> None:
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class LimitsInAFile:
    """A `Provisioner` of a storage that is a list of the limits it was given."""

    endpoint, region = "http://127.0.0.1:1", "us-east-1"

    def __init__(self, file: Path, steps: Steps) -> None:
        self._file = file
        self._steps = steps

    def make_bucket(self, bucket: str, limit: int) -> None:
        self._steps.next(bucket)

    def make_keys(self, bucket: str, device_id: str) -> StorageKeys:
        return StorageKeys(bucket, device_id)

    def end_keys(self, device_id: str) -> None:
        self._steps.next(device_id)

    def set_limit(self, bucket: str, limit: int) -> None:
        self._steps.next(bucket)
        with self._file.open("a") as file:
            file.write(f"{limit}\n")
        self._steps.next(bucket)

    def enforce_limits(self) -> None:
        self._steps.next()

    def delete_bucket(self, bucket: str) -> None:
        self._steps.next(bucket)

    def used(self) -> dict[str, int]:
        return {}


class CountedMails(FolderMailer):
    """A folder of mails, with a step before and after each."""

    def __init__(self, folder: Path, clock: ManualClock, steps: Steps) -> None:
        super().__init__(folder, clock)
        self._steps = steps

    def send(self, mail: Mail) -> None:
        self._steps.next()
        super().send(mail)
        self._steps.next()


class Databases:
    """One for each round, as they are in the beginning: files beside the round's other ones, or
    databases of a PostgreSQL at `server`."""

    def __init__(self, server: str = "") -> None:
        self._server = server

    def url(self, folder: Path) -> str:
        if not self._server:
            return f"sqlite:///{folder / 'account.db'}"
        return self._server.replace("/postgres?", f"/{_name(folder)}?")

    def new(self, folder: Path) -> None:
        folder.mkdir()
        if self._server:
            self._make(folder, "template0")

    def copy(self, prepared: Path, folder: Path) -> None:
        shutil.copytree(prepared, folder)
        if self._server:
            self._make(folder, _name(prepared))

    def _make(self, folder: Path, template: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{_name(folder)}" TEMPLATE "{template}"')


def _name(folder: Path) -> str:
    return f"killed-{folder.name}"


class Round:
    """One service over one database; made anew after each death."""

    def __init__(
        self,
        folder: Path,
        url: str,
        now: datetime,
        kill_at: int = 0,
        storage: Provisioner | None = None,
        steps: Steps | None = None,
    ) -> None:
        self.steps = steps or Steps(kill_at)
        self.limits = folder / "limits"
        self.mails = folder / "mails"
        settings = Settings(
            database_url=url,
            public_url="http://127.0.0.1:1",
            secret="s" * 32,
            storage=StorageSettings(endpoint="", access_key="", secret_key=""),
            shop=ShopSettings(test_payments=True, mail_folder=self.mails),
        )
        clock, database = ManualClock(now), Database(settings.database_url)
        self.service = Service(
            settings=settings,
            clock=clock,
            database=database,
            provisioner=storage or LimitsInAFile(self.limits, self.steps),
            streams=Streams(database, 15.0),
            limits=Limits(database, clock),
            passwords=Passwords(argon2.PasswordHasher(1, 8, 1)),
            looks=Looks(),
        )
        self.shop = open_shop(self.service, mailer=CountedMails(self.mails, clock, self.steps))

    def watch(self) -> None:
        sa.event.listen(sa.Engine, "commit", self._commits)

    def _commits(self, connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("reading", False):
            self.steps.next()

    def buy(self, household_id: str, told: Path) -> None:
        """Everything from the order to the larger storage, as it happens in one process."""
        ordered = self.shop.order(household_id, "family", "the key")
        self.shop.notified(self._paid(ordered.checkout_id))
        self.steps.next()
        told.touch()
        self.shop.step()

    def tell_again(self) -> None:
        """The provider repeats what nobody said to have recorded."""
        with self.service.database.reading() as session:
            ids = list(session.scalars(sa.select(CheckoutRow.id)))
        for checkout_id in ids:
            self.shop.notified(self._paid(checkout_id))

    def _paid(self, checkout_id: str) -> SignedNotice:
        provider = self.shop.provider
        assert isinstance(provider, TestProvider)
        with self.service.database.reading() as session:
            order = order_of(session.get_one(CheckoutRow, checkout_id))
        return provider.settle(order, NoticeKind.PAID)

    def _set_limits(self) -> tuple[int, ...]:
        return tuple(map(int, self.limits.read_text().split())) if self.limits.exists() else ()

    def found(self, told: bool, steps: int) -> Found:
        with self.service.database.reading() as session:
            return Found(
                steps=steps,
                told=told,
                paid_entries=_count(
                    session.scalars(sa.select(LedgerRow.no).filter_by(kind="paid"))
                ),
                plan=session.scalars(sa.select(Plan.limit_bytes)).one(),
                storage=session.scalars(sa.select(StoragePlace.limit_bytes)).one() or 0,
                set_limits=self._set_limits(),
                mails=_count(self.mails.glob("*.eml")) if self.mails.exists() else 0,
                left=_count(
                    session.scalars(sa.select(OutboxRow.no).where(OutboxRow.due.is_not(None)))
                ),
            )


def _count(things: Iterable[object]) -> int:
    return len(list(things))


def prepare(folder: Path, databases: Databases) -> None:
    """A household with a storage that goes by its plan."""
    databases.new(folder)
    database = Database(databases.url(folder))
    database.migrate()
    database.close()
    first = Round(folder, databases.url(folder), MIDDAY)
    with first.service.database.writing() as session:
        household_id = households.found(first.service, session, "Home", GIFT)
        people.create(first.service, session, household_id, "ana@example.org", "long enough")
        place = StoragePlace(
            household_id=household_id,
            bucket="b",
            limit_bytes=GB,
            used_bytes=0,
            measured=None,
        )
        session.add(place)
    first.shop.step()
    first.service.database.close()


def in_a_process(work: Callable[[], None]) -> None:
    """Until it ends or is killed. Nothing of it stays in this process."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - told by the exit code, and on stderr
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "a round failed"


def play(prepared: Path, folder: Path, kill_at: int, databases: Databases) -> Found:
    """A purchase killed at that step, then a new service that knows nothing of it."""
    told, counted = folder.with_suffix(".told"), folder.with_suffix(".steps")
    databases.copy(prepared, folder)

    def until_killed() -> None:
        service = Round(folder, databases.url(folder), MIDDAY, kill_at)
        with service.service.database.reading() as session:
            household_id = session.scalars(sa.select(Plan.household_id)).one()
        service.watch()
        service.buy(household_id, told)
        counted.write_text(str(service.steps.count))

    def afterwards() -> None:
        service = Round(folder, databases.url(folder), MIDDAY + OUTBOX_GIVES_UP_AFTER)
        if not told.exists():
            service.tell_again()
        service.shop.step()
        found = service.found(told.exists(), int(counted.read_text() if counted.exists() else 0))
        folder.with_suffix(".found").write_bytes(msgspec.json.encode(found))

    in_a_process(until_killed)
    in_a_process(afterwards)
    return msgspec.json.decode(folder.with_suffix(".found").read_bytes(), type=Found)


def main(folder: Path, every: int, databases: Databases) -> None:
    prepared = folder / "prepared"
    in_a_process(lambda: prepare(prepared, databases))
    whole = play(prepared, folder / "whole", 0, databases)
    steps = range(1, whole.steps + 1, every)
    killed = [play(prepared, folder / f"at-{at}", at, databases) for at in steps]
    rounds = [whole, *killed]
    sys.stdout.buffer.write(msgspec.json.encode(rounds))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]) if len(sys.argv) > 2 else 1,
        Databases(*sys.argv[3:]),
    )
