"""Ideas of those who use it, and the picture that may go with one."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Service
from backupclient.account_server.signed_in import SignedInDevice
from backupclient.account_server.ticket_tables import Idea
from backupclient.account_server.tickets import ASKING, MOST_PICTURE

MOST_PIXELS = 32_000_000
PAGE = 25

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class ShownIdea(NamedTuple):
    no: int
    created: datetime
    words: str
    has_picture: bool


class Ideas:
    """Any thread; each call is a transaction of its own."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._database = service.database

    def keep(self, device: SignedInDevice, words: str, picture: bytes | None) -> None:
        """`Problem` TOO_LARGE or INVALID for what is no picture that a window can have."""
        self._service.limits.take("ticket", device.household_id, ASKING)
        if picture is not None and len(picture) > MOST_PICTURE:
            raise Problem(Code.TOO_LARGE)
        if picture is not None and not is_png(picture):
            raise Problem(Code.INVALID)
        with self._database.writing() as session:
            session.add(
                Idea(
                    household_id=device.household_id,
                    device_id=device.device_id,
                    created=self._service.clock.now(),
                    words=words,
                    picture=picture,
                )
            )

    def newest(self, before: int = 0) -> Sequence[ShownIdea]:
        """A page of them, newest first; those before the one of that number, if one is given."""
        has_picture = Idea.picture.is_not(None)
        query = sa.select(Idea.no, Idea.created, Idea.words, has_picture).order_by(Idea.no.desc())
        if before:
            query = query.where(Idea.no < before)
        with self._database.reading() as session:
            return [ShownIdea(*row) for row in session.execute(query.limit(PAGE))]

    def picture(self, no: int) -> bytes:
        """A PNG. `Problem` NOT_FOUND."""
        with self._database.reading() as session:
            found = session.scalar(sa.select(Idea.picture).where(Idea.no == no))
        if found is None:
            raise Problem(Code.NOT_FOUND)
        return found


def is_png(content: bytes) -> bool:
    """Whether it is a PNG from its first chunk to its last, and nothing behind it, of at most
    `MOST_PIXELS`. What its pixels are is not looked at."""
    if not content.startswith(_SIGNATURE):
        return False
    place, first = len(_SIGNATURE), True
    while place + 12 <= len(content):
        size = int.from_bytes(content[place : place + 4])
        end = place + 12 + size
        chunk = content[place + 4 : end - 4]
        if end > len(content) or zlib.crc32(chunk) != int.from_bytes(content[end - 4 : end]):
            return False
        kind = chunk[:4]
        if first and not (kind == b"IHDR" and size == 13 and _fits(chunk[4:12])):
            return False
        if kind == b"IEND":
            return end == len(content)
        place, first = end, False
    return False


def _fits(sizes: bytes) -> bool:
    width, height = int.from_bytes(sizes[:4]), int.from_bytes(sizes[4:])
    return 0 < width * height <= MOST_PIXELS
