"""What rules leave out of the folders, a row for each name, and the rules themselves."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from backupclient.manifest.counts import FolderCounts, Key
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.kinds import EntryState

EVERYTHING = b""
"""The name that stands for everything in a folder that has no entry."""


class Rule(NamedTuple):
    """Why something is left out: the option it comes from ("exclude", "exclude-larger-than"), what
    it says, and where it stood (the option, or a file)."""

    kind: str
    text: str
    origin: str = ""


class LeftOut(NamedTuple):
    """One name in a folder that a rule leaves out."""

    name: bytes
    kind: int
    size: int
    rule: Rule


class LeftOuts:
    """Part of the manifest, and of its open transaction. Belongs to the job's thread."""

    def __init__(self, connection: sqlite3.Connection, counts: FolderCounts, path: Path) -> None:
        self._connection = connection
        self._counts = counts
        self._path = path
        self._rules: dict[Rule, int] = {}
        with translated(path):
            row = connection.execute("SELECT EXISTS (SELECT 1 FROM left_out)").fetchone()
        self._any = bool(row[0])

    def put(self, folder_no: int, items: Sequence[LeftOut]) -> None:
        """This, and nothing else, is left out of the folder. Writes what differs."""
        if not items and not self._any:
            return
        with translated(self._path):
            new = {item.name: (item.kind, item.size, self._rule_no(item.rule)) for item in items}
            old = {
                name: (kind, size, rule_no)
                for name, kind, size, rule_no in self._connection.execute(
                    "SELECT name, kind, size, rule_no FROM left_out WHERE folder_no = ?",
                    (folder_no,),
                )
            }
            if new == old:
                return
            self._any = True
            self._connection.executemany(
                "DELETE FROM left_out WHERE folder_no = ? AND name = ?",
                [(folder_no, name) for name in old.keys() - new.keys()],
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?)",
                [(folder_no, name, *row) for name, row in new.items() if old.get(name) != row],
            )
        size = sum(row[1] for row in new.values()) - sum(row[1] for row in old.values())
        key = Key(folder_no, 0, 0, EntryState.LEFT_OUT)
        self._counts.add(key, len(new) - len(old), size)

    def covers(self, folder_no: int, name: bytes) -> bool:
        """Whether a rule leaves out the name, or everything in the folder that has no entry."""
        with translated(self._path):
            row = self._connection.execute(
                "SELECT 1 FROM left_out WHERE folder_no = ? AND name IN (?, ?)",
                (folder_no, name, EVERYTHING),
            ).fetchone()
        return row is not None

    def _rule_no(self, rule: Rule) -> int:
        no = self._rules.get(rule)
        if no is None:
            # As bytes: a pattern may be made of a name that is no text.
            values = str(rule.kind), os.fsencode(rule.text), os.fsencode(rule.origin)
            row = self._connection.execute(
                "SELECT no FROM rules WHERE kind = ? AND text = ? AND origin = ?", values
            ).fetchone()
            if row is None:
                cursor = self._connection.execute(
                    "INSERT INTO rules (kind, text, origin) VALUES (?, ?, ?)", values
                )
                assert cursor.lastrowid is not None
                no = cursor.lastrowid
            else:
                no = int(row[0])
            self._rules[rule] = no
        return no
