"""A report with something of everything in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backupclient.logs.discreet import Clean
from backupclient.support.diagnostics.bundle import (
    Account,
    Bundle,
    Check,
    CheckName,
    CheckState,
    Door,
    Engine,
    Finding,
    Like,
    Person,
    Place,
    Program,
    Run,
    SeatedComputer,
    Seen,
    State,
    StoragePlan,
    Tried,
    Trouble,
)
from backupclient.wire.answers import Amount, StateCounts
from backupclient.wire.entitlement import Late, Seat, Source
from backupclient.wire.household import AccountState
from backupclient.wire.overview import RunEnd

NOW = datetime(2026, 11, 3, 21, 10, tzinfo=UTC)
HOSTILE = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"


def bundle() -> Bundle:
    """A computer whose storage is full, with two files that cannot be read."""
    runs = (
        Run(
            started=NOW - timedelta(minutes=20),
            ended=NOW - timedelta(minutes=18),
            end=RunEnd.FAILED,
            failure=Trouble(code=Clean("storage-full")),
            problems=2,
        ),
        Run(
            started=NOW - timedelta(days=1),
            ended=NOW - timedelta(hours=23),
            end=RunEnd.COMPLETE,
            files_total=56_214,
            bytes_total=41_900_000_000,
            stored=3_100_000_000,
        ),
    )
    return Bundle(
        made=NOW,
        state=State.NEEDS_HELP,
        person=Person(
            name=Clean("Anna"),
            contact=Clean("anna@example.org"),
            like=Like.STEPS,
            note=Clean(f"It stopped in the night. {HOSTILE}"),
            language=Clean("de"),
            door=Door.WINDOW,
        ),
        program=Program(
            version=Clean("1.0"),
            python=Clean("3.11"),
            system=Clean("Debian GNU/Linux 12"),
            machine=Clean("x86_64"),
        ),
        findings=(
            Finding(
                trouble=Trouble(code=Clean("storage-full"), facts={"needed_bytes": 12_400_000_000}),
                seen=(Seen.CHECK, Seen.RUN),
                since=NOW - timedelta(minutes=20),
                tried=Tried(times=4, last=NOW, next_try=NOW + timedelta(minutes=9)),
            ),
            Finding(
                trouble=Trouble(code=Clean("unreadable"), facts={"system": "EACCES"}),
                seen=(Seen.FILES,),
                since=NOW - timedelta(days=3),
                count=2,
                names=(Clean("~/Documents/name-8f1c22ab.pdf"), Clean("~/name-" + "1" * 120)),
            ),
        ),
        places=(
            Place(
                kind=Clean("s3"),
                host=Clean("s3.eu-central-1.wasabisys.com"),
                planned=True,
                last_backup=NOW - timedelta(days=1),
                storage_seen=NOW,
                counts=StateCounts(safe=Amount(56_000, 41_000_000_000), problem=Amount(2, 4_000)),
                stored=30_000_000_000,
                runs=runs,
            ),
        ),
        storage_plan=StoragePlan(
            source=Source.SERVICE,
            as_of=NOW,
            name=Clean("Family"),
            limit=200_000_000_000,
            used=200_000_000_000,
            renews=NOW + timedelta(days=90),
            late=Late.STORAGE,
            pending_limit=1_000_000_000_000,
            pending_since=NOW - timedelta(minutes=3),
            seats=3,
            computers=(
                SeatedComputer(name=Clean("name-12345678"), this=True, online=True),
                SeatedComputer(name=Clean("name-87654321"), seat=Seat.RELEASED),
            ),
        ),
        account=Account(state=AccountState.SIGNED_IN, host=Clean("name-00000000")),
        engine=Engine(running=True),
        checks=(
            Check(name=CheckName.REACH, state=CheckState.FINE, seconds=0.2),
            Check(
                name=CheckName.WRITE,
                state=CheckState.WRONG,
                trouble=Trouble(code=Clean("storage-full")),
            ),
            Check(name=CheckName.SPEED, state=CheckState.SKIPPED),
        ),
    )
