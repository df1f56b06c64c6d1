"""A report that was saved, read again. It comes from somebody else: nothing in it is believed but
its form, and no more of it is unpacked than a report can have."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import msgspec

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
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            document = _member(archive, BUNDLE_NAME)
            version = msgspec.json.decode(document, type=_Versioned).version
            if version > VERSION:
                raise InvalidRequest(reason="report-version", path=path)
            bundle = msgspec.json.decode(document, type=Bundle)
            names = (REPORT_NAME, EVENTS_NAME, FILES_NAME)
            html, events, files = (_member(archive, name) for name in names)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        msgspec.MsgspecError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise InvalidRequest(str(error), reason="report", path=path) from error
    return Report(bundle, html, events, files, document)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        content = member.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(name)
    return content
