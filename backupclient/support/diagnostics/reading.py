"""A report that was saved, read again. It comes from somebody else: nothing in it is believed but
its form, and no more of it is unpacked than a report can have."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import InvalidRequest
from backupclient.support.diagnostics.bundle import (
    BUNDLE_NAME,
    EVENTS_NAME,
    FILES_NAME,
    REPORT_NAME,
    VERSION,
    Bundle,
)

MOST_BYTES = 64 << 20
"""Of one member, unpacked."""
MOST_MEMBERS = 16
_MOST_DIRECTORY = 4096
_MEMBER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

# The record at the end of a .zip (APPNOTE.TXT, 4.3.16), and that of a larger one before it.
_END = struct.Struct("<4sHHHHIIH")
_END_SIGNATURE = b"PK\x05\x06"
_LARGE = struct.Struct("<4sIQI")
_LARGE_SIGNATURE = b"PK\x06\x07"


class Report(NamedTuple):
    """`report`, `events` and `files` are the other members, as they are in the .zip."""

    bundle: Bundle
    report: bytes
    events: bytes
    files: bytes
    document: bytes
    """`bundle.json` itself."""


class _Versioned(msgspec.Struct, frozen=True):
    version: int


def read_report(source: Path | bytes) -> Report:
    """`InvalidRequest`: reason unreadable-file if there is none (fact `path`), report if it is no
    report, report-version if a newer program made it."""
    path = str(source) if isinstance(source, Path) else ""
    try:
        content = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise InvalidRequest(error.strerror or "", reason="unreadable-file", path=path) from error
    document, html, events, files = read_members(
        content, (BUNDLE_NAME, REPORT_NAME, EVENTS_NAME, FILES_NAME), path=path
    )
    return Report(decoded(document, path), html, events, files, document)


def decoded(document: bytes, path: str = "") -> Bundle:
    """What `bundle.json` says. `InvalidRequest` as `read_report`."""
    try:
        version = from_json(document, _Versioned).version
        if version > VERSION:
            raise InvalidRequest(reason="report-version", path=path)
        return from_json(document, Bundle)
    except (msgspec.MsgspecError, ValueError) as error:
        raise InvalidRequest(str(error), reason="report", path=path) from error


def read_members(
    content: bytes, names: tuple[str, ...], most: int = MOST_BYTES, path: str = ""
) -> tuple[bytes, ...]:
    """Members of a report, of at most `most` bytes each. `InvalidRequest` (reason report) if one
    is not there, is larger, or this is no archive as a report is one."""
    try:
        with _archive(content) as archive:
            return tuple(_member(archive, name, most) for name in names)
    except _WRONG as error:
        raise InvalidRequest(str(error), reason="report", path=path) from error


def looks_like_report(content: bytes) -> bool:
    """Whether it is an archive with a few plainly named members of a size that a report may have,
    `bundle.json` among them. What it says is not looked at."""
    try:
        with _archive(content) as archive:
            members = archive.infolist()
    except _WRONG:
        return False
    names = {member.filename for member in members}
    return (
        BUNDLE_NAME in names
        and len(names) == len(members)
        and all(_MEMBER.fullmatch(name) for name in names)
        and all(member.file_size <= MOST_BYTES for member in members)
    )


_WRONG = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)


def _archive(content: bytes) -> zipfile.ZipFile:
    """ValueError for a directory that is long: it would be read whole."""
    end = content[-_END.size :]
    if len(end) != _END.size or content[-_END.size - _LARGE.size :].startswith(_LARGE_SIGNATURE):
        raise ValueError("end")
    signature, _, _, _, members, size, _, comment = _END.unpack(end)
    if signature != _END_SIGNATURE or comment:
        raise ValueError("end")
    if members > MOST_MEMBERS or size > _MOST_DIRECTORY:
        raise ValueError("directory")
    return zipfile.ZipFile(io.BytesIO(content))


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        content = member.read(most + 1)
    if len(content) > most:
        raise ValueError(name)
    return content
