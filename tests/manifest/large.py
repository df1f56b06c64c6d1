"""A manifest of as many files as are asked for, as backups would have left it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from backupclient.manifest import counts
from backupclient.manifest.kinds import EntryKind, EntryState, RunState
from backupclient.manifest.manifest import Manifest

TOP = b"/home/anna"
PER_FOLDER = 50
FOLDERS_PER_FOLDER = 40
RUNS = 200
_START = 1_700_000_000 * 1_000_000_000
_HOUR = 3600 * 1_000_000_000
_INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def make(folder: Path, files: int) -> None:
    """Under `TOP`, in folders of `PER_FOLDER`: most are safe since one of `RUNS` runs, one in a
    thousand each waits, changed, or is a problem."""
    manifest = Manifest.open(folder)
    with manifest.transaction():
        set_key = msgspec.json.encode(["here", ascii(TOP.decode())]).decode()
        for number in range(1, RUNS + 1):
            at = _START + number * _HOUR
            run_no = manifest.begin_run(set_key, at)
            snapshot = f"{number:064x}"
            manifest.end_run(run_no, RunState.COMPLETE, at + 60, snapshot_id=snapshot)
        manifest.note_listing({f"{number:064x}" for number in range(1, RUNS + 1)}, at)
        connection = manifest._connection
        top = manifest.ensure_folder(TOP)
        _fill(manifest, connection, top, -(-files // PER_FOLDER))
        counts.rebuild(connection)
        for number in range(files // 1000):
            path = TOP + b"/problem-%d" % number
            manifest.problems.met(1, path, "unreadable", "Permission denied", _START)
    manifest.close()


def _fill(manifest: Manifest, connection: sqlite3.Connection, top: int, folders: int) -> None:
    """Folders in the order of a tree in which each holds `FOLDERS_PER_FOLDER`."""
    numbers = [top]
    for number in range(folders - 1):
        above = numbers[number // FOLDERS_PER_FOLDER]
        name = b"folder-%05d" % number
        child = manifest.new_folder(above, name)
        numbers.append(child)
        row = (above, name, EntryKind.FOLDER, 0o40755, 0, _START, _START, child, 1)
        connection.execute(_INSERT, (*row, EntryState.STORED, 0, 1, child, bytes(32), None, 0))
    for number, folder_no in enumerate(numbers):
        connection.executemany(_INSERT, _files(folder_no, number * PER_FOLDER))


def _files(folder_no: int, first: int) -> Iterator[tuple[object, ...]]:
    for number in range(first, first + PER_FOLDER):
        state, run_no, earlier = EntryState.STORED, 1, 0
        match number % 1000:
            case 17:
                state, run_no = EntryState.WAITING, 0
            case 18:
                state, run_no, earlier = EntryState.CHANGED, 0, RUNS
            case 19:
                state, run_no, earlier = EntryState.PROBLEM, 0, RUNS
            case rest:
                # A few are of newer runs: what changed since the first backup.
                run_no = 1 if rest % 10 else 1 + number * 7 % RUNS
        content = None if state is EntryState.WAITING else bytes(32)
        row = (folder_no, b"file-%07d.txt" % number, EntryKind.FILE, 0o100644, 1000 + number % 999)
        times = (_START, _START, number)
        yield (*row, *times, 1, state, 0, run_no, None, content, None, earlier)
