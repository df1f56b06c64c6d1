"""A backup in one process, held, hurried, watched and stopped from others."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.end_to_end.clients import Client
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.mishaps import enlarge, small_disk
from tests.end_to_end.places import BucketPlace, FolderPlace, Place
from tests.patience import PATIENCE
from tests.trees import MIB, random_bytes

AT_ONCE = 3.0
"""Seconds in which a command has taken effect: one, and what a busy machine needs."""


class Progress(msgspec.Struct, frozen=True):
    bytes_total: int = 0
    uploaded_bytes: int = 0


class Job(msgspec.Struct, frozen=True):
    """One entry of `jobs --json`."""

    job: str
    state: str
    location: str
    limits: dict[str, int]
    progress: Progress | None
    pause_left: float | None


def jobs(client: Client) -> list[Job]:
    return msgspec.json.decode(client.run("jobs", "--json").out, type=list[Job])


def states(client: Client) -> list[str]:
    return [job.state for job in jobs(client)]


def until(holds: Callable[[], object]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


class Process:
    """A command at work, with what it says in a file."""

    def __init__(self, client: Client, *arguments: str | Path) -> None:
        count = len(list(client.home.glob("said-*")))
        self._said = client.home / f"said-{count}"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [*client.argv, *map(str, arguments)],
                env=client.environment(),
                cwd=client.home,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def ends(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.kill()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def started() -> Iterator[Callable[..., Process]]:
    processes: list[Process] = []

    def start(client: Client, *arguments: str | Path) -> Process:
        processes.append(Process(client, *arguments))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Something that takes a while at a few hundred KiB a second."""
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}").write_bytes(random_bytes(number, 8 * MIB))
    return folder


Start = Callable[..., Process]
SLOW = ("--limit-upload", "200")


def at_work(client: Client) -> Job:
    """Wait until something is on its way."""
    found: list[Job] = []

    def sending() -> bool:
        found[:] = [
            job
            for job in jobs(client)
            if job.state == "running" and job.progress and job.progress.uploaded_bytes
        ]
        return bool(found)

    until(sending)
    return found[0]


def test_a_backup_is_held_hurried_and_stopped_from_another_terminal(
    place: Place, computer: NewClient, large: Path, started: Start
) -> None:
    client = computer(place)
    client.init()
    backup = started(client, "backup", "--json", *SLOW, large)
    job = at_work(client)
    assert job.limits["upload"] == 200 * 1024

    paused = client.run("pause", "--for", "1h").out.decode()
    assert paused == f"Backup of {large}: paused for 1 hour.\n"
    (held,) = jobs(client)
    assert held.state == "paused"
    assert held.pause_left is not None
    assert 3500 < held.pause_left <= 3600
    before = sent(client)
    time.sleep(2)
    assert sent(client) == before

    assert client.run("resume").out.decode() == f"Backup of {large}: going on.\n"
    until(lambda: sent(client) > before)
    limited = client.run("limit", "--upload", "100").out.decode()
    assert limited == f"Backup of {large}: sends at most 102 kB/s, fetches as fast as it can.\n"

    stopped = client.run("stop").out.decode()
    began = time.monotonic()
    assert stopped.startswith(f"Backup of {large}: stopping. ")
    assert "the next backup goes on from there" in stopped
    assert backup.ends() == 130
    assert time.monotonic() - began < AT_ONCE
    told = [msgspec.json.decode(line, type=dict[str, object]) for line in backup.said.splitlines()]
    assert [message["state"] for message in told if message["message_type"] == "state"] == [
        *("paused", "running", "stopping")
    ]

    # and a limit that is lifted lets the next one end soon
    again = started(client, "backup", *SLOW, large)
    at_work(client)
    assert "sends as fast as it can" in client.run("limit", "--upload", "0").out.decode()
    assert again.ends() == 0
    assert len(client.snapshots()) == 1
    client.run("check", "--read-data")
    assert jobs(client) == []


def test_a_restore_and_a_check_are_held_hurried_and_stopped_from_another_terminal(
    folder_place: FolderPlace, computer: NewClient, large: Path, started: Start
) -> None:
    client = computer(folder_place)
    client.init()
    client.run("backup", large)
    slow = ("--limit-download", "200")
    for command, said, kept in (
        (("restore", "latest", "--target", "back"), f"Restore to {client.home / 'back'}", "stay"),
        (("check", "--read-data"), f"Check in {folder_place.location}", "Nothing was changed"),
    ):
        work = started(client, *command, *slow)
        until(lambda: states(client) == ["running"])
        (job,) = jobs(client)
        assert job.limits["download"] == 200 * 1024
        assert client.run("pause").out.decode() == f"{said}: paused until 'backupclient resume'.\n"
        assert states(client) == ["paused"]
        assert client.run("resume").out.decode() == f"{said}: going on.\n"
        limited = client.run("limit", "--download", "100").out.decode()
        assert limited == f"{said}: sends as fast as it can, fetches at most 102 kB/s.\n"
        stopped = client.run("stop").out.decode()
        began = time.monotonic()
        assert stopped.startswith(f"{said}: stopping. ")
        assert kept in stopped
        assert work.ends() == 130
        assert time.monotonic() - began < AT_ONCE

        # and a limit that is lifted lets the next one end soon
        again = started(client, *command, *slow)
        until(lambda: states(client) == ["running"])
        client.run("limit", "--download", "0")
        assert again.ends() == 0
    restored = client.home / "back" / large.relative_to("/")
    assert (restored / "3").read_bytes() == (large / "3").read_bytes()


