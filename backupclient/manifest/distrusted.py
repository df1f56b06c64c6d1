"""Blobs that the index names and that turned out unreadable: a backup is to send them again."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import ManifestDamaged
from backupclient.manifest.driver_errors import translated
from backupclient.repository.blob import BlobType

_FACT = "distrusted-blobs"


class Distrusted:
    """Kept in the database. Changes belong to the job's thread and to its open transaction; any
    thread may ask."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._ids: frozenset[tuple[BlobType, bytes]] = frozenset()

    def without(self, kind: BlobType, ids: set[bytes]) -> set[bytes]:
        """Those of `ids` that are trusted."""
        if not self._ids:
            return ids
        return {one for one in ids if (kind, one) not in self._ids}

    def add(self, kind: BlobType, ids: Iterable[bytes]) -> None:
        self._keep(self._ids | {(kind, one) for one in ids})

    def sent_again(self, kind: BlobType, ids: Collection[bytes]) -> None:
        if self._ids:
            left = self._ids - {(kind, one) for one in ids}
            if left != self._ids:
                self._keep(left)

    def load(self) -> None:
        """Before anybody asks."""
        with translated(self._path):
            row = self._connection.execute(
                "SELECT value FROM meta WHERE key = ?", (_FACT,)
            ).fetchone()
        try:
            names = from_json(row[0], list[tuple[BlobType, str]]) if row else []
            self._ids = frozenset((kind, bytes.fromhex(name)) for kind, name in names)
        except (msgspec.MsgspecError, ValueError, TypeError) as error:
            raise ManifestDamaged(f"{_FACT}: {error}", path=str(self._path)) from error

    def _keep(self, ids: frozenset[tuple[BlobType, bytes]]) -> None:
        self._ids = ids
        text = msgspec.json.encode(sorted((kind.value, one.hex()) for kind, one in ids)).decode()
        with translated(self._path):
            self._connection.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = ?2",
                (_FACT, text),
            )
