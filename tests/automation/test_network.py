"""A network that comes back is noticed when it does."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from backupclient.automation.network import NetworkWatch
from backupclient.clock import SystemClock
from tests.patience import PATIENCE
from tests.repository.conftest import ROOT

_SWITCH = """
import fcntl, pathlib, socket, struct, sys, threading
from backupclient.clock import SystemClock

SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP = 0x8913, 0x8914, 0x8916, 0x1
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

def switch(on):
    request = struct.pack("16sH14x", b"lo", 0)
    flags = struct.unpack("16sH14x", fcntl.ioctl(line, SIOCGIFFLAGS, request))[1]
    flags = flags | IFF_UP if on else flags & ~IFF_UP
    fcntl.ioctl(line, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags))

def address(text):
    where = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(text))
    fcntl.ioctl(line, SIOCSIFADDR, struct.pack("16s16s", b"lo", where))

clock = SystemClock()
switch(True)
"""
_WATCH = """
from backupclient.automation.network import NetworkWatch

told = threading.Event()
watch = NetworkWatch(clock, told.set)
watch.start()
assert not told.wait(0.5)

def is_told():
    assert told.wait(60)
    told.clear()

address("10.77.0.1")
is_told()
for _ in range(2):  # again, for names and routes
    assert told.wait(60)
    told.clear()
switch(False)
address("127.0.0.1")  # what leads nowhere is no network
switch(True)
assert not told.wait(1)
address("10.77.0.1")
is_told()
watch.stop()
print("done")
"""
_ENGINE = """
from backupclient.agent.server import Agent
from backupclient.errors import StorageUnreachable
from backupclient.events import BackupSummary, JobState, Phase, Progress
from backupclient.jobs.job import Task, Turn
from backupclient.wire.jobs import JobKind, Limits

again, tries = threading.Event(), []

def run(control, throttle, emit):
    tries.append(clock.monotonic())
    emit(Progress(phase=Phase.UPLOADING))
    if len(tries) == 1:
        raise StorageUnreachable
    again.set()
    return BackupSummary()

task = Task(JobKind.BACKUP, "/r", (), "r", Turn.WRITES, False, Limits(), run, lambda _: True)
with Agent(pathlib.Path(sys.argv[1]), clock, lasting=False) as agent:
    job = agent.jobs.add(task, patient=True)
    agent.jobs.start(job)
    while job.state is not JobState.WAITING:
        assert not again.wait(0.01)
    assert not again.wait(1)
    began = clock.monotonic()
    address("10.77.0.1")
    assert again.wait(60)
    assert clock.monotonic() - began < 45
print("done")
"""


def _in_a_network_of_its_own(script: str, *arguments: str) -> None:
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-c", _SWITCH + script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr


@pytest.mark.needs_root
def test_an_address_or_a_cable_is_told_and_what_is_lost_is_not() -> None:
    _in_a_network_of_its_own(_WATCH)


@pytest.mark.needs_root
def test_what_waits_for_the_network_goes_on_with_its_return(tmp_path: Path) -> None:
    """The job would have waited for a minute."""
    _in_a_network_of_its_own(_ENGINE, str(tmp_path / "data"))


def test_it_stops_at_once() -> None:
    watch = NetworkWatch(SystemClock(), lambda: None)
    watch.start()
    watch.stop()
    assert "network" not in {thread.name for thread in threading.enumerate()}
