"""The service is killed at every step of a purchase: paid means provisioned, once, in the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from backupclient.account_server.offers import GB
from tests.account_server.killed_deletion import ENDED, KEPT, Killed
from tests.account_server.killed_purchase import Found
from tests.account_server.killed_seaweed import Bucket
from tests.accounts import storage_of

if TYPE_CHECKING:
    from backupclient.storage.seaweed import EmbeddedServer
    from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]


EVERY_ON_POSTGRESQL = 3
"""Killing there is about transactions, and needs fewer steps."""


def test_what_is_paid_is_provisioned_once_wherever_the_service_dies(tmp_path: Path) -> None:
    whole, *killed = play(tmp_path)
    assert len(killed) == whole.steps > 12
    assert_paid_is_provisioned(whole, killed)
    assert sum(found.paid_entries for found in killed) > 8
    assert any(not found.told and found.paid_entries for found in killed)


@pytest.mark.needs_postgres
def test_so_it_is_on_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    whole, *killed = play(tmp_path, str(EVERY_ON_POSTGRESQL), postgres.server)
    assert len(killed) > 4
    assert_paid_is_provisioned(whole, killed)
    assert sum(found.paid_entries for found in killed) > 2


def test_a_full_bucket_takes_data_in_the_end_wherever_the_service_dies(
    tmp_path: Path, account_storage: EmbeddedServer
) -> None:
    settings = msgspec.json.encode(storage_of(account_storage), enc_hook=str)
    said = run("killed_seaweed", settings, str(tmp_path))
    for bucket in msgspec.json.decode(said, type=list[Bucket]):
        assert bucket == Bucket(
            took_data_before=False,
            takes_data=True,
            limit=200 * GB,
            paid_entries=1,
            applied=1,
            left=0,
        )


def test_what_a_plan_that_ended_had_stored_is_gone_once_it_was_decided_wherever_it_dies(
    tmp_path: Path,
) -> None:
    whole, *killed = msgspec.json.decode(
        run("killed_deletion", b"", str(tmp_path)), type=list[Killed]
    )
    assert len(killed) == whole.steps > 8
    assert all(found.steps == 0 for found in killed), "nobody was killed"
    for found in (whole, *killed):
        before, after = found.before, found.after
        # The storage hears of it only when it is decided and the household has given it up.
        assert before.decided or before.done == (), before
        assert (ENDED in before.buckets) is not bool(before.decided), before
        assert after.done[:1] == ("keys",), "whoever had keys has none by then"
        assert after.done[-1] == ENDED
        assert set(after.done) == {"keys", ENDED}
        assert after.buckets == (KEPT,)
        assert (after.decided, after.keys, after.mails, after.left) == (1, 0, 1, 0), after
    assert any(found.before.decided and not found.before.done for found in killed)
    assert any(found.before.done == ("keys",) for found in killed)


def play(folder: Path, *options: str) -> list[Found]:
    return msgspec.json.decode(run("killed_purchase", b"", str(folder), *options), type=list[Found])


def run(program: str, told: bytes, *options: str) -> bytes:
    command = [sys.executable, "-m", f"tests.account_server.{program}", *options]
    done = subprocess.run(
        command, cwd=ROOT, input=told, capture_output=True, timeout=170, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout


def assert_paid_is_provisioned(whole: Found, killed: list[Found]) -> None:
    assert all(found.steps == 0 for found in killed), "nobody was killed"
    for at, found in enumerate([whole, *killed]):
        if found.paid_entries == 0:
            # Killed before there was an order: nobody can have paid.
            assert (found.told, found.plan, found.storage) == (False, GB, GB), at
            assert found.set_limits == (), at
        else:
            assert (found.paid_entries, found.plan, found.storage) == (1, 200 * GB, 200 * GB), at
            assert set(found.set_limits) == {200 * GB}, at
            assert found.mails == 1, at
        assert found.left == 0, at
