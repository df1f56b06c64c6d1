"""A certificate that is not valid now, and a clock that is wrong, look the same from here: what
time it is where the storage is tells them apart."""

from __future__ import annotations

import ssl
from contextlib import closing
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from backupclient.clock import Clock
from backupclient.errors import ClockSkewed, StorageError, StorageIdentityUnproven

_SKEW_ALLOWED = 15 * 60  # as the signatures' of S3
_LONGEST_WAIT = 5.0
_AHEAD, _BEHIND = "expired", "not-yet-valid"


def told_apart(error: StorageError, endpoint: str, timeout: float, clock: Clock) -> StorageError:
    """`error`, or what it is when looked at closely: `ClockSkewed` where this computer's clock
    makes a certificate look invalid, reason "run-out" where the clocks agree. Blocks for seconds.

    The time is asked of whoever answers, unproven: it decides about words and another try, and
    nothing is sent but the question."""
    if not isinstance(error, StorageIdentityUnproven):
        return error
    reason = error.facts.get("reason")
    theirs = _time_at(endpoint, timeout) if reason in (_AHEAD, _BEHIND) else None
    if theirs is None:
        return error
    ours = round((clock.now() - theirs).total_seconds())
    if abs(ours) <= _SKEW_ALLOWED and reason == _AHEAD:
        error.facts["reason"] = "run-out"
    elif ours > _SKEW_ALLOWED and reason == _AHEAD:
        return ClockSkewed(error.raw, **{**error.facts, "skew_seconds": ours, "side": "ahead"})
    elif ours < -_SKEW_ALLOWED and reason == _BEHIND:
        return ClockSkewed(error.raw, **{**error.facts, "skew_seconds": ours, "side": "behind"})
    return error


def _time_at(endpoint: str, timeout: float) -> datetime | None:
    place = urlsplit(endpoint)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    wait = min(timeout, _LONGEST_WAIT)
    line = HTTPSConnection(place.hostname or "", place.port, timeout=wait, context=context)
    with closing(line):
        try:
            line.request("HEAD", "/")
            theirs = parsedate_to_datetime(line.getresponse().getheader("Date") or "")
        except (OSError, HTTPException, ValueError):
            return None
    return theirs if theirs.tzinfo else None
