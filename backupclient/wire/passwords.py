"""The part of the protocol about what opens a place: its passwords, the recovery key among them.
See `protocol`.

A password is changed in steps, so that at every moment one opens the place that somebody knows:
the new one is added, kept, and only then the old one removed.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from backupclient.requests import Place
from backupclient.wire.envelope import Reply, Request


class KeyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One password, without itself. `computer` and `user` are who made it, as they were called
    then; `current` is the one that the place was opened by for this answer."""

    name: str
    created: datetime
    computer: str = ""
    user: str = ""
    recovery: bool = False
    """It was made for a recovery sheet."""
    current: bool = False


class ListKeys(Request, frozen=True, kw_only=True, tag="list-keys"):
    place: Place


class AddKey(Request, frozen=True, kw_only=True, tag="add-key"):
    """Other programs at work in the place are not in its way."""

    place: Place
    password: str
    recovery: bool = False


class RemoveKey(Request, frozen=True, kw_only=True, tag="remove-key"):
    """By its name. Never the one that opens the place for this request; and only while nobody else
    is at work there, since two could otherwise remove each other's."""

    place: Place
    key: str


AnyKeyRequest = ListKeys | AddKey | RemoveKey


class KeyList(Reply, frozen=True, kw_only=True, tag="keys"):
    """Those there are now, oldest first."""

    keys: tuple[KeyFacts, ...]
