"""The counts of folders: always those of the files, whatever is done to the rows."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from backupclient.manifest.counts import ROOT, Key, Tally, stored_counts
from backupclient.manifest.database import HEAD_REVISION
from backupclient.manifest.held import held_by
from backupclient.manifest.kinds import EntryKind, EntryState, RunState
from backupclient.manifest.left_out import LeftOut, Rule
from backupclient.manifest.manifest import FILE_NAME, Entry, Manifest
from tests.manifest.counting import assert_counted
from tests.manifest.packs import blob


def stored(name: bytes, run_no: int, size: int = 5) -> Entry:
    kind, state = EntryKind.FILE, EntryState.STORED
    return Entry(name, kind, 0, size, 0, 0, 0, 0, state, 0, run_no, None, blob("x"), None)


def run(manifest: Manifest, snapshot: str | None) -> int:
    number = manifest.begin_run("set", 1)
    if snapshot is not None:
        manifest.end_run(number, RunState.COMPLETE, 2, snapshot_id=snapshot)
    return number


def at_root(manifest: Manifest) -> dict[Key, Tally]:
    counts = stored_counts(manifest._connection)
    return {key: tally for key, tally in counts.items() if key.folder_no == ROOT}


def test_a_file_is_counted_in_every_folder_above_it(manifest: Manifest) -> None:
    with manifest.transaction():
        deep = manifest.ensure_folder(b"/a/b")
        manifest.add_waiting(deep, [(b"one", 3), (b"two", 4)])
        manifest.put_entries(deep, [stored(b"two", 1, 40)])
    above = manifest.find_folder(b"/a")
    assert above is not None
    for folder in (ROOT, above, deep):
        counts = stored_counts(manifest._connection)
        assert {key[1:]: tally for key, tally in counts.items() if key.folder_no == folder} == {
            (0, 0, EntryState.WAITING): (1, 3),
            (1, 0, EntryState.STORED): (1, 40),
        }
    assert_counted(manifest)


def test_a_newer_version_names_the_run_whose_snapshot_holds_the_earlier_one(
    manifest: Manifest,
) -> None:
    with manifest.transaction():
        first, second = run(manifest, "first"), run(manifest, "second")
        manifest.note_listing({"first", "second"}, 1)
        folder = manifest.ensure_folder(b"/a")
        manifest.put_entries(folder, [stored(b"file", first)])
        unfinished = run(manifest, None)
        manifest.put_entries(folder, [stored(b"file", unfinished)])
        manifest.put_entries(folder, [stored(b"file", unfinished, 7)])
    row = manifest.entry(folder, b"file")
    assert row is not None
    assert (row.run_no, row.earlier_run) == (unfinished, second)
    assert_counted(manifest)


def test_what_no_listed_snapshot_holds_is_no_earlier_version(manifest: Manifest) -> None:
    with manifest.transaction():
        first = run(manifest, "first")
        manifest.note_listing({"other"}, 1)
        folder = manifest.ensure_folder(b"/a")
        manifest.put_entries(folder, [stored(b"file", first)])
        manifest.mark_changed(folder, [b"file"])
    row = manifest.entry(folder, b"file")
    assert row is not None
    assert (row.state, row.run_no, row.earlier_run) == (EntryState.CHANGED, 0, 0)
    assert row.content == blob("x")


def test_a_snapshot_that_is_gone_is_told_once(manifest: Manifest) -> None:
    with manifest.transaction():
        number = run(manifest, "first")
        assert manifest.note_listing({"first"}, 1) == []
        assert [one.no for one in manifest.note_listing(set(), 2)] == [number]
        assert manifest.note_listing(set(), 3) == []
        assert held_by(manifest.set_runs()) == {}


def test_everything_that_happens_to_rows_is_counted(manifest: Manifest) -> None:
    rule = Rule("exclude", "*.o", "--exclude")
    with manifest.transaction():
        number = run(manifest, "first")
        top = manifest.ensure_folder(b"/a")
        inner = manifest.ensure_folder(b"/a/in")
        for folder in (top, inner):
            manifest.put_entries(folder, [stored(b"one", number), stored(b"two", number)])
        manifest.add_waiting(inner, [(b"one", 1), (b"three", 9)])
        manifest.left_out.put(inner, [LeftOut(b"x.o", EntryKind.FILE, 8, rule)])
        manifest.left_out.put(top, [LeftOut(b"y", EntryKind.FOLDER, 0, rule)])
    assert_counted(manifest)
    steps: tuple[Callable[[], None], ...] = (
        lambda: manifest.mark_changed(inner, [b"one", b"never seen"]),
        lambda: manifest.mark_problem(inner, b"two"),
        lambda: manifest.mark_problem(top, b"new"),
        lambda: manifest.mark_problem(top, b"in"),
        lambda: manifest.put_entries(inner, [stored(b"two", number, 50)]),
        lambda: manifest.left_out.put(top, []),
        lambda: manifest.drop_entries(top, [b"one", b"in"]),
    )
    for step in steps:
        with manifest.transaction():
            step()
        assert_counted(manifest)
    assert at_root(manifest) == {
        Key(ROOT, number, 0, EntryState.STORED): Tally(1, 5),
        Key(ROOT, 0, 0, EntryState.PROBLEM): Tally(1, 0),
    }


def test_what_is_rolled_back_is_not_counted(manifest: Manifest) -> None:
    manifest.begin()
    manifest.add_waiting(manifest.ensure_folder(b"/a"), [(b"one", 3)])
    manifest.rollback()
    with manifest.transaction():
        manifest.add_waiting(manifest.ensure_folder(b"/b"), [(b"one", 4)])
    assert at_root(manifest) == {Key(ROOT, 0, 0, EntryState.WAITING): Tally(1, 4)}
    assert_counted(manifest)


def test_a_manifest_from_before_there_were_counts_gets_them(folder: Path) -> None:
    manifest = Manifest.open(folder)
    with manifest.transaction():
        inner = manifest.ensure_folder(b"/a/b")
        manifest.put_entries(inner, [stored(b"one", 1), stored(b"two", 1)])
    manifest.close()
    with contextlib.closing(sqlite3.connect(folder / FILE_NAME)) as old:
        for table in ("folder_counts", "left_out", "rules"):
            old.execute(f"DROP TABLE {table}")
        old.execute("DROP INDEX unsafe_entries")
        for table, column in (
            ("runs", "failure"),
            ("runs", "listed"),
            ("entries", "earlier_run"),
            ("problems", "last_run"),
            ("problems", "ended_run"),
        ):
            old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        old.execute("UPDATE alembic_version SET version_num = '0002'")
        old.commit()
    manifest = Manifest.open(folder)
    assert at_root(manifest) == {Key(ROOT, 1, 0, EntryState.STORED): Tally(2, 10)}
    assert_counted(manifest)
    revision = manifest._connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert revision == (HEAD_REVISION,)
    manifest.close()
    Manifest.open(folder).close()
