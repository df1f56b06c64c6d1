"""What is asked while a report is made: of a real storage, of one that is silent, of none."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from backupclient.clock import SystemClock
from backupclient.logs.discreet import Discretion, Names
from backupclient.requests import Place
from backupclient.storage.open import open_storage
from backupclient.support.diagnostics import checks
from backupclient.support.diagnostics.bundle import Check, CheckName, CheckState
from backupclient.support.diagnostics.checks import Checks, InTime
from tests.seaweed import S3Place
from tests.storage.servers import KEY, Answer, running

OF_THE_STORAGE = (CheckName.REACH, CheckName.CLOCK, CheckName.WRITE, CheckName.SPEED)


def asked(location: str, data: Path, access_key: str = "key", secret: str = "") -> list[Check]:
    place = Place(
        location=location,
        password="made up",
        data_dir=str(data),
        access_key=access_key,
        secret_key=secret or "none",
    )
    return list(Checks(place, data, SystemClock(), Discretion(Names())).run().checks)


def states(found: list[Check]) -> dict[CheckName, CheckState]:
    return {check.name: check.state for check in found}


@pytest.mark.needs_seaweed
def test_of_a_storage_that_works_all_is_fine_and_nothing_stays_behind(
    s3_place: S3Place, tmp_path: Path
) -> None:
    location = f"s3:{s3_place.endpoint}/{s3_place.bucket}/{s3_place.prefix}"
    found = asked(location, tmp_path, s3_place.access_key, s3_place.secret_key)
    assert states(found) == dict.fromkeys(CheckName, CheckState.FINE)
    facts = {check.name: check.facts for check in found}
    assert min(float(facts[CheckName.SPEED][way]) for way in ("up", "down")) > 0
    assert abs(float(facts[CheckName.CLOCK]["skew_seconds"])) < 60
    keys = KEY._replace(access_key=s3_place.access_key, secret_key=s3_place.secret_key)
    assert list(open_storage(location, SystemClock(), keys).list("")) == []


def test_a_storage_that_is_silent_is_left_to_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checks, "PATIENCE", 1.5)
    with running(lambda _: Answer(silent=True)) as server:
        found = asked(f"s3:{server.endpoint}/bucket/x", tmp_path)
    assert states(found)[CheckName.NAME] is CheckState.FINE
    told = {check.name: check.trouble for check in found}[CheckName.REACH]
    assert told is not None
    assert told.code == "storage-unreachable"
    skipped = [check.name for check in found if check.state is CheckState.SKIPPED]
    assert skipped == list(OF_THE_STORAGE[1:])


def test_without_a_network_only_the_computer_is_asked(tmp_path: Path) -> None:
    found = asked("s3:https://storage.invalid/bucket/x", tmp_path)
    told = found[0].trouble
    assert told is not None
    assert told.code in ("address-not-found", "storage-unreachable")
    assert [states(found)[name] for name in OF_THE_STORAGE] == [CheckState.SKIPPED] * 4
    assert states(found)[CheckName.DISK] is CheckState.FINE


def test_what_never_answers_costs_no_more_than_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PATIENCE", 0.05)
    end = threading.Event()
    never = InTime(lambda: end.wait(60))
    assert (never.result, never.error) == (None, None)
    end.set()
