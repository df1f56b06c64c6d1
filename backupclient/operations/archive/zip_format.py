"""The .zip format as PKWARE's APPNOTE.TXT has it: records, packed. Names are UTF-8, modes those of
Unix, times also exact to the second (Info-ZIP's extended timestamp), sizes beyond 4 GiB as ZIP64.
"""

from __future__ import annotations

import stat
import struct
from datetime import datetime
from typing import NamedTuple

STORED, DEFLATED = 0, 8

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_END_64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR = struct.Struct("<IIQI")
_LOCAL_SIGN, _CENTRAL_SIGN, _END_SIGN = 0x04034B50, 0x02014B50, 0x06054B50
_END_64_SIGN, _LOCATOR_SIGN = 0x06064B50, 0x07064B50
_UTF8 = 0x800
_UNIX = 3 << 8
_PLAIN, _ZIP64 = 20, 45
_TIME_TAG, _ZIP64_TAG = 0x5455, 0x0001
_DOS_FOLDER = 0x10
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
LARGE = 0xF0000000
"""From so many plain bytes on, sizes are written as ZIP64: what does not shrink grows a little."""
_FIRST_YEAR, _LAST_YEAR = 1980, 2107


class Entry(NamedTuple):
    """One member. `mode` is stat's, with the type; `modified` in the zone that is written. From
    `large_from` bytes on, sizes are written as ZIP64, as others need it from `LARGE` on."""

    name: bytes
    mode: int
    modified: datetime
    size: int
    method: int = STORED
    large_from: int = LARGE

    @property
    def large(self) -> bool:
        return self.size >= self.large_from


class Written(NamedTuple):
    """What is known of a member once its content is: where its header is, too."""

    offset: int
    checksum: int
    packed: int


def local_header(entry: Entry, checksum: int = 0, packed: int = 0) -> bytes:
    """As long for one content as for another."""
    sizes = (_MOST_32, _MOST_32) if entry.large else (packed, entry.size)
    extra = _time_extra(entry.modified)
    if entry.large:
        extra = struct.pack("<HHQQ", _ZIP64_TAG, 16, entry.size, packed) + extra
    head = _LOCAL.pack(
        _LOCAL_SIGN,
        _ZIP64 if entry.large else _PLAIN,
        _UTF8,
        entry.method,
        *_dos_time(entry.modified),
        checksum,
        *sizes,
        len(entry.name),
        len(extra),
    )
    return head + entry.name + extra


def central_record(entry: Entry, written: Written) -> bytes:
    far = written.offset >= _MOST_32
    wide = [entry.size, written.packed] if entry.large else []
    wide += [written.offset] if far else []
    extra = _time_extra(entry.modified)
    if wide:
        extra = struct.pack(f"<HH{len(wide)}Q", _ZIP64_TAG, 8 * len(wide), *wide) + extra
    sizes = (_MOST_32, _MOST_32) if entry.large else (written.packed, entry.size)
    dos = _DOS_FOLDER if stat.S_ISDIR(entry.mode) else 0
    head = _CENTRAL.pack(
        _CENTRAL_SIGN,
        _UNIX | _ZIP64,
        _ZIP64 if wide else _PLAIN,
        _UTF8,
        entry.method,
        *_dos_time(entry.modified),
        written.checksum,
        *sizes,
        len(entry.name),
        len(extra),
        0,  # comment
        0,  # disk
        0,  # internal attributes
        entry.mode << 16 | dos,
        _MOST_32 if far else written.offset,
    )
    return head + entry.name + extra


def end_records(count: int, offset: int, size: int) -> bytes:
    """The end of an archive whose `count` central records are `size` bytes from `offset` on."""
    records = b""
    if count >= _MOST_16 or offset >= _MOST_32 or size >= _MOST_32:
        records = _END_64.pack(
            _END_64_SIGN, 44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, offset
        )
        records += _LOCATOR.pack(_LOCATOR_SIGN, 0, offset + size, 1)
    short = min(count, _MOST_16)
    sizes = min(size, _MOST_32), min(offset, _MOST_32)
    return records + _END.pack(_END_SIGN, 0, 0, short, short, *sizes, 0)


def _dos_time(moment: datetime) -> tuple[int, int]:
    """Two seconds exact, without a zone; years that it does not know become the nearest."""
    if moment.year < _FIRST_YEAR:
        return 0, 1 << 5 | 1
    year = min(moment.year, _LAST_YEAR) - _FIRST_YEAR
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, year << 9 | moment.month << 5 | moment.day


def _time_extra(moment: datetime) -> bytes:
    """Empty for times that have no 32 bits."""
    seconds = int(moment.timestamp() // 1)
    if not -(1 << 31) <= seconds < 1 << 31:
        return b""
    return struct.pack("<HHBi", _TIME_TAG, 5, 1, seconds)
