"""How a connection begins, and what is answered to what cannot be done: all that a client needs
besides its own question. See `protocol`."""

from __future__ import annotations

from backupclient.wire.envelope import Reply, Request
from backupclient.wire.failure import Failure

VERSION = 1
MAX_LINE = 8 << 20
"""Bytes. A longer line is refused."""


class Hello(Request, frozen=True, kw_only=True, tag="hello"):
    version: int = VERSION


class Welcome(Reply, frozen=True, kw_only=True, tag="welcome"):
    """`lasting` engines go on when there is nothing to do; others are a command's."""

    version: int
    program: str
    pid: int
    lasting: bool


class Refusal(Reply, frozen=True, kw_only=True, tag="refusal"):
    failure: Failure
