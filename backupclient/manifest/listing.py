"""The files below a folder in some states, in one statement, beside whoever writes.

A folder's counts say which keys (see `counts`) there are below it, and the runs say which of those
keys mean a state that is asked for. So only folders in which such files are are looked into, and
only such files leave the database.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

from backupclient.manifest.counts import Key
from backupclient.manifest.kinds import EntryKind, EntryState
from backupclient.manifest.left_out import EVERYTHING
from backupclient.manifest.run_table import RunTable
from backupclient.manifest.states import LEFT_OUT, ROW, Row, States, left_out_row, row_of
from backupclient.wire.answers import FileState

_IS_WANTED = "({0}.state IN ({states}) AND ({0}.run_no, {0}.earlier_run, {0}.state) IN wanted)"
"""The state alone says no of most rows, and is quickly asked."""
_LISTED = f"(e.kind != {EntryKind.FOLDER.value} OR e.state = {EntryState.PROBLEM.value})"
"""Files and links are listed always; folders where something is wrong with them."""
_UNCOUNTED = f"e.kind NOT IN ({EntryKind.FILE.value}, {EntryKind.FOLDER.value})"
"""Links and the like: no count tells their keys."""
_ANY = "{table} {0} WHERE"
_STORED = EntryState.STORED.value
_UNSAFE = f"{{table}} {{0}} INDEXED BY unsafe_{{table}} WHERE {{0}}.state <> {_STORED} AND"
"""Few rows are: where only such are asked for, the others are not looked at."""
_MET = """NOT MATERIALIZED (
  SELECT f.no, f.parent_no, f.name FROM folders f
  WHERE EXISTS (SELECT 1 FROM {counts} c.folder_no = f.no AND {counted}))"""
_FEW = 5000
_MET_OF_FEW = """MATERIALIZED (
  SELECT f.no, f.parent_no, f.name FROM folders f
  WHERE f.no IN (SELECT c.folder_no FROM {counts} {counted}))"""
"""Where there are few such files, their folders are looked up once instead of asked for among all
the folders beside them."""
_WALK = """WITH RECURSIVE wanted(run_no, earlier_run, state) AS (VALUES {wanted}),
met AS {met},
walk(no, place) AS (
  SELECT :top, CAST('' AS BLOB)
  UNION ALL
  SELECT met.no, CAST(walk.place || X'00' || met.name AS BLOB) AS place
  FROM walk CROSS JOIN met ON met.parent_no = walk.no {ahead}
  ORDER BY place LIMIT -1
)
"""
"""The folders in the order of their places, a folder before what is in it, and none of them that
comes before the place `at` and is not above it. A row's folders are met when the row has been
taken, so that a page costs what is on it. (Without a LIMIT, SQLite may leave out a subquery's
ORDER BY.)"""
_AHEAD = """AND (CAST(walk.place || X'00' || met.name AS BLOB) >= :at
         OR CAST(walk.place || X'00' || met.name || X'00' AS BLOB)
            = substr(:at, 1, length(walk.place) + length(met.name) + 2))"""
_FROM_HERE = "(walk.place > :at OR walk.place = :at AND {0}.name > :name)"


def listed(
    states: States,
    runs: RunTable,
    folder_no: int,
    path: bytes,
    wanted: frozenset[FileState],
    after: Sequence[bytes],
    few: int = _FEW,
) -> Iterator[Row]:
    """The files below the folder `path` in one of these states: those of a folder by name, then
    those of its folders; from the one on that comes after the file whose names within the folder
    are `after`. The folders of so `few` files are looked up at once."""
    keys = _keys(states, runs, folder_no, wanted)
    if not keys:
        return iter(())
    numbers = (f"({key.run_no},{key.earlier_run},{key.state})" for key in keys)
    marks = ",".join(sorted({str(key.state) for key in keys}))
    those = _ANY if any(key.state == EntryState.STORED for key in keys) else _UNSAFE
    few = those is _UNSAFE and sum(keys.values()) <= few
    met = (_MET_OF_FEW if few else _MET).format(
        counts=those.format("c", table="folder_counts"),
        counted=_IS_WANTED.format("c", states=marks),
    )
    walk = _WALK.format(wanted=",".join(numbers), met=met, ahead=_AHEAD if after else "")
    values = {
        "top": folder_no,
        "at": b"".join(b"\0" + name for name in after[:-1]),
        "name": after[-1] if after else b"",
    }
    base = path.rstrip(b"/")
    # The tables' own order is that of the names.
    entries = states.connection.execute(
        f"{walk} SELECT walk.place, {ROW} FROM walk CROSS JOIN"
        f" {those.format('e', table='entries')} e.folder_no = walk.no"
        f" AND ({_IS_WANTED.format('e', states=marks)} OR {_UNCOUNTED}) AND {_LISTED}"
        f" AND {_FROM_HERE.format('e')}",
        values,
    )
    found = ((row[0], row[1], row_of(runs, _path(base, row), row[1:])) for row in entries)
    if FileState.LEFT_OUT in wanted:
        left_out = states.connection.execute(
            f"{walk} SELECT walk.place, {LEFT_OUT} FROM walk CROSS JOIN left_out l"
            " ON l.folder_no = walk.no CROSS JOIN rules r ON r.no = l.rule_no"
            f" WHERE l.name != :everything AND {_FROM_HERE.format('l')}",
            {**values, "everything": EVERYTHING},
        )
        also = ((row[0], row[1], left_out_row(_path(base, row), row[1:])) for row in left_out)
        found = heapq.merge(found, also, key=lambda one: one[:2])
    return (row for _, _, row in found if row.state in wanted)


def _keys(
    states: States, runs: RunTable, folder_no: int, wanted: frozenset[FileState]
) -> dict[Key, int]:
    """Those of files below the folder that mean one of these states, and how many files that is."""
    rows = states.connection.execute(
        "SELECT folder_no, run_no, earlier_run, state, files FROM folder_counts"
        " WHERE folder_no = ?",
        (folder_no,),
    )
    keys = {Key._make(row[:4]): int(row[4]) for row in rows}
    return {
        key: files
        for key, files in keys.items()
        if runs.state_of(key.state, key.run_no, key.earlier_run) in wanted
    }


def _path(base: bytes, row: Sequence[Any]) -> bytes:
    place: bytes = row[0]
    name: bytes = row[1]
    return base + place.replace(b"\0", b"/") + b"/" + name
