"""The manifest's file: its shape, what may happen to it, and what becomes of sqlite's errors."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.command import upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from backupclient.errors import (
    LocalDiskFull,
    ManifestDamaged,
    ManifestError,
    ManifestLocked,
    ManifestUnwritable,
)
from backupclient.manifest import schema
from backupclient.manifest.database import HEAD_REVISION
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.manifest import FILE_NAME, Manifest, set_aside
from tests.manifest.packs import blob, pack, send, sync


def filled(folder: Path) -> Path:
    """The file of a manifest of many pages."""
    folder.mkdir(exist_ok=True)
    manifest = Manifest.open(folder)
    ids = [blob(str(number)) for number in range(2000)]
    sync(manifest, {"one": [pack("p", *ids)]})
    manifest.close()
    return folder / FILE_NAME


def everything(folder: Path) -> int:
    """Opens the manifest and reads all of it."""
    manifest = Manifest.open(folder)
    try:
        return manifest.blobs.count() + len(list(manifest.blobs.packs()))
    finally:
        manifest.close()


# --- shape --------------------------------------------------------------------------------------


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", "backupclient.manifest:migrations")
    return config


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[sqlalchemy.Connection]:
    """A database that was led through all migrations from nothing."""
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/migrated.db")
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        upgrade(config, "head")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def shape(connection: sqlalchemy.Connection) -> dict[str, object]:
    """All that sqlite can tell of the tables, but the order in which they were made."""
    found: dict[str, object] = {}
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    for name in names.scalars().all():
        ask = connection.exec_driver_sql
        columns = [tuple(row) for row in ask(f"PRAGMA table_info({name})")]
        listed = [tuple(row) for row in ask(f"PRAGMA table_list({name})")]
        indexes = {}
        for _, index, unique, *_ in ask(f"PRAGMA index_list({name})"):
            named = index if not index.startswith("sqlite_autoindex") else "automatic"
            indexes[named] = unique, [tuple(row) for row in ask(f"PRAGMA index_info({index})")]
        found[name] = columns, listed, indexes
    return found


def test_the_migrations_lead_to_the_tables_of_the_schema(
    migrated: sqlalchemy.Connection, tmp_path: Path
) -> None:
    Manifest.open(tmp_path).close()
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / FILE_NAME}")
    with engine.connect() as made:
        assert shape(made) == shape(migrated)
    engine.dispose()
    assert {"entries", "blobs", "alembic_version"} <= shape(migrated).keys()
    assert compare_metadata(MigrationContext.configure(migrated), schema.metadata) == []


def test_the_newest_migration_is_the_one_the_schema_names(migrated: sqlalchemy.Connection) -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD_REVISION]
    stored = migrated.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    assert stored == HEAD_REVISION


# --- damage -------------------------------------------------------------------------------------


def no_database(file: Path) -> None:
    file.write_bytes(b"this is a letter to grandma " * 300)


def zeros(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def cut_in_half(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def scribbled_on(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xa5" * (file.stat().st_size - 4096))


def of_another_program(file: Path) -> None:
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def of_a_newer_program(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [no_database, zeros, cut_in_half, scribbled_on, of_another_program, of_a_newer_program],
)
def test_a_file_that_is_no_manifest_is_damaged_and_can_be_set_aside(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    file = filled(tmp_path)
    damage(file)
    kept = file.read_bytes()
    with pytest.raises(ManifestDamaged) as caught:
        everything(tmp_path)
    assert caught.value.facts["path"] == str(file)
    aside = set_aside(tmp_path)
    assert aside is not None
    assert aside.read_bytes()[100:] == kept[100:]  # sqlite may note in the header that it looked
    assert everything(tmp_path) == 0


def test_an_empty_file_is_a_new_manifest(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    assert everything(tmp_path) == 0


def test_manifests_set_aside_do_not_replace_each_other(tmp_path: Path) -> None:
    asides = set()
    for number in range(3):
        (tmp_path / FILE_NAME).write_text(str(number))
        (tmp_path / f"{FILE_NAME}-wal").write_text("its log")
        aside = set_aside(tmp_path)
        assert aside is not None
        assert aside.read_text() == str(number)
        assert aside.with_name(aside.name + "-wal").read_text() == "its log"
        asides.add(aside)
    assert len(asides) == 3
    assert set_aside(tmp_path) is None


# --- errors -------------------------------------------------------------------------------------


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    manifest = Manifest.open(tmp_path)
    manifest._connection.execute("PRAGMA max_page_count = 40")
    with pytest.raises(LocalDiskFull) as caught:
        send(manifest, *(pack(str(n), *(blob(f"{n} {i}") for i in range(99))) for n in range(99)))
    assert caught.value.facts["path"] == str(tmp_path / FILE_NAME)
    assert caught.value.transient
    assert manifest.blobs.count() == 0
    manifest.close()


@pytest.mark.needs_root
def test_a_disk_that_is_really_full_is_told_as_one(tmp_path: Path) -> None:
    mounted = tmp_path / "tiny"
    mounted.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", mounted], check=True)
    try:
        manifest = Manifest.open(mounted)
        try:
            many = [pack(str(n), *(blob(f"{n} {i}") for i in range(99))) for n in range(99)]
            with pytest.raises(LocalDiskFull):
                send(manifest, *many)
        finally:
            manifest.close()
        assert everything(mounted) == 0
    finally:
        subprocess.run(["umount", mounted], check=True)


def test_a_database_another_program_writes_to_is_locked(tmp_path: Path) -> None:
    manifest = Manifest.open(tmp_path)
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    manifest._connection.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(ManifestLocked):
        manifest.begin()
    other.close()
    manifest.begin()
    manifest.close()


def test_a_database_that_may_only_be_read_is_told_as_one(tmp_path: Path) -> None:
    manifest = Manifest.open(tmp_path)
    manifest._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(ManifestUnwritable):
        manifest.remember("key", "value")
    manifest.close()


def test_a_folder_in_the_place_of_the_file_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(ManifestUnwritable):
        Manifest.open(tmp_path)


def test_a_mistake_of_ours_is_not_taken_for_damage(tmp_path: Path) -> None:
    """The manifest would be set aside for it."""
    manifest = Manifest.open(tmp_path)
    connection = manifest._connection
    with pytest.raises(ManifestError) as caught, translated(tmp_path):
        connection.execute("SELECT ?", ())
    assert type(caught.value) is ManifestError
    manifest.close()
    with pytest.raises(ManifestError) as caught:
        manifest.entries_of(1)
    assert type(caught.value) is ManifestError
