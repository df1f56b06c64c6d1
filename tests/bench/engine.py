"""The engine as a process: how quickly it answers, what it costs idle, and whether a client that
does not read costs it anything. `python -m tests.bench.engine [--seconds N]`."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec
import psutil

from backupclient.link import Link
from backupclient.requests import BackupRequest, Place
from backupclient.wire.greeting import Hello
from backupclient.wire.jobs import StartBackup, Started, Subscribe
from tests.end_to_end.clients import Client, product_command
from tests.end_to_end.places import FolderPlace

_FILES = 3000


def measure(command: Sequence[str], work: Path, seconds: float) -> list[str]:
    """Lines to print. Takes about three times `seconds`."""
    client = Client(command, FolderPlace(work / "repository"), work / "home")
    client.run("init")
    source = work / "source"
    source.mkdir()
    for number in range(_FILES):
        (source / f"{number:05}").write_bytes(os.urandom(2000))
    argv = [*command, "agent", "--quiet"]
    began = time.perf_counter()
    process = subprocess.Popen(argv, env=client.environment(), start_new_session=True)
    try:
        link = _connected(client.data_dir)
        lines = [f"engine ready after {time.perf_counter() - began:.2f} s"]
        lines += _idle(psutil.Process(process.pid))
        lines.append(f"'jobs': {_quickest(client, 'jobs')}")
        lines += _with_a_silent_client(client, link, source, process.pid, seconds)
        link.close()
    finally:
        process.terminate()
        process.wait()
    return lines


def _connected(data: Path) -> Link:
    while True:
        try:
            return Link(data)
        except Exception:  # noqa: BLE001 - not there yet
            time.sleep(0.01)


def _idle(engine: psutil.Process) -> list[str]:
    before, switches = engine.cpu_times(), engine.num_ctx_switches().voluntary
    time.sleep(5)
    after = engine.cpu_times()
    used = after.user + after.system - before.user - before.system
    woken = engine.num_ctx_switches().voluntary - switches
    memory = engine.memory_info().rss / 2**20
    return [f"idle: {memory:.0f} MiB, {used:.2f} s of CPU in 5 s, woken {woken} times"]


def _quickest(client: Client, verb: str) -> str:
    took = []
    for _ in range(15):
        began = time.perf_counter()
        client.run(verb)
        took.append(time.perf_counter() - began)
    return f"median {1000 * median(took):.0f} ms, best {1000 * min(took):.0f} ms"


def _with_a_silent_client(
    client: Client, link: Link, source: Path, pid: int, seconds: float
) -> list[str]:
    place = Place(
        location=client.place.location, password=client.password, data_dir=str(client.data_dir)
    )
    engine = psutil.Process(pid)
    _runs(engine, link, place, source, seconds / 4)  # warm
    alone = _runs(engine, link, place, source, seconds)
    silent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    silent.connect(str(client.data_dir / "engine.sock"))
    for message in (Hello(id=1), Subscribe(id=2)):
        silent.sendall(msgspec.json.encode(message) + b"\n")
    silenced = _runs(engine, link, place, source, seconds)
    memory = engine.memory_info().rss / 2**20
    silent.close()
    return [
        f"backups of {_FILES} files, every file told: {alone}",
        f"the same while a client does not read for {seconds:.0f} s: {silenced}",
        f"memory of the engine then: {memory:.0f} MiB",
    ]


def _runs(engine: psutil.Process, link: Link, place: Place, source: Path, seconds: float) -> str:
    """What a backup costs that reads every file."""
    request = BackupRequest(paths=(os.fsencode(source),), force=True, details=True)
    began, used, done = time.perf_counter(), sum(engine.cpu_times()), 0
    while time.perf_counter() - began < seconds:
        no = link.new_id()
        job = link.ask(StartBackup(id=no, place=place, request=request), Started).job.job
        for batch in link.news():
            if batch.job == job and batch.outcome is not None:
                assert batch.outcome.failure is None, batch.outcome
                break
        done += 1
    took, cpu = time.perf_counter() - began, sum(engine.cpu_times()) - used
    return f"{took / done:.2f} s and {cpu / done:.2f} s of CPU each"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engine", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long the client is silent")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plainkeep-engine-") as folder:
        for line in measure(product_command(), Path(folder), options.seconds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
