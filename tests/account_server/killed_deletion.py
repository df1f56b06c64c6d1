"""The deletion of what a plan that has ended had stored, killed at one step: a program, because
what is killed must be a process. Steps, storage and rounds are those of `killed_purchase`.

    python -m tests.account_server.killed_deletion FOLDER
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from backupclient.account_server import households, seats
from backupclient.account_server.purchase_tables import LedgerRow, OutboxRow
from backupclient.account_server.standing import DATA_KEPT, EntryKind
from backupclient.account_server.tables import Device, Household, Plan, StoragePlace
from tests.account_server.killed_purchase import (
    GIFT,
    OUTBOX_GIVES_UP_AFTER,
    Databases,
    LimitsInAFile,
    Round,
    Steps,
    in_a_process,
    prepare,
)
from tests.fakes import MIDDAY

ENDED, KEPT = "b", "neighbours"


class Found(msgspec.Struct, frozen=True):
    """What is there. `done` is what the storage was told, in order."""

    decided: int
    buckets: tuple[str, ...]
    keys: int
    done: tuple[str, ...]
    mails: int
    left: int


class Killed(msgspec.Struct, frozen=True):
    """As it was found after the death, and in the end."""

    steps: int
    before: Found
    after: Found


class Storage(LimitsInAFile):
    """It keeps what was deleted from it, too."""

    def __init__(self, folder: Path, steps: Steps) -> None:
        super().__init__(folder / "limits", steps)
        self._done = folder / "done"
        self._each = steps

    def end_keys(self, device_id: str) -> None:
        self._do("keys")

    def delete_bucket(self, bucket: str) -> None:
        self._do(bucket)

    def _do(self, what: str) -> None:
        with self._done.open("a") as file:
            file.write(f"{what}\n")
        self._each.next()


class Ending:
    """One service over the folder's database, at a time."""

    def __init__(self, folder: Path, databases: Databases, now: datetime, kill_at: int = 0) -> None:
        self.folder = folder
        steps = Steps(kill_at)
        storage = Storage(folder, steps)
        self.round = Round(folder, databases.url(folder), now, storage=storage, steps=steps)

    def lapse(self) -> datetime:
        """A plan was bought and is cancelled; until when its data is kept."""
        round_ = self.round
        service = round_.service
        with service.database.writing() as session:
            home = session.scalars(sa.select(Plan.household_id)).one()
            computer = seats.NewComputer(device_uuid="u", name="desk", system="Debian")
            seats.take(service, session, home, computer).has_keys = True
            beside = households.found(service, session, "Neighbours", GIFT)
            place = StoragePlace(
                household_id=beside, bucket=KEPT, limit_bytes=1, used_bytes=0, measured=None
            )
            session.add(place)
        round_.buy(home, self.folder / "told")
        ends = round_.shop.cancel(home).ends
        assert ends is not None
        return ends + DATA_KEPT

    def found(self) -> Found:
        done, mails = self.folder / "done", self.folder / "mails"
        with self.round.service.database.reading() as session:
            entries = sa.select(LedgerRow.no).filter_by(kind=EntryKind.DELETED)
            places = sa.select(StoragePlace.bucket).join(
                Household, Household.id == StoragePlace.household_id
            )
            return Found(
                decided=len(session.scalars(entries).all()),
                buckets=tuple(session.scalars(places.order_by(StoragePlace.bucket))),
                keys=len(session.scalars(sa.select(Device.id).where(Device.has_keys)).all()),
                done=tuple(done.read_text().split()) if done.exists() else (),
                mails=sum("were deleted" in mail.read_text() for mail in mails.iterdir()),
                left=len(
                    session.scalars(sa.select(OutboxRow.no).where(OutboxRow.due.is_not(None))).all()
                ),
            )


def get_ready(folder: Path, databases: Databases) -> None:
    """The last day of what a plan has stored; everybody was told."""
    kept = Ending(folder, databases, MIDDAY).lapse()
    for days in (30, 8, 1):
        Ending(folder, databases, kept - timedelta(days=days)).round.shop.step()
    (folder / "kept").write_text(kept.isoformat())


def play(prepared: Path, folder: Path, kill_at: int, databases: Databases) -> Killed:
    databases.copy(prepared, folder)
    kept = datetime.fromisoformat((folder / "kept").read_text())
    counted, told = folder.with_suffix(".steps"), folder.with_suffix(".found")

    def until_killed() -> None:
        ending = Ending(folder, databases, kept, kill_at)
        ending.round.watch()
        ending.round.shop.step()
        counted.write_text(str(ending.round.steps.count))

    def afterwards() -> None:
        ending = Ending(folder, databases, kept + OUTBOX_GIVES_UP_AFTER)
        before = ending.found()
        for _ in range(2):  # what was decided only now is done by the next
            ending.round.shop.step()
        steps = int(counted.read_text()) if counted.exists() else 0
        told.write_bytes(msgspec.json.encode(Killed(steps, before, ending.found())))

    in_a_process(until_killed)
    in_a_process(afterwards)
    return msgspec.json.decode(told.read_bytes(), type=Killed)


def main(folder: Path) -> None:
    databases, prepared = Databases(), folder / "prepared"
    in_a_process(lambda: prepare(prepared, databases))
    in_a_process(lambda: get_ready(prepared, databases))
    whole = play(prepared, folder / "whole", 0, databases)
    killed = [
        play(prepared, folder / f"at-{at}", at, databases) for at in range(1, whole.steps + 1)
    ]
    sys.stdout.buffer.write(msgspec.json.encode([whole, *killed]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
