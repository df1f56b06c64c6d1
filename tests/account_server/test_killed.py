"""The service is killed at every step of a purchase: paid means provisioned, once, in the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from backupclient.account_server.offers import GB
from tests.account_server.killed_purchase import Found

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(180)
def test_what_is_paid_is_provisioned_once_wherever_the_service_dies(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.account_server.killed_purchase", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    whole, *killed = msgspec.json.decode(done.stdout, type=list[Found])
    assert len(killed) == whole.steps > 12
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
    assert sum(found.paid_entries for found in killed) > 8
    assert any(not found.told and found.paid_entries for found in killed)