def test_a_backup_works_beside_a_restore_and_a_check_waits_for_both(
    folder_place: FolderPlace, computer: NewClient, large: Path, source: Path, started: Start
) -> None:
    client = computer(folder_place)
    client.init()
    made = client.backup(large).snapshot_id
    restore = started(client, "restore", made, "--target", "back", "--limit-download", "200")
    until(lambda: states(client) == ["running"])
    said = client.run("backup", source).out.decode()
    assert f"(process {restore.process.pid})" in said
    check = started(client, "check")
    until(lambda: states(client) == ["running", "done", "queued"])
    until(lambda: "Another job is at work in the same place" in check.said)
    client.run("limit", "--download", "0")
    assert check.ends() == restore.ends() == 0
    assert "no errors were found" in check.said
    restored = client.home / "back" / large.relative_to("/")
    assert (restored / "3").read_bytes() == (large / "3").read_bytes()
    assert len(client.snapshots()) == 2


def sent(client: Client) -> int:
    (job,) = jobs(client)
    return job.progress.uploaded_bytes if job.progress else 0


def test_a_second_backup_of_the_same_place_waits_for_its_turn(
    folder_place: FolderPlace, computer: NewClient, large: Path, source: Path, started: Start
) -> None:
    client = computer(folder_place)
    client.init()
    first = started(client, "backup", *SLOW, large)
    at_work(client)
    second = started(client, "backup", source)
    until(lambda: states(client) == ["running", "queued"])
    until(lambda: "Another job is at work in the same place" in second.said)
    client.run("stop", "--job", jobs(client)[0].job)
    assert second.ends() == 0
    assert "snapshot " in second.said
    # The first is the engine, which goes when the other is done.
    assert first.ends() == 130
    assert "This process also works for other commands" in first.said
    assert [snapshot.paths for snapshot in client.snapshots()] == [[str(source)]]


def test_the_engine_as_a_process_of_its_own(
    folder_place: FolderPlace, computer: NewClient, large: Path, source: Path, started: Start
) -> None:
    client = computer(folder_place)
    client.init()
    agent = started(client, "agent")
    until(lambda: "is ready" in agent.said)
    assert "is running for this data folder already" in client.run("agent", code=1).err

    done = client.run("backup", source)
    assert f"(process {agent.process.pid})" in done.out.decode()
    assert states(client) == ["done"]

    # Ctrl-C at a client stops its job, not the engine.
    backup = started(client, "backup", *SLOW, large)
    at_work(client)
    backup.signal(signal.SIGINT)
    assert backup.ends() == 130
    assert states(client) == ["done", "stopped"]

    # A client that is killed leaves its job to the engine.
    backup = started(client, "backup", *SLOW, large)
    at_work(client)
    backup.kill()
    assert states(client)[-1] == "running"
    client.run("limit", "--upload", "0")
    until(lambda: states(client)[-1] == "done")

    # Told to end, the engine stops what it does, tells who waits for it, and leaves no trace.
    (large / "more").write_bytes(random_bytes(9, 8 * MIB))
    backup = started(client, "backup", *SLOW, large)
    at_work(client)
    agent.signal(signal.SIGTERM)
    assert agent.ends() == 0
    assert backup.ends() == 130
    assert not (client.data_dir / "engine.sock").exists()
    assert "Nothing is at work" in client.run("pause", code=1).err


def test_an_engine_that_is_killed_loses_nothing_and_its_clients_know_at_once(
    folder_place: FolderPlace, computer: NewClient, large: Path, started: Start
) -> None:
    client = computer(folder_place)
    client.init()
    agent = started(client, "agent")
    until(lambda: "is ready" in agent.said)
    backup = started(client, "backup", *SLOW, large)
    at_work(client)
    agent.kill()
    began = time.monotonic()
    assert backup.ends() == 1
    assert time.monotonic() - began < AT_ONCE
    assert "The process that did the work has ended" in backup.said
    assert (client.data_dir / "engine.sock").exists()  # left by the dead one

    agent = started(client, "agent")
    until(lambda: "is ready" in agent.said)
    client.run("backup", large)
    client.run("check", "--read-data")
    assert states(client) == ["done", "done"]


@pytest.mark.needs_root
def test_a_backup_waits_for_room_and_goes_on_when_there_is(
    tmp_path: Path, computer: NewClient, large: Path, started: Start
) -> None:
    drive = tmp_path / "drive"
    with small_disk(drive, "24m"):
        client = computer(FolderPlace(drive / "repository"))
        client.init()
        # A script is told at once.
        assert "full" in client.run("backup", large, code=1).err
        backup = started(client, "backup", "--wait-for-room", large)
        until(lambda: states(client) == ["waiting"])
        shown = client.run("jobs").out.decode()
        assert f"Backup of {large}: waiting: " in shown
        assert "full; next try in " in shown
        # It can be read meanwhile, and by who waits for nothing.
        assert client.run("snapshots", "--json").out
        enlarge(drive, "64m")
        client.run("resume")  # now, not in a minute
        assert backup.ends() == 0
        assert "There is room in the storage again" in backup.said
        client.run("check", "--read-data")


def test_relative_paths_and_secrets_of_the_client_are_what_counts(
    bucket_place: BucketPlace, computer: NewClient, started: Start
) -> None:
    """The engine has another working folder, and keys for nothing."""
    client, elsewhere = computer(bucket_place), computer(bucket_place)
    client.init()
    elsewhere.data_dir = client.data_dir
    elsewhere.place = FolderPlace(elsewhere.home / "nothing")
    agent = started(elsewhere, "agent")
    until(lambda: "is ready" in agent.said)
    (client.home / "letters").mkdir()
    (client.home / "letters" / "a").write_bytes(b"dear friend")
    client.run("backup", "letters")
    (snapshot,) = client.snapshots()
    assert snapshot.paths == [str(client.home / "letters")]
    assert "/letters/a" in client.run("ls", "latest").out.decode().splitlines()
