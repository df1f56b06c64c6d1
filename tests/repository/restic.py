"""The restic program as the judge: run on a folder, with a home of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from tests.patience import PATIENCE
from tests.repository.conftest import PASSWORD


class Restic:
    """Commands on the repository in the folder `path`; each must end with exit code 0 unless it is
    called through `run`. `home` should be its own: it makes and removes files there."""

    def __init__(self, path: Path, home: Path) -> None:
        self.path = path
        home.mkdir(parents=True, exist_ok=True)
        self._environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "RESTIC_PASSWORD": PASSWORD,
            "RESTIC_REPOSITORY": str(path),
            "TMPDIR": str(home),
        }

    def run(
        self, *arguments: str | Path, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["restic", "--no-cache", *arguments],
            cwd=cwd,
            env=self._environment_now(),
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """With an open standard input."""
        return subprocess.Popen(
            ["restic", "--no-cache", *arguments],
            env=self._environment_now(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _environment_now(self) -> dict[str, str]:
        """In the zone that this process is in now: it is written into every node."""
        return self._environment | {k: v for k, v in os.environ.items() if k == "TZ"}

    def __call__(self, *arguments: str | Path, cwd: Path | None = None) -> bytes:
        done = self.run(*arguments, cwd=cwd)
        assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
        return done.stdout

    def backup(self, folder: Path, *arguments: str) -> Any:
        """The summary. `folder` is the root of the snapshot: the nodes of the folders above it,
        which other programs change at any time, are no part of it."""
        lines = self("backup", "--json", *arguments, ".", cwd=folder).splitlines()
        return msgspec.json.decode(lines[-1])

    def check(self) -> None:
        """Everything is read; a hint counts as a failure."""
        text = self("check", "--read-data").decode()
        assert "no errors were found" in text
        assert "non-critical" not in text, text
