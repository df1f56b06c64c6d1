"""Making the manifest's tables, and leading older ones to their newest shape."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy
from sqlalchemy import pool
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from backupclient.errors import ManifestDamaged
from backupclient.manifest import schema
from backupclient.manifest.driver_errors import as_manifest_error, translated


@contextlib.contextmanager
def all_translated(path: Path) -> Iterator[None]:
    """As `translated`, for what goes through SQLAlchemy, too."""
    try:
        with translated(path):
            yield
    except sqlalchemy.exc.DBAPIError as error:
        raise as_manifest_error(error.orig or error, path) from error


@functools.cache
def statements(metadata: sqlalchemy.MetaData) -> tuple[str, ...]:
    """What makes all its tables and indexes."""
    made: list[ExecutableDDLElement] = []
    for table in metadata.sorted_tables:
        made.append(CreateTable(table))
        made += [CreateIndex(i) for i in sorted(table.indexes, key=lambda i: str(i.name))]
    dialect = sqlite.dialect()
    return tuple(str(one.compile(dialect=dialect)) for one in made)


def create(connection: sqlite3.Connection, path: Path, revision: str) -> None:
    """All tables, in one transaction."""
    with translated(path), connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in statements(schema.metadata):
            connection.execute(statement)
        connection.execute(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
        )
        connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Run the migrations that the database lacks. `ManifestDamaged` if its revision is not known
    here."""
    from alembic import command  # noqa: PLC0415 - a new manifest does not need it
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "backupclient.manifest:migrations")
    try:
        with all_translated(path), _engine(connection).begin() as begun:
            begun.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = begun
            command.upgrade(config, "head")
    except CommandError as error:  # a revision of another program's time
        raise ManifestDamaged(str(error), path=str(path)) from error


def _engine(connection: sqlite3.Connection) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        "sqlite://", creator=lambda: connection, poolclass=pool.StaticPool
    )
