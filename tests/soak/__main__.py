"""`python -m tests.soak [--minutes N] [--seed S]`: the full form, on a real S3 server of its own.

Writes what it did to tests/soak/RESULTS.md: commit, seed, numbers."""

from __future__ import annotations

import argparse
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from backupclient.storage.seaweed import EmbeddedServer
from tests.end_to_end.clients import Client
from tests.end_to_end.kills import backup_with_kills, clean_run, make_source, prove
from tests.end_to_end.places import BucketPlace
from tests.end_to_end.test_two_clients import Storm
from tests.seaweed import S3Place
from tests.soak.scenario import Scenario

RESULTS = Path(__file__).with_name("RESULTS.md")
_ROUND_SECONDS = 150.0
_STORM_ROUNDS = 5
_KILLS = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    options = parser.parse_args()
    began = time.monotonic()
    rounds: list[tuple[int, Scenario, float]] = []
    seed = options.seed
    with tempfile.TemporaryDirectory(prefix="plainkeep-soak-") as folder:
        while not rounds or time.monotonic() - began < options.minutes * 60:
            started = time.monotonic()
            print(f"seed {seed} …", flush=True)
            scenario = _round(seed, Path(folder) / str(seed))
            rounds.append((seed, scenario, time.monotonic() - started))
            print(f"  {dict(scenario.counts)}", flush=True)
            shutil.rmtree(scenario.folder)
            seed += 1
    RESULTS.write_text(_report(rounds, time.monotonic() - began))
    print(RESULTS.read_text())
    return 0


def _round(seed: int, folder: Path) -> Scenario:
    folder.mkdir(parents=True)
    with EmbeddedServer(folder / "server") as server:
        place = BucketPlace(
            S3Place(server.endpoint, server.access_key, server.secret_key, server.bucket, "soak")
        )
        ours = Client([sys.executable, "-m", "backupclient"], place, folder / "ours")
        restic = Client(["restic"], place, folder / "restic")
        scenario = Scenario(seed, ours, restic, folder)
        scenario.begin()
        deadline = time.monotonic() + _ROUND_SECONDS
        scenario.run(lambda _: time.monotonic() > deadline)
        scenario.counts["killed_while_throttled"] = _killed(place, seed, folder / "kills")
        scenario.counts["beside_each_other"] = _beside_each_other(place, seed, folder / "storm")
    return scenario


def _killed(place: BucketPlace, seed: int, folder: Path) -> int:
    """One throttled backup, killed at twenty random moments of its life; returns the kills."""
    source = folder / "files"
    make_source(source, seed, large_mib=24, small=300)
    program = [sys.executable, "-m", "backupclient"]
    apart = BucketPlace(place.server._replace(prefix="kills-clean"))
    own = BucketPlace(place.server._replace(prefix="kills"))
    clean_bytes = clean_run(Client(program, apart, folder / "clean"), apart, source)
    ours = Client(program, own, folder / "ours")
    ours.init()
    ended = backup_with_kills(ours, source, clean_bytes, seed=seed, kills=_KILLS, limit_kib=4000)
    prove(ended, ours, Client(["restic"], own, folder / "restic"), source)
    return ended.kills


def _beside_each_other(place: BucketPlace, seed: int, folder: Path) -> int:
    """Two computers and restic at once, in a repository of their own; returns how many backups
    were acknowledged."""
    own = BucketPlace(place.server._replace(prefix="storm"))
    computers = [
        Client([sys.executable, "-m", "backupclient"], own, folder / name) for name in ("a", "b")
    ]
    computers[0].init()
    storm = Storm(computers, Client(["restic"], own, folder / "restic"), folder, seed)
    for number in range(_STORM_ROUNDS):
        storm.round(number)
    storm.prove()
    return storm.acknowledged


def _report(rounds: list[tuple[int, Scenario, float]], seconds: float) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    names = sorted({name for _, scenario, _ in rounds for name in scenario.counts})
    head = " | ".join(["seed", "seconds", *names])
    lines = [
        "# Soak results",
        "",
        "`make soak`: random histories of one repository on a real S3 server, used by our program",
        "and restic, with kills, lost manifests and prunes. Every step counted below ended as it",
        "must, every snapshot that was left at the end was restored and compared with a copy.",
        "",
        f"Commit {commit}, {datetime.now(UTC):%Y-%m-%d}, {seconds / 60:.0f} minutes, no failure.",
        "",
        f"| {head} |",
        "|" + " ---: |" * (len(names) + 2),
    ]
    for seed, scenario, taken in rounds:
        numbers = " | ".join(str(scenario.counts[name]) for name in names)
        lines.append(f"| {seed} | {taken:.0f} | {numbers} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
