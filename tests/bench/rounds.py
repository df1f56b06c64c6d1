"""Runs the two programs in turn on one file set, round after round."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.measuring import Cost, measured
from tests.bench.results import Sample, Who
from tests.bench.servers import server, stored_bytes
from tests.bench.sets import FileSet, Measure
from tests.end_to_end.clients import Client
from tests.end_to_end.places import BucketPlace, FolderPlace, Place
from tests.end_to_end.proxy import Proxy
from tests.seaweed import S3Place

Tell = Callable[[str], None]

_FORGOTTEN = 70.0
"""Seconds after which the file system does not remember what was deleted."""


class Bench(NamedTuple):
    """How to measure. `address` is that of a running server, empty for one of our own."""

    command: Sequence[str]
    work: Path
    programs: tuple[Who, ...]
    runs: int
    only: frozenset[Measure]
    address: str
    tell: Tell
    deleted_at: list[float]
    """When rounds ended and what they made was deleted, as `time.monotonic` has it."""


class _Round:
    """One file set against one new server; each program with nothing known and nothing cached.

    The programs take turns in being first: whoever is second finds memory that the first has just
    given back, which costs less than memory that the machine has to find."""

    def __init__(
        self, bench: Bench, fileset: FileSet, source: Path, s3: S3Place, number: int = 0
    ) -> None:
        self._bench = bench
        self._order = bench.programs if number % 2 == 0 else bench.programs[::-1]
        self._set = fileset
        self._source = source
        self._s3 = s3
        self._scratch = bench.work / f"round-{uuid.uuid4().hex[:8]}"
        self.samples: list[Sample] = []
        self.clients = {
            who: self._client(who, BucketPlace(s3._replace(prefix=f"{s3.prefix}/{who}")))
            for who in self._order
        }

    def close(self) -> None:
        shutil.rmtree(self._scratch)
        os.sync()
        self._bench.deleted_at.append(time.monotonic())

    def _client(self, who: Who, place: Place) -> Client:
        argv = self._bench.command if who is Who.OURS else ["restic"]
        return Client(argv, place, self._scratch / f"{who}-{uuid.uuid4().hex[:8]}")

    def first(self) -> None:
        for who, client in self.clients.items():
            client.run("init")
            cost = self._run(client, "backup", str(self._source))
            size = stored_bytes(self._s3._replace(prefix=f"{self._s3.prefix}/{who}"))
            self._note(Sample(self._set.name, Measure.FIRST, who, cost, stored_bytes=size))

    def bare(self) -> None:
        """The same bytes that our first backup stored."""
        total = next(s.stored_bytes for s in self.samples if s.who is Who.OURS)
        place = self._s3
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.bench.bare_put"),
                *(place.endpoint, place.bucket, f"{place.prefix}/bare", str(total)),
            ],
            env=self.clients[Who.OURS].environment(),
            check=True,
            capture_output=True,
            text=True,
        )
        cost = Cost(seconds=float(done.stdout), cpu_seconds=0, peak_bytes=0)
        self._note(Sample(self._set.name, Measure.BARE, Who.BARE, cost, stored_bytes=total))

    def unchanged(self) -> None:
        for who, client in self.clients.items():
            cost = self._run(client, "backup", str(self._source))
            self._note(Sample(self._set.name, Measure.UNCHANGED, who, cost))

    def restore(self, measure: Measure, clients: dict[Who, Client]) -> None:
        """What was restored stays until the round ends, and a while passes after one ended: ext4
        passes over the inodes of files deleted within the last minute, one by one, whenever it
        makes a new one."""
        time.sleep(max(0.0, self._bench.deleted_at[-1] + _FORGOTTEN - time.monotonic()))
        for who, client in clients.items():
            target = self._scratch / f"{measure.name.lower()}-{who}"
            cost = self._run(client, "restore", "latest", "--target", str(target))
            self._note(Sample(self._set.name, measure, who, cost))

    def filled_folders(self) -> dict[Who, Client]:
        """Both programs with a folder repository that holds the source; not measured."""
        clients = {
            who: self._client(who, FolderPlace(self._scratch / f"{who}-repository"))
            for who in self._order
        }
        for client in clients.values():
            client.run("init")
            client.run("backup", self._source, timeout=3600)
        return clients

    def requests(self) -> None:
        """A first backup through a counting proxy, whose time counts for nothing."""
        for who in self._bench.programs:
            with Proxy(self._s3.endpoint) as proxy:
                prefix = f"{self._s3.prefix}/counted-{who}"
                place = BucketPlace(self._s3._replace(endpoint=proxy.endpoint, prefix=prefix))
                client = self._client(who, place)
                client.run("init")
                before = proxy.requests["PUT"]
                cost = self._run(client, "backup", str(self._source))
                puts = proxy.requests["PUT"] - before
            self._note(Sample(self._set.name, Measure.REQUESTS, who, cost, puts=puts))

    def _run(self, client: Client, *arguments: str) -> Cost:
        return measured([*client.argv, *arguments], client.environment(), client.home)

    def _note(self, sample: Sample) -> None:
        self.samples.append(sample)
        cost = sample.cost
        self._bench.tell(
            f"  {sample.set:13} {sample.measure:22} {sample.who:13} {cost.seconds:8.2f} s"
            f"  CPU {cost.cpu_seconds:7.2f} s  {cost.peak_bytes >> 20:5} MiB"
        )


def measure_set(bench: Bench, fileset: FileSet) -> list[Sample]:
    """All samples of one set that count.

    Where first backups are timed, the first round is a warm-up, which counts requests, and each
    further one begins with a new server. Elsewhere one first backup is made, unmeasured, and the
    unchanged runs alternate on top of it.
    """
    wanted = fileset.measures & bench.only
    if not wanted:
        return []
    bench.tell(f"{fileset.name}: {fileset.title}")
    source = fileset.make(bench.work)
    samples: list[Sample] = []
    in_rounds = fileset.timed and wanted != {Measure.UNCHANGED}
    if in_rounds:
        bench.tell(" warm-up")
        samples += _warm_up(bench, fileset, source)
    for number in range(bench.runs if in_rounds else 1):
        bench.tell(f" round {number + 1}")
        repeats = bench.runs if fileset.timed and not in_rounds else 1
        samples += _one_round(bench, fileset, source, wanted, repeats, number)
    return [sample for sample in samples if sample.measure in wanted]


def _warm_up(bench: Bench, fileset: FileSet, source: Path) -> list[Sample]:
    with server(bench.work, bench.address) as s3:
        this = _Round(bench, fileset, source, s3)
        this.requests()
        this.close()
    return this.samples


def _one_round(
    bench: Bench,
    fileset: FileSet,
    source: Path,
    wanted: frozenset[Measure],
    repeats: int,
    number: int,
) -> list[Sample]:
    with server(bench.work, bench.address) as s3:
        this = _Round(bench, fileset, source, s3, number)
        this.first()
        if Measure.BARE in wanted:
            this.bare()
        if Measure.UNCHANGED in wanted:
            for _ in range(repeats):
                this.unchanged()
        if Measure.RESTORE in wanted:
            this.restore(Measure.RESTORE, this.clients)
        if Measure.RESTORE_FOLDER in wanted:
            this.restore(Measure.RESTORE_FOLDER, this.filled_folders())
        this.close()
    return this.samples
