"""The façade: what holds for every command on a place, whatever the command is."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.errors import (
    BucketMissing,
    DifferentRepository,
    ManifestDamaged,
    ManifestLocked,
    ManifestUnwritable,
    RepositoryExists,
    RepositoryMissing,
    WrongPassword,
)
from backupclient.events import Event, Noticed, Phase, Progress, Waiting
from backupclient.manifest.manifest import FILE_NAME
from backupclient.opener import Opener
from backupclient.operations.browse import LsRequest
from backupclient.operations.select import SnapshotQuery
from backupclient.operations.session import LockMode
from backupclient.operations.status import place_status, sources
from backupclient.repository.key_file import RANDOM_PASSWORD_COST, KdfCost, read_key_file
from backupclient.repository.repository import Repository
from backupclient.requests import BackupRequest, Place
from backupclient.settings import folders
from backupclient.storage.folder import FolderStorage
from backupclient.support.explainer import explain
from tests.fakes import ManualClock
from tests.operations.computer import Computer, an_hour_ahead, request
from tests.operations.stored import differences
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.trees import random_bytes

PAGE = 4096


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(an_hour_ahead())


@pytest.fixture
def storage(tmp_path: Path, clock: ManualClock) -> FolderStorage:
    storage = FolderStorage(tmp_path / "repository", clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


@pytest.fixture
def place(tmp_path: Path, storage: FolderStorage) -> Place:
    return Place(
        location=str(tmp_path / "repository"), password=PASSWORD, data_dir=str(tmp_path / "data")
    )


@pytest.fixture
def engine(place: Place, clock: ManualClock) -> Engine:
    return Engine(place, clock)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for number in range(150):
        folder = tmp_path / "source" / f"folder-{number % 15}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file-{number}").write_bytes(random_bytes(number, 200))
    return tmp_path / "source"


def is_rebuilt(event: Event) -> bool:
    return isinstance(event, Noticed) and event.code == "notes-rebuilt"


def is_uploading(event: Event) -> bool:
    return isinstance(event, Progress) and event.phase is Phase.UPLOADING


def manifest_file(place: Place) -> Path:
    [file] = Path(place.data_dir).glob(f"*/{FILE_NAME}")
    return file


# --- a manifest that is damaged -------------------------------------------------------------------


def test_a_manifest_damaged_at_any_page_is_set_aside_and_the_backup_completes(
    engine: Engine, place: Place, source: Path, storage: FolderStorage, clock: ManualClock
) -> None:
    engine.backup(request(source))
    file = manifest_file(place)
    pristine = file.read_bytes()
    noticed = late = 0
    judge = Computer(storage, Path(place.data_dir, "judge"), clock)
    for page in range(1, len(pristine) // PAGE, 2):
        for other in file.parent.glob("manifest.*"):
            other.unlink()
        file.write_bytes(pristine[: page * PAGE] + b"\xa5" * PAGE + pristine[(page + 1) * PAGE :])
        clock.advance(60)
        events: list[Event] = []
        summary = engine.backup(request(source), events.append)
        assert differences(judge, summary.snapshot_id, source) == set(), page
        assert summary.bytes_read == 0, page  # the last snapshot told all that was lost
        aside = list(file.parent.glob("manifest.damaged-1.db"))
        told = [n for n, e in enumerate(events) if is_rebuilt(e)]
        assert len(aside) == len(told)
        noticed += len(told)
        late += any(is_uploading(event) for n in told for event in events[:n])
    assert noticed > 5
    assert late > 2  # found by the walk, not at opening


def test_an_operation_that_finds_damage_twice_is_not_begun_a_third_time(
    engine: Engine, place: Place
) -> None:
    calls = 0

    def operation(session: object) -> None:
        nonlocal calls
        calls += 1
        raise ManifestDamaged("again", path=str(manifest_file(place)))

    with pytest.raises(ManifestDamaged):
        engine._run(LockMode.NONE, lambda event: None, operation)
    assert calls == 2


def test_one_program_writes_to_a_manifest_and_others_may_read_meanwhile(
    engine: Engine, place: Place, source: Path, clock: ManualClock
) -> None:
    engine.backup(request(source))
    with Opener(place, clock).session(LockMode.SHARED):
        other = Engine(place, clock)
        [group] = other.snapshots(SnapshotQuery())
        assert len(group.snapshots) == 1
        with pytest.raises(ManifestLocked):
            other.backup(request(source))
    other.backup(request(source))


@pytest.mark.parametrize("no_lock", [False, True])
def test_a_backup_works_beside_whoever_only_reads_and_what_that_reads_stays(
    place: Place, source: Path, clock: ManualClock, no_lock: bool
) -> None:
    reading = msgspec.structs.replace(place, no_lock=no_lock)
    Engine(reading, clock).backup(request(source))
    with Opener(reading, clock).session(LockMode.READING) as session:
        before = session.manifest.blobs.count()
        (source / "more").write_bytes(b"written while somebody reads")
        Engine(place, clock).backup(request(source))
        assert session.manifest.blobs.count() > before  # it is the same manifest
        with pytest.raises(ManifestUnwritable):
            session.manifest.remember("nothing", "may be changed by who only reads")


def test_who_writes_waits_until_who_reads_is_up_to_date(
    engine: Engine, place: Place, source: Path
) -> None:
    engine.backup(request(source))
    events: list[Event] = []
    begun, go_on = threading.Event(), threading.Event()

    def hold(event: Event) -> None:
        begun.set()
        assert go_on.wait(60)

    # Its first look finds a snapshot gone, which it tells while it holds the manifest.
    (snapshot,) = (Path(place.location) / "snapshots").iterdir()
    snapshot.unlink()
    reading = threading.Thread(target=lambda: Engine(place).snapshots(SnapshotQuery(), hold))
    reading.start()
    assert begun.wait(60)

    def tell(event: Event) -> None:
        events.append(event)
        if isinstance(event, Waiting):
            go_on.set()

    Engine(place).backup(request(source), tell)
    reading.join(60)
    (waiting,) = (event for event in events if isinstance(event, Waiting))
    assert waiting.code == ManifestLocked.code
    assert waiting.waited_seconds >= 1


def test_our_own_folders_are_left_out_of_a_folder_they_lie_in(tmp_path: Path) -> None:
    """By a link, too: what they are counts, not what they are called."""
    home = tmp_path / "home"
    (home / "Documents").mkdir(parents=True)
    (home / "Documents" / "letter").write_bytes(b"dear friend")
    place = Place(
        location=str(home / "drive"),
        password=PASSWORD,
        data_dir=str(home / ".local" / "plainkeep"),
        cache_dir=str(home / ".cache" / "plainkeep"),
    )
    (tmp_path / "link").symlink_to(home)
    engine = Engine(msgspec.structs.replace(place, location=str(tmp_path / "link" / "drive")))
    engine.init()
    first = engine.backup(request(home))
    assert first.files_new == 1
    again = engine.backup(request(home))
    assert (again.files_new, again.files_changed, again.data_blobs) == (0, 0, 0)
    with engine.ls(LsRequest(snapshot="latest")) as listing:
        listed = {Path(os.fsdecode(entry.path)) for entry in listing.entries}
    inside = {path.relative_to(home) for path in listed if path.is_relative_to(home)}
    documents = Path("Documents")
    assert inside == {
        Path(),
        *(documents, documents / "letter", Path(".local"), Path(".cache")),
    }
    (source,) = sources(folders(place.data_dir))
    status = place_status(source, (os.fsencode(home / "drive"),), SystemClock())
    (answer,) = status.answers
    assert answer.rule is not None
    assert answer.rule.kind == "our-own"
    # Who chooses one of them gets it.
    assert engine.backup(request(home / "drive")).files_new > 3


# --- known places ---------------------------------------------------------------------------------


def empty_out(location: Path) -> None:
    """Everything that was stored is gone, the folder itself is there."""
    shutil.rmtree(location)
    (location / "keys").mkdir(parents=True)


def test_a_known_place_that_is_gone_is_no_place_for_a_new_repository(
    engine: Engine, place: Place, source: Path
) -> None:
    engine.backup(request(source))
    empty_out(Path(place.location))
    with pytest.raises(RepositoryMissing) as caught:
        engine.backup(request(source))
    assert caught.value.facts["known"] is True
    with pytest.raises(RepositoryMissing) as caught:
        engine.init()
    assert caught.value.facts["known"] is True
    assert list(Path(place.location).iterdir()) == [Path(place.location, "keys")]


def test_a_known_folder_that_is_not_there_is_no_place_for_a_new_repository(
    engine: Engine, place: Place, source: Path
) -> None:
    """A drive that is not plugged in."""
    engine.backup(request(source))
    shutil.rmtree(place.location)
    with pytest.raises(BucketMissing):
        engine.init()
    assert not Path(place.location).exists()


def test_a_known_place_that_is_gone_may_be_begun_anew_if_that_is_meant(
    engine: Engine, place: Place, source: Path
) -> None:
    engine.backup(request(source))
    empty_out(Path(place.location))
    engine.init(as_new=True)
    assert engine.backup(request(source)).files_new == 150


def test_no_repository_is_made_over_another(engine: Engine) -> None:
    for as_new in (False, True):
        with pytest.raises(RepositoryExists):
            engine.init(as_new=as_new)


def test_a_place_that_was_never_known_is_told_as_such(place: Place, clock: ManualClock) -> None:
    empty = msgspec.structs.replace(place, location=place.location + "-other")
    Path(empty.location, "keys").mkdir(parents=True)
    with pytest.raises(RepositoryMissing) as caught:
        Engine(empty, clock).snapshots(SnapshotQuery())
    assert not caught.value.facts.get("known")


def test_another_repository_at_a_known_place_is_noticed(
    engine: Engine, place: Place, source: Path, clock: ManualClock
) -> None:
    engine.backup(request(source))
    shutil.rmtree(place.location)
    other = FolderStorage(Path(place.location), clock)
    Repository.create(other, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    with pytest.raises(DifferentRepository):
        engine.backup(request(source))
    assert list(other.list("snapshots/")) == []


def test_a_wrong_password_writes_nothing(place: Place, clock: ManualClock) -> None:
    wrong = msgspec.structs.replace(place, password="guess")
    with pytest.raises(WrongPassword):
        Engine(wrong, clock).snapshots(SnapshotQuery())
    assert not Path(place.data_dir).exists()


# --- locks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "locked"),
    [
        (LockMode.NONE, False),
        (LockMode.READING, False),
        (LockMode.SHARED, True),
        (LockMode.EXCLUSIVE, True),
    ],
)
def test_no_lock_is_honoured_for_reading_only(
    place: Place, storage: FolderStorage, clock: ManualClock, mode: LockMode, locked: bool
) -> None:
    without = Opener(msgspec.structs.replace(place, no_lock=True), clock)
    with without.session(mode):
        assert bool(list(storage.list("locks/"))) is locked
    assert list(storage.list("locks/")) == []


def test_who_reads_holds_a_lock_unless_told_otherwise(
    place: Place, storage: FolderStorage, clock: ManualClock
) -> None:
    with Opener(place, clock).session(LockMode.READING):
        assert len(list(storage.list("locks/"))) == 1


def test_a_dry_run_writes_nothing_to_the_place(
    engine: Engine, source: Path, storage: FolderStorage
) -> None:
    before = {info.key for info in storage.list("")}
    dry = BackupRequest(paths=(os.fsencode(source),), dry_run=True)
    seen: set[str] = set()
    summary = engine.backup(dry, lambda event: seen.update(i.key for i in storage.list("")))
    assert summary.files_new == 150
    assert seen == before


def test_only_a_random_password_is_cheap_to_try(engine: Engine, place: Place) -> None:
    made = secrets.token_urlsafe(20)
    for password, is_random, cost in (
        (made, True, RANDOM_PASSWORD_COST),
        ("a person's", False, KdfCost()),
    ):
        name = engine.add_key(password, random=is_random)
        key = read_key_file((Path(place.location) / "keys" / name).read_bytes())
        assert (key.n, key.r, key.p) == cost
    other = Engine(msgspec.structs.replace(place, password=made))
    mine, others = (
        {key.name for key in listed if key.current} for listed in (engine.keys(), other.keys())
    )
    assert len(mine) == len(others) == 1
    assert mine != others


# --- passwords ------------------------------------------------------------------------------------


def test_wrong_passwords_are_counted_and_lock_nobody_out(
    place: Place, storage: FolderStorage, clock: ManualClock
) -> None:
    wrong = Engine(msgspec.structs.replace(place, password="no password"), clock)
    begun = clock.now()
    Path(place.data_dir).mkdir()
    told = []
    for count in range(1, 26):
        clock.advance(60)
        with pytest.raises(WrongPassword) as caught:
            wrong.snapshots(SnapshotQuery())
        assert caught.value.facts["tries"] == count
        assert caught.value.facts["since"] == (begun + timedelta(minutes=1)).isoformat()
        told.append(explain(caught.value).code)
    assert told == ["wrong-password"] * 2 + ["wrong-password.often"] * 23
    assert "25 times since" in explain(caught.value).meanwhile
    Engine(place, clock).snapshots(SnapshotQuery())
    with pytest.raises(WrongPassword) as caught:
        wrong.snapshots(SnapshotQuery())
    assert caught.value.facts["tries"] == 1
    other = msgspec.structs.replace(place, password="no password", data_dir="/dev/null/data")
    with pytest.raises(WrongPassword):
        Engine(other, clock).snapshots(SnapshotQuery())
