"""Forgetting keeps what restic would keep, deletes snapshots alone, and says so to who asks."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from backupclient.errors import InvalidRequest, RepositoryLocked, SnapshotMissing
from backupclient.events import Noticed
from backupclient.manifest.states import States
from backupclient.operations.forget import ForgetRequest, KeepPolicy, run_forget
from backupclient.operations.session import LockMode
from backupclient.repository.identity import Identity
from backupclient.repository.lock import RepositoryLock
from backupclient.repository.snapshot import CHECKPOINT, Snapshot
from backupclient.requests import SnapshotFilter
from backupclient.storage.folder import FolderStorage
from backupclient.wire.answers import FileState
from tests.operations.computer import Computer, stored_kinds
from tests.repository.restic import Restic

ROOT = "0" * 64
POLICIES = (
    ("--keep-last", "3"),
    ("--keep-hourly", "5"),
    ("--keep-daily", "7"),
    ("--keep-weekly", "4"),
    ("--keep-monthly", "6"),
    ("--keep-yearly", "2"),
    ("--keep-last", "1", "--keep-daily", "3", "--keep-monthly", "2", "--keep-yearly", "10"),
    ("--keep-tag", "holiday,sea", "--keep-weekly", "1"),
)


class _Id(msgspec.Struct):
    id: str


class _Group(msgspec.Struct):
    keep: list[_Id] | None
    remove: list[_Id] | None


def save_history(computer: Computer) -> None:
    """Snapshots of two computers over three years, in two time zones, some with tags."""
    chance = random.Random(7)
    repository = computer.open()
    at = datetime(2021, 1, 1, tzinfo=UTC)
    for number in range(70):
        at += timedelta(minutes=chance.choice([5, 50, 500, 5000, 50_000]))
        repository.save_snapshot(
            Snapshot(
                time=at.astimezone(timezone(timedelta(hours=chance.choice([0, -9])))),
                tree_hex=ROOT,
                paths=["/home"],
                hostname=("laptop", "desk")[number % 2],
                tags=[["holiday", "sea"], ["holiday"], []][number % 3],
            )
        )


def policy(options: tuple[str, ...]) -> KeepPolicy:
    kept: dict[str, int] = {}
    tags: list[tuple[str, ...]] = []
    for name, value in zip(options[::2], options[1::2], strict=True):
        if name == "--keep-tag":
            tags.append(tuple(value.split(",")))
        else:
            kept[name.removeprefix("--keep-")] = int(value)
    return KeepPolicy(tags=tuple(tags), **kept)


@pytest.mark.needs_restic
def test_it_keeps_what_restic_keeps(computer: Computer, restic: Restic) -> None:
    save_history(computer)
    for options in POLICIES:
        theirs = msgspec.json.decode(
            restic("forget", "--dry-run", "--json", *options), type=list[_Group]
        )
        with computer.session() as session:
            ours = run_forget(session, ForgetRequest(keep=policy(options), dry_run=True))
        assert len(ours) == len(theirs) == 2
        kept = [{one.item.name for one in group.keep} for group in ours]
        gone = [{item.name for item in group.remove} for group in ours]
        assert sorted(map(sorted, kept)) == sorted(
            sorted(one.id for one in group.keep or []) for group in theirs
        ), options
        assert sorted(map(sorted, gone)) == sorted(
            sorted(one.id for one in group.remove or []) for group in theirs
        ), options


def test_what_is_forgotten_is_no_longer_safe_and_nothing_else_is_deleted(
    computer: Computer, storage: FolderStorage, source: Path
) -> None:
    (source / "a").write_text("first")
    first = computer.backup(source).summary.snapshot_id
    (source / "b").write_text("second")
    second = computer.backup(source).summary.snapshot_id
    before = stored_kinds(storage)
    with computer.session(mode=LockMode.FORGETTING) as session:
        (group,) = run_forget(session, ForgetRequest(ids=(first[:8],)))
        assert [item.name for item in group.remove] == [first]
    assert set(computer.snapshots()) == {second}
    assert states(computer, source) == {FileState.SAFE}
    with computer.session(mode=LockMode.FORGETTING) as session:
        run_forget(session, ForgetRequest(ids=("latest",)))
        assert not [event for event in computer.events if isinstance(event, Noticed)]
    assert computer.snapshots() == {}
    assert FileState.SAFE not in states(computer, source)
    after = stored_kinds(storage)
    assert before - after == {"snapshots": 2}
    assert not after - before


def states(computer: Computer, source: Path) -> set[FileState]:
    known = States(computer.folder)
    try:
        with known.reading() as runs:
            names = (bytes(source / "a"), bytes(source / "b"))
            return {row.state for name in names if (row := known.row_at(runs, name)) is not None}
    finally:
        known.close()


def test_nothing_is_forgotten_without_a_word_of_what_to_keep(
    computer: Computer, source: Path
) -> None:
    computer.backup(source)
    with computer.session() as session:
        with pytest.raises(InvalidRequest, match="no-policy"):
            run_forget(session, ForgetRequest())
        with pytest.raises(SnapshotMissing):
            run_forget(session, ForgetRequest(ids=("latest", "0123abcd")))
    assert len(computer.snapshots()) == 1


def test_nothing_is_forgotten_by_its_age_while_a_clock_is_wrong(
    computer: Computer, source: Path
) -> None:
    (source / "letter").write_bytes(b"while the clock was ahead")
    computer.clock.advance(7200)
    early = computer.backup(source).summary.snapshot_id
    computer.clock.jump(-7200)  # somebody has put it right
    (source / "letter").write_bytes(b"the newest, which looks older")
    newest = computer.backup(source).summary.snapshot_id
    wanted = ForgetRequest(keep=KeepPolicy(last=1))
    with computer.session() as session:
        with pytest.raises(InvalidRequest, match="clock-jumped"):
            run_forget(session, wanted)
        assert computer.snapshots().keys() == {early, newest}
        run_forget(session, ForgetRequest(ids=(early[:8],)))
        run_forget(session, wanted)
    assert computer.snapshots().keys() == {newest}


def test_what_an_unfinished_backup_saved_is_left_alone_and_filters_are_heeded(
    computer: Computer,
) -> None:
    save_history(computer)
    repository = computer.open()
    at = datetime(2020, 1, 1, tzinfo=UTC)
    saved = repository.save_snapshot(
        Snapshot(time=at, tree_hex=ROOT, paths=["/home"], hostname="desk", tags=[CHECKPOINT])
    )
    wanted = ForgetRequest(keep=KeepPolicy(last=1), filter=SnapshotFilter(hosts=("desk",)))
    with computer.session() as session:
        run_forget(session, wanted)
    left = computer.snapshots()
    assert saved in left
    assert sum(one.hostname == "desk" for one in left.values()) == 2
    assert sum(one.hostname == "laptop" for one in left.values()) == 35


def test_somebody_who_works_there_is_not_disturbed(
    computer: Computer, source: Path, storage: FolderStorage
) -> None:
    computer.backup(source)
    with computer.session() as session:
        other = Identity(hostname="elsewhere", username="anna", uid=1, gid=1, pid=4)
        lock = RepositoryLock(
            computer.open(), computer.clock, session.control, other, exclusive=False
        )
        lock.acquire()
    try:
        with (
            pytest.raises(RepositoryLocked),
            computer.session(mode=LockMode.FORGETTING) as session,
        ):
            run_forget(session, ForgetRequest(ids=("latest",)))
    finally:
        lock.release()
    assert len(computer.snapshots()) == 1
