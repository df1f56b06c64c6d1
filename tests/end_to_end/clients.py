"""One computer with one backup program on it, driven through its command line alone."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from backupclient import requests
from tests.cheap_key import ease_key, make_repository
from tests.end_to_end.places import Place

COMMAND = "BACKUPCLIENT_COMMAND"
PASSWORD = "correct horse battery staple"  # made up, and of no use outside the tests


def product_command() -> tuple[str, ...]:
    """How the product under test is started: as installed beside this Python, unless
    BACKUPCLIENT_COMMAND names something else, such as a frozen build."""
    if given := os.environ.get(COMMAND):
        return tuple(shlex.split(given))
    script = Path(sys.executable).with_name("backupclient")
    assert script.exists(), f"{script} is missing: run 'make install'"
    return (str(script),)


class Summary(msgspec.Struct, frozen=True):
    """The last line of `backup --json`."""

    snapshot_id: str
    files_new: int
    files_changed: int
    files_unmodified: int
    data_blobs: int
    tree_blobs: int
    total_files_processed: int
    total_bytes_processed: int


class Snapshot(msgspec.Struct, frozen=True):
    """One entry of `snapshots --json`."""

    id: str
    short_id: str
    time: str
    tree: str
    paths: list[str]
    hostname: str
    tags: list[str] = []


class _Kind(msgspec.Struct, frozen=True):
    message_type: str = ""


class Finished(NamedTuple):
    """A command that has ended. `err` is what a person would have seen besides the answer."""

    command: str
    code: int
    out: bytes
    err: str

    @property
    def summary(self) -> Summary:
        for line in reversed(self.out.splitlines()):
            if msgspec.json.decode(line, type=_Kind).message_type == "summary":
                return msgspec.json.decode(line, type=Summary)
        raise AssertionError(f"no summary: {self}")

    @property
    def snapshots(self) -> list[Snapshot]:
        return msgspec.json.decode(self.out, type=list[Snapshot])


class Client:
    """A computer with a home of its own (`home`): nothing known, nothing cached, no settings.

    Every method that runs a command waits for it, and demands exit code 0 unless told otherwise.
    """

    def __init__(self, argv: Sequence[str], place: Place, home: Path) -> None:
        self.argv = tuple(argv)
        self.place = place
        self.home = home
        self.data_dir = home / "data"
        self.password = PASSWORD
        (home / "tmp").mkdir(parents=True, exist_ok=True)

    def environment(self) -> Mapping[str, str]:
        home = str(self.home)
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": home,
            "XDG_CACHE_HOME": f"{home}/.cache",
            "XDG_CONFIG_HOME": f"{home}/.config",
            "XDG_DATA_HOME": f"{home}/.local/share",
            "XDG_STATE_HOME": f"{home}/.local/state",
            "TMPDIR": f"{home}/tmp",
            "AWS_EC2_METADATA_DISABLED": "true",
            "BACKUPCLIENT_DATA_DIR": str(self.data_dir),
            "RESTIC_CACHE_DIR": f"{home}/restic-cache",
            "RESTIC_REPOSITORY": self.place.location,
            "RESTIC_PASSWORD": self.password,
            **self.place.environment,
        }

    def run(self, *arguments: str | Path, code: int = 0, timeout: float = 120) -> Finished:
        done = self._run([*map(str, arguments)], timeout)
        error = done.stderr.decode(errors="replace")
        finished = Finished(" ".join(map(str, arguments)), done.returncode, done.stdout, error)
        assert "Traceback" not in error + done.stdout.decode(errors="replace"), finished
        assert finished.code == code, finished
        return finished

    def _run(self, arguments: list[str], timeout: float) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*self.argv, *arguments],
            env=self.environment(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def watch(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """While it runs: its answers can be read, and what it says besides."""
        return subprocess.Popen(
            [*self.argv, *map(str, arguments)],
            env=self.environment(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """In a process group of its own, so that all of it can be killed."""
        return subprocess.Popen(
            [*self.argv, *map(str, arguments)],
            env=self.environment(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def init(self) -> None:
        """A repository that opens at once, made by nobody's command."""
        make_repository(self._as_known_to_the_engine())

    def ease_key(self) -> None:
        """Whatever program has made the repository, from now on it opens at once."""
        ease_key(self._as_known_to_the_engine())

    def _as_known_to_the_engine(self) -> requests.Place:
        keys = self.place.environment
        return requests.Place(
            location=self.place.location,
            password=self.password,
            data_dir=str(self.data_dir),
            access_key=keys.get("AWS_ACCESS_KEY_ID", ""),
            secret_key=keys.get("AWS_SECRET_ACCESS_KEY", ""),
        )

    def backup(self, source: Path, *options: str) -> Summary:
        return self.run("backup", "--json", *options, source).summary

    def snapshots(self) -> list[Snapshot]:
        return self.run("snapshots", "--json").snapshots

    def restore(self, source: Path, snapshot: str = "latest", *options: str) -> Path:
        """Brings `snapshot` back into a new folder; returns where `source` came to lie in it."""
        target = self.home / f"restored-{len(list(self.home.glob('restored-*')))}"
        self.run("restore", snapshot, "--target", target, *options)
        return target / source.relative_to("/")
