"""What an agent reads first of a report. It comes from somebody else: nothing in it is believed but
its form, and no more of it is unpacked than a report can have."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import datetime

import msgspec

_NAME = "bundle.json"
_MOST_BYTES = 16 << 20


class Program(msgspec.Struct, frozen=True):
    version: str = ""
    system: str = ""


class Trouble(msgspec.Struct, frozen=True):
    code: str


class Finding(msgspec.Struct, frozen=True):
    """`over`: it may have passed."""

    trouble: Trouble
    since: datetime | None = None
    count: int = 0
    over: bool = False


class Summary(msgspec.Struct, frozen=True):
    """The part of `bundle.json` that says what is wrong, worst first."""

    made: datetime
    state: str
    program: Program
    findings: tuple[Finding, ...] = ()


def summary(content: bytes) -> Summary | None:
    """None if it cannot be read."""
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as archive,
            archive.open(_NAME) as member,
        ):
            document = member.read(_MOST_BYTES + 1)
        if len(document) > _MOST_BYTES:
            return None
        return msgspec.json.decode(document, type=Summary)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ):
        return None
