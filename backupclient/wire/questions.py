"""The part of the protocol for looking through what this computer knows. See `protocol`."""

from __future__ import annotations

from backupclient.wire.answers import FilePage, FileState, PathPage, PlaceStatus
from backupclient.wire.envelope import Reply, Request


class ListFiles(Request, frozen=True, kw_only=True, tag="list-files"):
    """At or below an absolute path; `after` is the `next` of the page before."""

    location: str
    path: bytes
    states: tuple[FileState, ...]
    after: bytes = b""
    limit: int = 1000


class ListFolder(Request, frozen=True, kw_only=True, tag="list-folder"):
    """What lies in it, folders first, then by name; `after` is the `next` of the page before. With
    `states` only that, and folders with something of that in them. An empty `path`: the folders
    that are backed up."""

    location: str
    path: bytes = b""
    states: tuple[FileState, ...] = ()
    after: bytes = b""
    limit: int = 200


class SearchFiles(Request, frozen=True, kw_only=True, tag="search-files"):
    """Files and folders whose own name has `text` in it, in whatever case. Answered in a quarter
    of a second with what was found so far: ask again with `after` until `next` is empty."""

    location: str
    text: str
    states: tuple[FileState, ...] = ()
    after: bytes = b""
    limit: int = 200


class Paths(Reply, frozen=True, kw_only=True, tag="paths"):
    page: PathPage


class Files(Reply, frozen=True, kw_only=True, tag="files"):
    page: FilePage


class AskStatus(Request, frozen=True, kw_only=True, tag="status"):
    """Of one place, or of all that this computer knows; each of the absolute `paths`, or without
    any all that is backed up. Files that are named are looked at now."""

    location: str = ""
    paths: tuple[bytes, ...] = ()


class Status(Reply, frozen=True, kw_only=True, tag="status"):
    """By location; none of a place that this computer does not know."""

    places: tuple[PlaceStatus, ...]


AnyQuestion = AskStatus | ListFiles | ListFolder | SearchFiles
