"""The .zip of a report."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from backupclient.logs.log import Line
from backupclient.support.diagnostics.bundle import (
    BUNDLE_NAME,
    EVENTS_NAME,
    FILES_NAME,
    REPORT_NAME,
    UnsafeFile,
)
from backupclient.support.diagnostics.gather import Gathered
from backupclient.support.diagnostics.report import report


def save(gathered: Gathered, file: Path) -> None:
    """`file` holds the report, readable by its owner alone, or what it held before. OSError if it
    cannot be written."""
    handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(zipped(gathered))
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def zipped(gathered: Gathered) -> bytes:
    """The report as one .zip, whose members are as old as the report."""
    bundle = gathered.bundle
    made = bundle.made.astimezone().timetuple()[:6]
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            (REPORT_NAME, report(bundle).encode()),
            (BUNDLE_NAME, msgspec.json.format(msgspec.json.encode(bundle), indent=2) + b"\n"),
            (EVENTS_NAME, _lines(gathered.events)),
            (FILES_NAME, _table(gathered.files)),
        ):
            member = zipfile.ZipInfo(name, (made[0], made[1], made[2], made[3], made[4], made[5]))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, content)
    return whole.getvalue()


def _lines(events: Sequence[Line]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in events)


def _table(files: Sequence[UnsafeFile]) -> bytes:
    """With a mark of its encoding, which a spreadsheet needs."""
    text = io.StringIO()
    names = UnsafeFile.__struct_fields__
    writer = csv.writer(text)
    writer.writerow(names)
    for file in files:
        writer.writerow([_cell(getattr(file, name)) for name in names])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: object) -> str:
    """A name that begins like a formula would be one in a spreadsheet."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
