"""The rows of a restore's plan (`scratch`). Imports nothing: worker processes load it."""

from __future__ import annotations

from typing import NamedTuple

HERE = 0
"""The pack number of a part that the target holds already; its offset is then its file's number."""


class FileRow(NamedTuple):
    """One file to be made. `facts` are for whoever restores: this module does not read them."""

    no: int
    folder_no: int
    name: bytes
    size: int
    parts: int
    settled: bool
    origin: bytes | None
    facts: bytes


class PartRow(NamedTuple):
    """One blob's place in a pack and in a file."""

    pack_no: int
    offset: int
    file_no: int
    at: int
    length: int
    raw_length: int
    id: bytes


class FetchRow(NamedTuple):
    """A part to be fetched, with what its file needs."""

    pack_no: int
    offset: int
    length: int
    raw_length: int
    id: bytes
    at: int
    file_no: int
    folder_no: int
    name: bytes
    parts: int
    size: int
    facts: bytes


class FirstRow(NamedTuple):
    """The name under which a file of several names is made."""

    file_no: int
    folder_no: int
    name: bytes


class HeldRow(NamedTuple):
    """A part as its file holds it, or should."""

    file_no: int
    folder_no: int
    name: bytes
    size: int
    at: int
    length: int
    raw_length: int
    id: bytes


class LinkRow(NamedTuple):
    """One more name of a file."""

    folder_no: int
    name: bytes
    file_no: int
    first_folder_no: int
    first_name: bytes


class SpecialRow(NamedTuple):
    folder_no: int
    name: bytes
    facts: bytes
