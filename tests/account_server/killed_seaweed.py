"""Purchases whose service is killed between the payment and the storage, a real SeaweedFS: a
program, because what is killed must be a process. Prints what is there in the end.

Two households with a full bucket each buy. For one the service dies before it has set the quota,
for the other when it is set and not gone by.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import boto3
import msgspec
import sqlalchemy as sa
from botocore.config import Config
from botocore.exceptions import ClientError

from backupclient.account_server import households, people, places
from backupclient.account_server.database import Database
from backupclient.account_server.offers import Offer
from backupclient.account_server.outbox import LEASE
from backupclient.account_server.provisioning import SeaweedProvisioner
from backupclient.account_server.purchase_tables import LedgerRow, OutboxRow
from backupclient.account_server.settings import StorageSettings
from backupclient.account_server.tables import Audit, Household, StoragePlace
from tests.account_server.killed_purchase import Round, Steps, in_a_process
from tests.fakes import MIDDAY

SMALL = Offer(offer_id="gift", name="Gift", limit=100_000, seats=3)
BEFORE_THE_QUOTA = 1
FULL_WITHIN_SECONDS = 60


class Bucket(msgspec.Struct, frozen=True):
    """One household's in the end. `applied` is how often a limit is said to have been applied."""

    took_data_before: bool
    takes_data: bool
    limit: int
    paid_entries: int
    applied: int
    left: int


class DyingSeaweed(SeaweedProvisioner):
    """Kills before one of its steps towards a larger storage."""

    def __init__(self, settings: StorageSettings, kill_at: int = 0) -> None:
        super().__init__(settings)
        self._steps = Steps(kill_at)

    def set_limit(self, bucket: str, limit: int) -> None:
        self._steps.next()
        super().set_limit(bucket, limit)

    def enforce_limits(self) -> None:
        self._steps.next()
        super().enforce_limits()


class Play:
    """Each method in a process of its own."""

    def __init__(self, folder: Path, storage: StorageSettings) -> None:
        self._folder = folder
        self._before = folder / "before"
        self._url = f"sqlite:///{folder / 'account.db'}"
        self._storage = storage

    def prepare(self) -> None:
        database = Database(self._url)
        database.migrate()
        database.close()
        service = self._round().service
        for name in ("first", "second"):
            with service.database.writing() as session:
                home = households.found(service, session, name, SMALL)
                people.create(service, session, home, f"{name}@example.org", "long enough")
            self._put(places.make(service, home), os.urandom(2 * SMALL.limit))
        deadline = time.monotonic() + FULL_WITHIN_SECONDS
        while any(map(self._takes_data, self._buckets())):  # counted a few seconds late
            assert time.monotonic() < deadline, "a bucket over its quota takes data"
            time.sleep(1)
            service.provisioner.enforce_limits()

    def buy(self, name: str, kill_at: int) -> None:
        purchase = self._round(kill_at)
        with purchase.service.database.reading() as session:
            home = session.scalars(sa.select(Household.id).filter_by(name=name)).one()
        purchase.buy(home, self._folder / "told")
        raise AssertionError("nobody was killed")

    def look(self) -> None:
        """Before any quota is set: once it is, the storage itself goes by it sooner or later."""
        before = [self._takes_data(bucket) for bucket in self._buckets()]
        self._before.write_bytes(msgspec.json.encode(before))

    def afterwards(self) -> None:
        before = msgspec.json.decode(self._before.read_bytes(), type=list[bool])
        late = self._round(later=True)
        late.shop.step()
        found = []
        with late.service.database.reading() as session:
            for place, took in zip(session.scalars(_PLACES), before, strict=True):
                home = place.household_id
                entries = session.scalars(
                    sa.select(LedgerRow.kind).filter_by(household_id=home, kind="paid")
                )
                applied = sa.select(Audit.no).filter_by(household_id=home, what="limit-applied")
                left = sa.select(OutboxRow.no).filter_by(household_id=home)
                found.append(
                    Bucket(
                        took_data_before=took,
                        takes_data=self._takes_data(place.bucket),
                        limit=place.limit_bytes or 0,
                        paid_entries=len(entries.all()),
                        applied=len(session.scalars(applied).all()),
                        left=len(session.scalars(left.where(OutboxRow.due.is_not(None))).all()),
                    )
                )
        sys.stdout.buffer.write(msgspec.json.encode(found))
        sys.stdout.flush()

    def _round(self, kill_at: int = 0, *, later: bool = False) -> Round:
        now = MIDDAY + 2 * LEASE if later else MIDDAY
        return Round(self._folder, self._url, now, storage=DyingSeaweed(self._storage, kill_at))

    def _buckets(self) -> list[str]:
        with self._round().service.database.reading() as session:
            return [place.bucket for place in session.scalars(_PLACES)]

    def _takes_data(self, bucket: str) -> bool:
        try:
            self._put(bucket, b"?")
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "InternalError":
                raise
            return False
        return True

    def _put(self, bucket: str, body: bytes) -> None:
        keys = self._storage
        session = boto3.session.Session(keys.access_key, keys.secret_key, region_name=keys.region)
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        client = session.client("s3", endpoint_url=keys.endpoint, config=config)
        client.put_object(Bucket=bucket, Key=f"probe-{len(body)}", Body=body)


_PLACES = (
    sa.select(StoragePlace)
    .join(Household, Household.id == StoragePlace.household_id)
    .order_by(Household.name)
)


def main(folder: Path, storage: StorageSettings) -> None:
    play = Play(folder, storage)
    in_a_process(play.prepare)
    in_a_process(lambda: play.buy("first", BEFORE_THE_QUOTA))
    in_a_process(play.look)
    # The other one's death comes when both quotas are set: who waits goes along.
    in_a_process(lambda: play.buy("second", BEFORE_THE_QUOTA + 2))
    in_a_process(play.afterwards)


if __name__ == "__main__":
    told = sys.stdin.buffer.read()
    settings = msgspec.json.decode(told, type=StorageSettings, dec_hook=lambda _, text: Path(text))
    main(Path(sys.argv[1]), settings)
