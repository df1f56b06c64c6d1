"""What a run has sent gets into the manifest and into index files in time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backupclient.control import Control
from backupclient.errors import LockLost
from backupclient.operations.backup.ledger import Ledger
from backupclient.operations.session import LockMode, Session
from backupclient.pipeline.sender import SentPack
from backupclient.repository.blob import BlobType
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import pack_key
from backupclient.repository.pack import PackBuilder
from tests.fakes import ManualClock
from tests.manifest.packs import blob, pack
from tests.operations.computer import Computer
from tests.trees import random_bytes


@pytest.fixture
def session(computer: Computer) -> Iterator[Session]:
    with computer.session(mode=LockMode.SHARED) as session:
        yield session


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def really_sent(session: Session, seed: int) -> SentPack:
    """A pack with one blob that lies in the storage."""
    builder = PackBuilder(BlobType.DATA, 1 << 16)
    builder.append(session.repository.codec.encode(BlobType.DATA, random_bytes(seed, 1000)))
    finished = builder.finish(session.repository.sealer)
    session.repository.save_pack(finished)
    return SentPack(IndexedPack(finished.name, finished.entries), len(finished.data))


def only_noted(name: str, *blobs: bytes) -> SentPack:
    return SentPack(pack(name, *blobs), 1000)


def committed(computer: Computer) -> list[str]:
    """Names of the packs that another program sees."""
    with computer.manifest() as manifest:
        return [row.name for row in manifest.blobs.packs()]


def test_a_pack_that_was_sent_is_committed_almost_at_once(
    computer: Computer, ledger: Ledger, session: Session, clock: ManualClock
) -> None:
    one = really_sent(session, 1)
    ledger.note(one)
    clock.advance(0.1)
    ledger.keep_up()
    assert committed(computer) == []
    clock.advance(0.2)
    ledger.keep_up()
    assert committed(computer) == [one.pack.name]
    assert session.repository.list_index() == []
    assert ledger.packed_bytes == one.size


def test_rows_are_committed_every_two_seconds_with_all_that_waits_to_be_written(
    ledger: Ledger, session: Session, clock: ManualClock
) -> None:
    written = []
    ledger.before_commit = lambda: written.append(clock.monotonic())
    session.manifest.begin()
    for _ in range(50):
        clock.advance(0.1)
        ledger.keep_up()
    assert len(written) == 2


def test_an_index_file_is_written_every_five_minutes(
    ledger: Ledger, session: Session, clock: ManualClock
) -> None:
    packs = []
    for number in range(2):
        sent = really_sent(session, number)
        packs.append(sent.pack)
        ledger.note(sent)
        clock.advance(299)
        ledger.keep_up()
        assert len(session.repository.list_index()) == number
        clock.advance(2)
        ledger.keep_up()
        assert len(session.repository.list_index()) == number + 1
    named = [
        p for name in session.repository.list_index() for p in session.repository.load_index(name)
    ]
    assert sorted(named) == sorted(packs)


def test_an_index_file_is_written_when_there_are_many_blobs(
    session: Session,
) -> None:
    ledger = Ledger(session, index_blobs=10)
    for number in range(4):
        ledger.note(only_noted(str(number), *(blob(f"{number} {i}") for i in range(3))))
        ledger.keep_up()
    [name] = session.repository.list_index()
    assert len(session.repository.load_index(name)) == 4


def test_no_index_file_names_more_than_it_should(
    session: Session,
) -> None:
    ledger = Ledger(session, index_blobs=10)
    for number in range(9):
        ledger.note(only_noted(str(number), *(blob(f"{number} {i}") for i in range(5))))
    ledger.write_index()
    loaded = [session.repository.load_index(name) for name in session.repository.list_index()]
    assert sorted(len(packs) for packs in loaded) == [1, 2, 2, 2, 2]
    assert session.manifest.blobs.unindexed_packs() == []


def test_no_index_file_is_written_for_nothing(ledger: Ledger, session: Session) -> None:
    ledger.write_index()
    assert session.repository.list_index() == []


def test_no_index_file_is_written_once_the_lock_is_lost(
    computer: Computer, clock: ManualClock
) -> None:
    with computer.session(mode=LockMode.SHARED) as session:
        ledger = Ledger(session)
        ledger.note(really_sent(session, 1))
        for info in list(session.repository.storage.list("locks/")):
            session.repository.storage.delete(info.key)
        clock.advance(3600)
        with pytest.raises(LockLost):
            ledger.write_index()
        assert session.repository.list_index() == []


def test_packs_of_an_earlier_run_are_taken_up_if_they_are_really_there(
    computer: Computer, clock: ManualClock
) -> None:
    with computer.session() as session:
        first = Ledger(session)
        there, lost, short = (really_sent(session, number) for number in range(3))
        for sent in (there, lost, short):
            first.note(sent)
        first.commit()
    computer.storage.delete(pack_key(lost.pack.name))
    computer.storage.put(pack_key(short.pack.name), b"half of it", overwrite=True)
    with computer.session() as session:
        again = Ledger(session)
        again.recover()
        assert committed(computer) == [there.pack.name]
        again.write_index()
        [name] = session.repository.list_index()
        assert session.repository.load_index(name) == [there.pack]


def test_packs_that_an_index_file_names_already_are_not_named_again(computer: Computer) -> None:
    with computer.session() as session:
        first = Ledger(session)
        sent = really_sent(session, 1)
        first.note(sent)
        first.commit()
        session.repository.save_index([sent.pack])  # and the program ended right then
    with computer.session() as session:
        again = Ledger(session)
        again.recover()
        again.write_index()
        assert len(session.repository.list_index()) == 1
        assert committed(computer) == [sent.pack.name]


def test_a_dry_run_commits_nothing(
    computer: Computer, session: Session, clock: ManualClock
) -> None:
    dry = Ledger(session, dry_run=True)
    dry.note(only_noted("p", blob("a")))
    clock.advance(1000)
    dry.keep_up()
    dry.commit()
    session.manifest.rollback()
    assert committed(computer) == []
    assert session.repository.list_index() == []


def test_a_stopped_job_still_notes_what_had_arrived(computer: Computer) -> None:
    control = Control(computer.clock)
    with computer.session(control=control) as session:
        ledger = Ledger(session)
        control.stop()
        ledger.note(only_noted("p", blob("a")))
        ledger.commit()
    assert len(committed(computer)) == 1
