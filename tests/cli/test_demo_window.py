"""The demonstration with a screen: the window and its server come and go together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from backupclient.cli.demo_window import why_no_window
from backupclient.link import Link
from backupclient.plan import BackupPlan, Offer, load_offer, load_plan, save_plan
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import KnownPlaces
from backupclient.wire.jobs import Jobs, ListJobs
from tests.patience import PATIENCE

_REPOSITORY = "f" * 64


def test_what_makes_a_screen() -> None:
    assert "no screen" in why_no_window({}, "linux")
    assert why_no_window({"DISPLAY": ":0"}, "linux") == ""
    assert why_no_window({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == ""
    assert why_no_window({}, "darwin") == ""


def command(data_dir: Path, *arguments: str) -> list[str]:
    start = [sys.executable, "-m", "backupclient", "demo", "--window"]
    return [*start, "--data-dir", str(data_dir), *arguments]


class Demo:
    """One demonstration, drawing its window nowhere."""

    def __init__(self, data_dir: Path, *start: str) -> None:
        """`start` is what starts the program, if not we."""
        self.data = data_dir / "demo" / "window" / "data"
        environ = os.environ | {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}
        self.process = subprocess.Popen(
            [*start, *command(data_dir, "--with-parent")],
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_for_window(self) -> Offer | None:
        """Until the window has found its engine; returns what it was offered."""
        deadline = time.monotonic() + PATIENCE
        while not self._asked() and time.monotonic() < deadline:
            assert self.process.poll() is None
            time.sleep(0.1)
        return load_offer(self.data)

    def kill(self) -> str:
        """What we started, alone; returns what was written until nobody was left to write."""
        self.process.kill()
        return self.process.communicate(timeout=PATIENCE)[0]

    def _asked(self) -> bool:
        try:
            with Link(self.data) as link:
                link.ask(ListJobs(id=link.new_id()), Jobs)
        except Exception:  # noqa: BLE001 - not yet
            return False
        return True


def left_over(data_dir: Path) -> list[str]:
    """What still runs over this folder."""
    lines = (" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"]))
    return [line for line in lines if str(data_dir) in line]


def wait_until_nothing_is_left(data_dir: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while left := left_over(data_dir):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


@pytest.mark.needs_seaweed
def test_all_end_with_who_started_them_however_it_ends_and_the_next_time_has_todays_keys(
    tmp_path: Path,
) -> None:
    demo = Demo(tmp_path, "/bin/sh", "-c", '"$@"; exit', "sh")  # a shell that waits, as make does
    offer = demo.wait_for_window()
    assert offer is not None
    assert offer.storage.location.startswith("s3:http://127.0.0.1:")
    assert Path(offer.folder).is_dir()
    assert "Everything is stopped" in demo.kill()
    assert not left_over(tmp_path)
    assert load_offer(demo.data) is None

    # As a first run leaves it, and the port was another one then.
    elsewhere = "s3:http://127.0.0.1:9/my-backup"
    stored = msgspec.structs.replace(offer.storage, location=elsewhere)
    save_plan(demo.data, BackupPlan(storage=stored, folders=()))
    KnownPlaces(demo.data).remember(elsewhere, _REPOSITORY)
    demo = Demo(tmp_path)
    demo.wait_for_window()
    plan = load_plan(demo.data)
    secret = SecretStore(demo.data).get(SecretName.SECRET_KEY)
    demo.kill()
    wait_until_nothing_is_left(tmp_path)
    assert plan is not None
    assert plan.storage.location == offer.storage.location
    assert plan.storage.access_key != offer.storage.access_key
    assert secret not in {None, offer.secret_key}
    assert KnownPlaces(demo.data).id_at(plan.storage.location) == _REPOSITORY


@pytest.mark.needs_seaweed
def test_without_a_screen_it_is_the_demonstration_in_the_terminal(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    with subprocess.Popen(
        command(tmp_path), env=environ, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        first, second = demo.stdout.readline(), demo.stdout.readline()
        demo.kill()  # its server goes with it
    assert "There is no screen here" in first
    assert second.startswith("Storage: a SeaweedFS")
