"""Opening the manifest's file: connections, pragmas, migrations; the door for sqlite's errors."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import sqlalchemy
from sqlalchemy import event, pool

from backupclient.errors import (
    LocalDiskFull,
    ManifestDamaged,
    ManifestError,
    ManifestLocked,
    ManifestUnwritable,
)
from backupclient.manifest import schema

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

_ERRORS: dict[int, type[ManifestError]] = {
    sqlite3.SQLITE_FULL: LocalDiskFull,
    sqlite3.SQLITE_BUSY: ManifestLocked,
    sqlite3.SQLITE_LOCKED: ManifestLocked,
    sqlite3.SQLITE_PROTOCOL: ManifestLocked,
    sqlite3.SQLITE_CORRUPT: ManifestDamaged,
    sqlite3.SQLITE_NOTADB: ManifestDamaged,
    sqlite3.SQLITE_READONLY: ManifestUnwritable,
    sqlite3.SQLITE_CANTOPEN: ManifestUnwritable,
    sqlite3.SQLITE_PERM: ManifestUnwritable,
    sqlite3.SQLITE_IOERR: ManifestUnwritable,
}


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """sqlite's and SQLAlchemy's errors become `ManifestError`s with the database's path."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        raise _translate(error.orig if error.orig is not None else error, path) from error
    except sqlite3.Error as error:
        raise _translate(error, path) from error


def _translate(error: BaseException, path: Path) -> ManifestError:
    code = getattr(error, "sqlite_errorcode", None)
    kind = _ERRORS.get(code & 0xFF) if isinstance(code, int) else None
    if kind is None:
        # "no such table" and the like: the file is a database, but not ours any more. What the
        # driver finds wrong by itself, without a code, says nothing about the file.
        kind = ManifestError if code is None else ManifestDamaged
    return kind(str(error), path=str(path))


class Database:
    """One database file. `connect` may be called from any thread; each connection belongs to the
    thread that uses it at the time (the driver's own check is off, so that it can be closed by
    another)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sqlalchemy.create_engine(
            f"sqlite:///{path}",
            poolclass=pool.NullPool,
            connect_args={"check_same_thread": False, "isolation_level": None},
        )
        event.listen(self._engine, "connect", _apply_pragmas)

    @property
    def engine(self) -> sqlalchemy.Engine:
        return self._engine

    def connect(self) -> sqlite3.Connection:
        """A driver connection in autocommit mode, for the explicit SQL of the hot paths."""
        with translated(self.path):
            raw = self._engine.raw_connection()
            connection = cast(sqlite3.Connection, raw.driver_connection)
            raw.detach()  # else it would be closed with the wrapper
            return connection

    def prepare(self) -> None:
        """Bring the file to the newest shape: create it, or run the migrations it lacks."""
        with translated(self.path):
            with self._engine.begin() as connection:
                revision = _stored_revision(connection)
                if revision is None and not sqlalchemy.inspect(connection).get_table_names():
                    schema.metadata.create_all(connection)
                    connection.exec_driver_sql(
                        "CREATE TABLE alembic_version"
                        " (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
                    )
                    connection.exec_driver_sql(
                        "INSERT INTO alembic_version VALUES (?)", (schema.HEAD_REVISION,)
                    )
                    return
            if revision is None:
                raise ManifestDamaged("no revision", path=str(self.path))
            if revision != schema.HEAD_REVISION:
                _migrate(self._engine)

    def close(self) -> None:
        self._engine.dispose()


def _apply_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _stored_revision(connection: sqlalchemy.Connection) -> str | None:
    if not sqlalchemy.inspect(connection).has_table("alembic_version"):
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def _migrate(engine: sqlalchemy.Engine) -> None:
    # alembic takes a quarter of a second to load, and a manifest is seldom old
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "backupclient.manifest:migrations")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:  # a revision of another program's time
        raise ManifestDamaged(str(error), path=str(engine.url.database)) from error
