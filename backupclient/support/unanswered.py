"""Questions that the help had no answer to, kept on this computer: for a report to support, and
never sent by themselves."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from backupclient.decoding import from_json

FILE_NAME = "unanswered.jsonl"
MOST = 100
_LONGEST = 200


class Unanswered(msgspec.Struct, frozen=True):
    question: str
    asked: datetime


def remember(data: Path, question: str, now: datetime) -> None:
    """Keep a question in the data folder; the newest hundred are kept, each once. A folder that
    cannot be written to is none to be kept in. Any thread, any process."""
    question = " ".join(question.split())[:_LONGEST]
    if not question:
        return
    kept = [one for one in read(data) if one.question != question]
    kept = [*kept, Unanswered(question, now)][-MOST:]
    text = b"".join(msgspec.json.encode(one) + b"\n" for one in kept)
    temporary = data / f"{FILE_NAME}.{os.getpid()}"
    with contextlib.suppress(OSError):
        temporary.write_bytes(text)
        temporary.replace(data / FILE_NAME)


def read(data: Path) -> tuple[Unanswered, ...]:
    """Oldest first. What is no such line is passed over."""
    try:
        text = (data / FILE_NAME).read_bytes()
    except OSError:
        return ()
    return tuple(_lines(text))


def _lines(text: bytes) -> Iterator[Unanswered]:
    for line in text.splitlines():
        with contextlib.suppress(msgspec.DecodeError):
            yield from_json(line, Unanswered)
