"""Opening the manifest's file: connections and pragmas.

Every command begins here, so SQLAlchemy, which makes the tables, is loaded only where there is
something to make.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from backupclient.errors import ManifestDamaged
from backupclient.manifest.driver_errors import translated

HEAD_REVISION = "0005"
"""The alembic revision that `schema` is."""

_PRAGMAS = (
    "journal_mode=WAL",
    # A commit survives a crash of the program; after a power cut the last ones may be missing,
    # which costs looking at some files again, never a wrong row: WAL frames carry checksums.
    "synchronous=NORMAL",
    "busy_timeout=30000",
    "cache_size=-16384",
    "wal_autocheckpoint=8192",
    "temp_store=MEMORY",
)

_REVISIONS = "alembic_version"


class Database:
    """One database file. `connect` may be called from any thread; each connection belongs to the
    thread that uses it at the time (the driver's own check is off, so that it can be closed by
    another)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def connect(self) -> sqlite3.Connection:
        """A connection in autocommit mode, for the explicit SQL of the hot paths."""
        with translated(self.path):
            connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
            try:
                for pragma in _PRAGMAS:
                    connection.execute(f"PRAGMA {pragma}").close()
            except BaseException:
                connection.close()
                raise
            return connection

    def prepare(self) -> None:
        """Bring the file to the newest shape: create it, or run the migrations it lacks. For who
        is alone with it. After an unclean end it is looked through, which takes a tenth of a second
        per hundred megabytes."""
        left_open = self._was_left_open()
        with contextlib.closing(self.connect()) as connection:
            with translated(self.path):
                if left_open and (wrong := _wrong_pages(connection)):
                    raise ManifestDamaged(wrong)
                tables = {
                    name
                    for (name,) in connection.execute(
                        "SELECT name FROM sqlite_master WHERE type = 'table'"
                    )
                }
                revision = _stored_revision(connection) if _REVISIONS in tables else None
            if revision == HEAD_REVISION:
                return
            if revision is None and tables:
                raise ManifestDamaged("no revision", path=str(self.path))
            # Loading SQLAlchemy and alembic takes half a second, and a manifest is seldom new.
            from backupclient.manifest import building  # noqa: PLC0415

            if revision is None:
                building.create(connection, self.path, HEAD_REVISION)
            else:
                building.migrate(connection, self.path)

    def _was_left_open(self) -> bool:
        """Whether the log is there, which whoever closes the database last removes."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size > 0
        except OSError:
            return False


def _wrong_pages(connection: sqlite3.Connection) -> str:
    said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if said == "ok" else said


def _stored_revision(connection: sqlite3.Connection) -> str | None:
    row = connection.execute(f"SELECT version_num FROM {_REVISIONS}").fetchone()
    return None if row is None else str(row[0])
