"""The part of the protocol for looking into backups: requests and replies. See `protocol`."""

from __future__ import annotations

from backupclient.events import RestoreSummary
from backupclient.requests import Place, RestoreRequest
from backupclient.wire.answers import SearchResult, SnapshotFacts, StoredFolder, VersionHistory
from backupclient.wire.envelope import Reply, Request


class ListSnapshots(Request, frozen=True, kw_only=True, tag="list-snapshots"):
    place: Place


class BrowseFolder(Request, frozen=True, kw_only=True, tag="browse-folder"):
    """An absolute path, "/" for the top; `begin` is the `next` of the part before."""

    place: Place
    snapshot: str
    path: bytes
    begin: int = 0
    limit: int = 1000


class ListVersions(Request, frozen=True, kw_only=True, tag="list-versions"):
    """On one computer, or on any."""

    place: Place
    path: bytes
    computer: str = ""


class SearchBackups(Request, frozen=True, kw_only=True, tag="search-backups"):
    """Answered within a second or two with what was found from number `begin` on: ask again with
    what is known by then, until it is done. 0 begins anew."""

    place: Place
    text: str
    begin: int = 0


class MeasureStored(Request, frozen=True, kw_only=True, tag="measure-stored"):
    place: Place
    snapshot: str
    path: bytes


class RestoreCopy(Request, frozen=True, kw_only=True, tag="restore-copy"):
    place: Place
    request: RestoreRequest


AnyLook = ListSnapshots | BrowseFolder | ListVersions | SearchBackups | MeasureStored | RestoreCopy


class Snapshots(Reply, frozen=True, kw_only=True, tag="snapshots"):
    """Newest first."""

    snapshots: tuple[SnapshotFacts, ...]


class Folder(Reply, frozen=True, kw_only=True, tag="folder"):
    folder: StoredFolder


class Versions(Reply, frozen=True, kw_only=True, tag="versions"):
    history: VersionHistory


class SearchFound(Reply, frozen=True, kw_only=True, tag="search-found"):
    result: SearchResult


class CopyRestored(Reply, frozen=True, kw_only=True, tag="copy-restored"):
    summary: RestoreSummary
