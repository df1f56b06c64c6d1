"""A real PostgreSQL for tests: a cluster in a temporary folder, reached by a socket in it."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.needs import find_postgres
from tests.patience import PATIENCE

# Nothing here is worth a sync, and the cluster dies with the run.
SETTINGS = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")


class Postgres:
    """A running cluster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    @property
    def server(self) -> str:
        """The address of the database that every cluster has, to make others from."""
        return self._address("postgres")

    def new_database(self) -> str:
        """The address of a database that nobody else uses."""
        name = f"accounts_{next(self._numbers)}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._address(name)

    def _address(self, database: str) -> str:
        return f"postgresql://tests@/{database}?host={self._folder}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Until the block ends. The server refuses to be root's: then it is the user's that Debian's
    package makes."""
    programs = find_postgres()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="plainkeep-pg-", dir="/tmp"))
    data, log = folder / "data", folder / "log"
    become: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        become = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-l", log, "-s", "-w", "-t", "60"]

    def run(*command: str | Path) -> None:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            **become,
            check=False,
        )
        assert done.returncode == 0, (
            f"{done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}"
        )

    try:
        run(programs / "initdb", "-D", data, "-A", "trust", "-U", "tests", "-E", "UTF8", "-N")
        options = " ".join(f"-c {setting}" for setting in SETTINGS)
        # pg_ctl's child must not hold our pipes.
        subprocess.run(
            [*control, "-o", f"{options} -k {folder}", "start"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            **become,
            check=True,
        )
        try:
            yield Postgres(folder)
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
