"""Two computers back up at once while somebody forgets, prunes and unlocks with restic: whatever
was acknowledged is whole."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from tests.compare import compare_trees
from tests.end_to_end.clients import Client, Snapshot, Summary
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.places import FolderPlace
from tests.patience import PATIENCE
from tests.trees import KIB, MIB, Spread, many_files, random_bytes, write_file

pytestmark = pytest.mark.needs_restic

LOCKED = 11
ROUNDS = 2


class Storm:
    """In each round both computers back up what has changed, while restic does three things, each
    begun at a random moment."""

    def __init__(self, computers: list[Client], other: Client, folder: Path, seed: int) -> None:
        self.computers = computers
        self.other = other
        self.folder = folder
        self.random = random.Random(seed)
        self.truths: dict[str, tuple[Path, Path]] = {}
        """Acknowledged: snapshot → where it was made of, and a copy of that."""
        self.forgotten: set[str] = set()
        self.acknowledged = self.refused = 0
        self.sources = [folder / f"source-{n}" for n in range(len(computers))]
        for number, source in enumerate(self.sources):
            spread = Spread(9.2, 1.0, 200 * KIB)
            many_files(source, 60, 10, spread, random_share=0.5, seed=seed + number)

    def round(self, number: int) -> None:
        for source in self.sources:
            # Something of both, so that they store the same blobs at the same time.
            write_file(bytes(source / f"same-{number}"), random_bytes(number, 3 * MIB))
            write_file(bytes(source / f"own-{number}"), self.random.randbytes(2 * MIB))
            (source / f"same-{number - 2}").unlink(missing_ok=True)
        with ThreadPoolExecutor() as pool:
            backups = [
                pool.submit(self._back_up, computer, source, self.random.uniform(0, 0.5))
                for computer, source in zip(self.computers, self.sources, strict=True)
            ]
            others = [
                pool.submit(self._do, command, self.random.uniform(0, 2.5))
                for command in (["prune"], ["unlock"], self._forget())
            ]
            done = [future.result() for future in backups]
            for future in others:
                future.result()
        for source, summary in zip(self.sources, done, strict=True):
            if summary is None:
                self.refused += 1
                continue
            copy = self.folder / f"truth-{number}-{source.name}"
            shutil.copytree(source, copy, symlinks=True)
            self.truths[summary.snapshot_id] = (source, copy)
            self.acknowledged += 1

    def _forget(self) -> list[str]:
        """An old snapshot goes, which may be the parent of what is being made."""
        if len(self.truths) < 3:
            return ["unlock"]
        name = self.random.choice(sorted(self.truths))
        return ["forget", name]

    def _back_up(self, computer: Client, source: Path, after: float) -> Summary | None:
        time.sleep(after)
        done = self._run(computer, "backup", "--json", str(source))
        assert done.returncode in (0, LOCKED), (done.stdout + done.stderr).decode()
        if done.returncode:
            return None
        return msgspec.json.decode(done.stdout.splitlines()[-1], type=Summary)

    def _do(self, command: list[str], after: float) -> None:
        """Locked out it may be; a panic it may not."""
        time.sleep(after)
        done = self._run(self.other, *command)
        assert done.returncode in (0, 1, LOCKED), (done.stdout + done.stderr).decode()
        if command[0] == "forget":
            self.forgotten.update(command[1:])
        if done.returncode:
            assert b"lock" in done.stderr, done.stderr.decode()

    @staticmethod
    def _run(client: Client, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*client.argv, *arguments],
            env=client.environment(),
            cwd=client.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )

    def prove(self) -> None:
        self.other.run("unlock")
        self.other.run("prune")
        self.other.run("check", "--read-data")
        listed: list[Snapshot] = self.computers[0].snapshots()
        names = {snapshot.id for snapshot in listed}
        assert self.truths.keys() - names <= self.forgotten
        for name, (source, copy) in self.truths.items():
            if name in names:
                restored = self.computers[0].restore(source, name)
                assert compare_trees(copy, restored) == []
        last = self.truths[next(reversed(self.truths))]
        assert compare_trees(last[1], self.other.restore(last[0], names_of(listed, last[0]))) == []


def names_of(listed: list[Snapshot], source: Path) -> str:
    """The newest snapshot of `source`."""
    own = [snapshot for snapshot in listed if snapshot.paths == [str(source)]]
    return max(own, key=lambda snapshot: snapshot.time).id


@pytest.mark.parametrize("seed", [11])
def test_backups_beside_each_other_and_beside_a_prune_lose_nothing(
    folder_place: FolderPlace, computer: NewClient, restic: NewClient, tmp_path: Path, seed: int
) -> None:
    """`make soak` does the same on an S3 server, for longer."""
    computers = [computer(folder_place), computer(folder_place)]
    computers[0].init()
    storm = Storm(computers, restic(folder_place), tmp_path, seed)
    for number in range(ROUNDS):
        storm.round(number)
    storm.prove()
    assert storm.acknowledged >= ROUNDS
