"""What an engine costs that watches 60,000 folders and has nothing to do, and how soon it notices
a change. `python -m tests.bench.watching [--folders N] [--seconds N]`."""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from backupclient.engine import Engine
from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from backupclient.plan import BackupPlan, Schedule, Storage, When, place_of, save_plan
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.automatic import (
    Automation,
    AutomationState,
    AutomationStatus,
    GetAutomation,
    Watching,
)
from tests.end_to_end.clients import product_command

FOLDERS = 60_000
_PASSWORD = "of no use elsewhere"


def measure(command: Sequence[str], work: Path, folders: int, seconds: float) -> list[str]:
    """Lines to print."""
    top, data = work / "home", work / "data"
    for number in range(folders // 100):
        for below in range(99):
            (top / f"{number:04}" / f"{below:02}").mkdir(parents=True)
    plan = BackupPlan(
        storage=Storage(location=str(work / "drive")),
        folders=(str(top),),
        schedule=Schedule(when=When.CONTINUOUS, on_battery=True),
    )
    Engine(place_of(plan, data, password=_PASSWORD)).init()
    SecretStore(data, use_keyring=False).keep(SecretName.PASSWORD, _PASSWORD)
    save_plan(data, plan)
    argv = [*command, "agent", "--quiet", "--data-dir", str(data)]
    process = subprocess.Popen(argv)
    try:
        link = _connected(data)
        status = _settled(link)
        lines = [f"watching {status.watched_folders} folders", *_idle(process.pid, seconds)]
        began = time.perf_counter()
        (top / "0000" / "new").write_text("new")
        while _ask(link).state is not AutomationState.RUNNING:
            time.sleep(0.05)
        lines.append(f"a backup began {time.perf_counter() - began:.1f} s after a change")
        link.close()
    finally:
        process.terminate()
        process.wait()
    return lines


def _connected(data: Path) -> Link:
    while True:
        try:
            return Link(data)
        except EngineNotRunning:
            time.sleep(0.05)


def _ask(link: Link) -> AutomationStatus:
    return link.ask(GetAutomation(id=link.new_id()), Automation).status


def _settled(link: Link) -> AutomationStatus:
    """When everything is watched and backed up."""
    while True:
        status = _ask(link)
        scheduled = status.state is AutomationState.SCHEDULED
        if scheduled and status.watching is Watching.ON and status.watched_folders:
            return status
        time.sleep(0.2)


def _idle(pid: int, seconds: float) -> list[str]:
    engine = psutil.Process(pid)
    time.sleep(5)  # its last backup is put away
    before = engine.cpu_times()
    time.sleep(seconds)
    after = engine.cpu_times()
    used = after.user + after.system - before.user - before.system
    memory = engine.memory_info().rss / 2**20
    share = f"{100 * used / seconds:.2f} % of a processor"
    return [f"idle: {share}, {memory:.0f} MiB"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.watching", description=__doc__)
    parser.add_argument("--folders", type=int, default=FOLDERS)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plainkeep-watching-") as folder:
        for line in measure(product_command(), Path(folder), options.folders, options.seconds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
