"""What a window asks before there is a backup: sizes, whether a place will do, and a new backup."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backupclient.agent.measuring import Measuring
from backupclient.agent.server import Agent
from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.errors import (
    BackupError,
    CredentialsRejected,
    EngineRefused,
    InvalidRequest,
    RepositoryLocked,
    WrongPassword,
)
from backupclient.link import Link
from backupclient.opener import Opener
from backupclient.operations.lock_mode import LockMode
from backupclient.recovery_key import generate
from backupclient.requests import BackupRequest, Place
from backupclient.wire.answers import PlaceFinding, PlaceStep
from backupclient.wire.passwords import AddKey, KeyFacts, KeyList, ListKeys, RemoveKey
from backupclient.wire.places import (
    Measured,
    MeasureFolder,
    PlaceSetUp,
    PlaceTried,
    SetUpPlace,
    TryPlace,
)
from tests.cheap_key import make_repository
from tests.fakes import ManualClock
from tests.patience import PATIENCE
from tests.seaweed import S3Place


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def link(data: Path) -> Iterator[Link]:
    with Agent(data, SystemClock(), lasting=True), Link(data, PATIENCE) as link:
        yield link


@pytest.fixture
def folder_place(data: Path, tmp_path: Path) -> Place:
    return Place(
        location=str(tmp_path / "drive" / "backup"), password="made up", data_dir=str(data)
    )


@pytest.fixture
def s3(data: Path, s3_place: S3Place) -> Place:
    return Place(
        location=f"s3:{s3_place.endpoint}/{s3_place.bucket}/{s3_place.prefix}",
        password="made up",
        data_dir=str(data),
        access_key=s3_place.access_key,
        secret_key=s3_place.secret_key,
    )


def tried(link: Link, place: Place, step: PlaceStep) -> PlaceFinding:
    return link.ask(TryPlace(id=link.new_id(), place=place, step=step), PlaceTried).finding


def set_up(link: Link, place: Place, recovery_key: str = "") -> str:
    request = SetUpPlace(id=link.new_id(), place=place, recovery_key=recovery_key)
    return link.ask(request, PlaceSetUp).repository_id


def test_a_folder_that_is_not_there_yet_will_do(link: Link, folder_place: Place) -> None:
    assert tried(link, folder_place, PlaceStep.REACH) == PlaceFinding(exists=False)
    assert tried(link, folder_place, PlaceStep.LOOK) == PlaceFinding(exists=False)
    assert not Path(folder_place.location).exists(), "looking makes nothing"
    free = tried(link, folder_place, PlaceStep.WRITE).free_bytes
    assert free is not None
    assert free > 0
    assert tried(link, folder_place, PlaceStep.REACH) == PlaceFinding()


def test_a_new_backup_opens_with_the_password_and_with_the_recovery_key(
    link: Link, folder_place: Place
) -> None:
    key = generate()
    made = set_up(link, folder_place, key)
    by_key = msgspec.structs.replace(folder_place, password=key)
    by_guess = msgspec.structs.replace(folder_place, password="a guess")
    expected = PlaceFinding(backup=True, opens=True, repository_id=made)
    assert tried(link, folder_place, PlaceStep.LOOK) == expected
    assert tried(link, by_key, PlaceStep.LOOK) == expected
    assert tried(link, by_guess, PlaceStep.LOOK) == PlaceFinding(backup=True, opens=False)


@pytest.mark.usefixtures("cheap_keys")
def test_a_backup_that_is_there_is_taken_over_once_more_without_change(
    link: Link, folder_place: Place
) -> None:
    make_repository(folder_place)
    key = generate()
    made = set_up(link, folder_place, key)
    assert set_up(link, folder_place, key) == made
    assert len(Engine(folder_place).keys()) == 2, "the recovery key was not added twice"


@pytest.mark.usefixtures("cheap_keys")
def test_a_backup_of_somebody_else_is_not_taken_over(link: Link, folder_place: Place) -> None:
    make_repository(folder_place)
    made = set_up(link, folder_place)
    with pytest.raises(WrongPassword):
        set_up(link, msgspec.structs.replace(folder_place, password="a guess"))
    assert tried(link, folder_place, PlaceStep.LOOK).repository_id == made


@pytest.mark.usefixtures("cheap_keys")
def test_a_storage_is_tried_and_set_up(link: Link, s3: Place) -> None:
    assert tried(link, s3, PlaceStep.REACH) == PlaceFinding()
    assert tried(link, s3, PlaceStep.WRITE) == PlaceFinding()
    made = set_up(link, s3, generate())
    assert tried(link, s3, PlaceStep.LOOK).repository_id == made


def test_a_storage_that_refuses_the_key_is_told_at_once(link: Link, s3: Place) -> None:
    wrong = msgspec.structs.replace(s3, secret_key="x" * 40)
    with pytest.raises(CredentialsRejected) as told:
        tried(link, wrong, PlaceStep.REACH)
    assert told.value.code == "wrong-secret"


def test_an_address_where_nothing_answers_is_told_within_seconds(link: Link, s3: Place) -> None:
    nowhere = msgspec.structs.replace(s3, location="s3:http://127.0.0.1:9/bucket")
    clock = SystemClock()
    began = clock.monotonic()
    with pytest.raises(BackupError) as told:
        tried(link, nowhere, PlaceStep.REACH)
    assert told.value.code == "storage-unreachable"
    assert clock.monotonic() - began < 50


def test_a_place_of_another_data_folder_is_refused(link: Link, folder_place: Place) -> None:
    with pytest.raises(EngineRefused):
        set_up(link, msgspec.structs.replace(folder_place, data_dir="/elsewhere"))


def test_a_folder_is_measured_by_asking_again(link: Link, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(10):
        (source / str(number)).write_bytes(b"x" * 100)
    request = BackupRequest(paths=(os.fsencode(source),))
    pause = threading.Event()
    for _ in range(200):
        size = link.ask(MeasureFolder(id=link.new_id(), request=request), Measured).size
        if size.done:
            break
        pause.wait(0.05)
    assert size.done
    assert (size.kept.files, size.kept.bytes) == (10, 1000)


def test_a_count_that_was_forgotten_begins_anew(tmp_path: Path) -> None:
    clock = ManualClock()
    measuring = Measuring(clock)
    request = BackupRequest(paths=(os.fsencode(tmp_path),))
    pause = threading.Event()
    for _ in range(200):
        if measuring.size(request).done:
            break
        pause.wait(0.05)
    assert measuring.size(request).done
    (tmp_path / "new").write_bytes(b"x")
    assert measuring.size(request).kept.files == 0
    clock.advance(11)
    for _ in range(200):
        if measuring.size(request).done:
            break
        pause.wait(0.05)
    assert measuring.size(request).kept.files == 1


def test_an_engine_whose_data_folder_is_gone_can_still_be_ended(tmp_path: Path) -> None:
    data = tmp_path / "gone"
    with Agent(data, SystemClock(), lasting=True):
        shutil.rmtree(data)


def keys(link: Link, place: Place) -> tuple[KeyFacts, ...]:
    return link.ask(ListKeys(id=link.new_id(), place=place), KeyList).keys


@pytest.mark.usefixtures("cheap_keys")
def test_a_password_is_changed_while_a_backup_runs(link: Link, folder_place: Place) -> None:
    make_repository(folder_place)
    set_up(link, folder_place, generate())
    first, recovery = keys(link, folder_place)
    assert (first.current, first.recovery, recovery.recovery) == (True, False, True)
    new = msgspec.structs.replace(folder_place, password="another")
    with Opener(folder_place).session(LockMode.SHARED):  # as a backup that is at work
        added = AddKey(id=link.new_id(), place=folder_place, password="another")
        assert len(link.ask(added, KeyList).keys) == 3
        gone = RemoveKey(id=link.new_id(), place=new, key=first.name)
        with pytest.raises(RepositoryLocked):
            link.ask(gone, KeyList)
    assert len(link.ask(gone, KeyList).keys) == 2
    with pytest.raises(WrongPassword):
        keys(link, folder_place)
    assert [key.current for key in keys(link, new)] == [False, True]


@pytest.mark.usefixtures("cheap_keys")
def test_the_password_in_use_is_never_removed(link: Link, folder_place: Place) -> None:
    make_repository(folder_place)
    set_up(link, folder_place)
    [only] = keys(link, folder_place)
    with pytest.raises(InvalidRequest) as refused:
        link.ask(RemoveKey(id=link.new_id(), place=folder_place, key=only.name), KeyList)
    assert refused.value.facts["reason"] == "current-key"
    assert keys(link, folder_place) == (only,)
