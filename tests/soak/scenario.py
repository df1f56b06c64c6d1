"""One random history of a repository, replayable by its seed.

The oracle is a plain copy of the source, kept for every snapshot whose backup ended with success.
What is demanded: each of them can be restored, by us and by restic, equal in every byte and
attribute, whatever happened since; `restic check --read-data` finds nothing wrong; and nothing of
ours ever ends in a traceback or an unexpected exit code (`Client.run`).
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.compare import compare_trees
from tests.end_to_end.clients import Client
from tests.end_to_end.places import Place
from tests.trees import KIB, Spread, many_files, random_bytes

_LARGE = 12 << 20


class Scenario:
    """`run` does `steps` random steps and then proves everything. Not deterministic to the
    instant: where a kill falls in a backup depends on the machine."""

    def __init__(self, seed: int, ours: Client, restic: Client, folder: Path) -> None:
        self.random = random.Random(seed)
        self.ours = ours
        self.restic = restic
        self.folder = folder
        self.source = folder / "source"
        self.counts: Counter[str] = Counter()
        self.truths: dict[str, Path] = {}
        """Snapshot id → the copy of what it must hold."""
        self._serial = 0

    @property
    def place(self) -> Place:
        return self.ours.place

    def begin(self) -> None:
        many_files(
            self.source,
            200,
            20,
            Spread(9.2, 1.0, 200 * KIB),
            random_share=0.5,
            seed=self.random.getrandbits(32),
        )
        (self.source / "large.bin").write_bytes(random_bytes(self.random.getrandbits(32), _LARGE))
        self.ours.init()

    def run(self, enough: Callable[[int], bool]) -> None:
        """Steps until `enough(steps done)`; then the proof."""
        steps = [
            (6, self.back_up),
            (5, self.back_up_and_be_killed),
            (1, self.back_up_with_restic),
            (1, self.lose_the_manifest),
            (2, self.forget_and_prune),
            (2, self.forget_and_clean_up),
            (2, self.clean_up_and_be_killed),
            (1, self.check),
            (2, self.restore_one),
        ]
        weights = [weight for weight, _ in steps]
        done = 0
        while not enough(done):
            _, step = self.random.choices(steps, weights)[0]
            step()
            self.counts[step.__name__] += 1
            done += 1
        self.prove()

    # --- steps ----------------------------------------------------------------------

    def change(self) -> None:
        """Touch a tenth of the files: written anew, appended to, removed, moved."""
        files = sorted(path for path in self.source.rglob("*") if path.is_file())
        for path in self.random.sample(files, max(1, len(files) // 10)):
            what = self.random.randrange(5)
            fresh = self.random.randbytes(self.random.randrange(100_000))
            if what == 0:
                path.unlink()
            elif what == 1:
                path.rename(path.with_name(f"{path.name[:40]}-{self.random.randrange(10**6)}"))
            elif what == 2:
                with path.open("ab") as file:
                    file.write(fresh)
            elif what == 3:
                path.write_bytes(fresh)
            else:
                path.with_name(f"new-{self.random.randrange(10**6)}").write_bytes(fresh)

    def back_up(self) -> None:
        self.change()
        summary = self.ours.backup(self.source)
        self._acknowledge(summary.snapshot_id)
        again = self.ours.backup(self.source)
        assert again.data_blobs == 0, again
        self._acknowledge(again.snapshot_id)

    def back_up_and_be_killed(self) -> None:
        self.change()
        if self.random.random() < 0.5:
            large = self.source / "large.bin"
            large.write_bytes(self.random.randbytes(_LARGE))
        process = self.ours.start("backup", self.source)
        time.sleep(self.random.uniform(0.3, 2.5))
        try:
            process.send_signal(signal.SIGKILL)
        finally:
            process.wait()
        self.restic.run("unlock")

    def back_up_with_restic(self) -> None:
        self.change()
        summary = self.restic.backup(self.source)
        # restic 0.14 gives a short id
        found = [s.id for s in self.restic.snapshots() if s.id.startswith(summary.snapshot_id)]
        self._acknowledge(found[0])

    def lose_the_manifest(self) -> None:
        shutil.rmtree(self.ours.data_dir, ignore_errors=True)

    def forget_and_prune(self) -> None:
        self.restic.run(
            "forget", "--keep-last", str(self.random.randrange(1, 4)), "--prune", "--quiet"
        )
        self._drop_forgotten()

    def forget_and_clean_up(self) -> None:
        """By our program."""
        self.ours.run("forget", "--keep-last", str(self.random.randrange(1, 4)))
        self._drop_forgotten()
        self.ours.run("prune")

    def clean_up_and_be_killed(self) -> None:
        self.ours.run("forget", "--keep-last", str(self.random.randrange(1, 4)))
        self._drop_forgotten()
        process = self.ours.start("prune")
        time.sleep(self.random.uniform(0.2, 1.5))
        process.kill()
        process.wait()
        self.restic.run("unlock")

    def check(self) -> None:
        self.ours.run("check")

    def restore_one(self) -> None:
        if self.truths:
            self._restore(self.ours, self.random.choice(sorted(self.truths)))

    # --- proof ----------------------------------------------------------------------

    def prove(self) -> None:
        self.restic.run("check", "--read-data")
        self.ours.run("check", "--read-data")
        listed = {snapshot.id for snapshot in self.ours.snapshots()}
        assert set(self.truths) <= listed, set(self.truths) - listed
        for snapshot in sorted(self.truths):
            self._restore(self.ours, snapshot)
        if self.truths:
            self._restore(self.restic, self.random.choice(sorted(self.truths)))

    def _acknowledge(self, snapshot: str) -> None:
        self._serial += 1
        copy = self.folder / f"truth-{self._serial}"
        subprocess.run(["cp", "-a", self.source, copy], check=True)
        self.truths[snapshot] = copy

    def _drop_forgotten(self) -> None:
        listed = {snapshot.id for snapshot in self.restic.snapshots()}
        for snapshot in set(self.truths) - listed:
            shutil.rmtree(self.truths.pop(snapshot))

    def _restore(self, client: Client, snapshot: str) -> None:
        restored = client.restore(self.source, snapshot)
        differences = compare_trees(self.truths[snapshot], restored)
        assert not differences, (snapshot, differences[:5])
        shutil.rmtree(client.home / restored.relative_to(client.home).parts[0])
        self.counts["compared"] += 1
