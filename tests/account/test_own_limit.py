"""The plan of a storage of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from backupclient.account.own_limit import OwnLimit
from backupclient.manifest.states import FILE_NAME as MANIFEST_NAME
from backupclient.plan import FILE_NAME, BackupPlan, Storage, save_plan
from backupclient.settings import KnownPlaces
from backupclient.wire.entitlement import Source
from tests.fakes import ManualClock

GB = 10**9


@pytest.mark.parametrize(
    ("location", "limit", "source", "known"),
    [
        pytest.param("drive", 0, Source.STORE, True, id="a drive tells what it has left"),
        pytest.param("drive", GB, Source.OWN_LIMIT, True, id="a limit on a drive"),
        pytest.param("gone", 0, Source.NONE, False, id="a drive that is not connected"),
        pytest.param("s3:https://host/b", 0, Source.NONE, False, id="a bucket tells nothing"),
        pytest.param("s3:https://host/b", GB, Source.OWN_LIMIT, False, id="a limit on a bucket"),
    ],
)
def test_who_says_how_much_fits(
    tmp_path: Path, location: str, limit: int, source: Source, known: bool
) -> None:
    (tmp_path / "drive").mkdir()
    where = location if location.startswith("s3:") else str(tmp_path / location)
    save_plan(
        tmp_path, BackupPlan(storage=Storage(location=where, limit=limit), folders=("/home",))
    )
    plan = OwnLimit(tmp_path, ManualClock()).current()
    assert (plan.source, plan.limit, plan.own_limit) == (source, limit or None, limit)
    assert (plan.available is not None) is known
    assert plan.used is None, "nothing is known of the place yet"


def test_a_plan_that_cannot_be_read_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{")
    assert OwnLimit(tmp_path, ManualClock()).refresh(lambda _: None).source is Source.NONE


def test_notes_that_are_damaged_are_no_reason_not_to_start(tmp_path: Path) -> None:
    location, repository = str(tmp_path / "drive"), "0" * 64
    save_plan(tmp_path, BackupPlan(storage=Storage(location=location, limit=GB), folders=("/h",)))
    KnownPlaces(tmp_path).remember(location, repository)
    (tmp_path / repository).mkdir()
    (tmp_path / repository / MANIFEST_NAME).write_bytes(b"no database at all" * 100)
    plan = OwnLimit(tmp_path, ManualClock()).current()
    assert (plan.limit, plan.used) == (GB, None)
