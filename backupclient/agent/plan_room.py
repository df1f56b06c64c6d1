"""How much an account's plan still lets be stored, counted while it is being used.

What is used the service knows late: the storage counts for some seconds, the service looks once a
minute. What this engine has sent since counts, too, so that a backup stops at the limit and not
wherever the storage notices. Other computers' part comes with the service's next answer. Where that
cannot be had, nobody is held up here: the storage itself has the last word.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from backupclient.agent.account import AccountAtWork
from backupclient.clock import Clock
from backupclient.errors import StorageFull
from backupclient.storage.capped import Allowance
from backupclient.wire.entitlement import Entitlement

_COUNTED_LATE = 6.0
"""Seconds. What was stored so shortly before the storage was asked how much it holds may be missing
in its answer."""
_ONE_PACK = 32 << 20
_NEARLY = 50
"""So small a part of the limit, or a pack, others may have used up since the service looked."""


class _Sent(NamedTuple):
    at: float
    size: int


class PlanRoom:
    """Of one engine. Any thread."""

    def __init__(self, account: AccountAtWork, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._begun = clock.now()
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._measured: tuple[datetime | None, int] | None = None
        self._sent: deque[_Sent] = deque()
        """What the answer does not know of yet."""
        self._under_way = 0

    def at(self, location: str) -> Allowance:
        """For a job that stores there. What does not belong to the account has no limit by it."""
        return _At(self, location)

    def is_for(self, location: str) -> bool:
        return self._account.status.location == location

    def known(self, location: str) -> Entitlement | None:
        """The plan, if it is that of the location, its limit and use are known, and the service
        said so since this engine began."""
        source = self._account.source
        if source is None or not self.is_for(location):
            return None
        plan = source.current()
        if plan.trouble is not None or plan.as_of < self._begun:
            return None
        return plan if plan.limit is not None and plan.used is not None else None

    def used(self, plan: Entitlement) -> int:
        """What is stored as far as can be known."""
        with self._lock:
            return self._used(plan)

    def _used(self, plan: Entitlement) -> int:
        used = plan.used or 0
        if (plan.measured_at, used) != self._measured:
            self._measured = plan.measured_at, used
            known_of = self._clock.monotonic() - _COUNTED_LATE
            while self._sent and self._sent[0].at < known_of:
                self._sent.popleft()
        return used + self._under_way + sum(sent.size for sent in self._sent)

    @contextlib.contextmanager
    def spend(self, plan: Entitlement | None, key: str, size: int) -> Iterator[None]:
        with self._lock:
            if plan is not None and plan.limit is not None:
                used = self._used(plan)
                if used + size > plan.limit:
                    raise StorageFull(
                        key=key, limit_bytes=plan.limit, used_bytes=used, needed_bytes=size
                    )
            self._under_way += size
        stored = False
        try:
            yield
            stored = True
        finally:
            with self._lock:
                self._under_way -= size
                if stored:
                    self._sent.append(_Sent(self._clock.monotonic(), size))


class _At(NamedTuple):
    """An `Allowance`."""

    room: PlanRoom
    location: str

    def left(self) -> int | None:
        plan = self.room.known(self.location)
        if plan is None or plan.limit is None:
            return None
        return max(0, plan.limit - self.room.used(plan))

    def is_nearly_used(self) -> bool:
        plan, left = self.room.known(self.location), self.left()
        if plan is None or plan.limit is None or left is None:
            return False
        return left < max(_ONE_PACK, plan.limit // _NEARLY)

    def spend(self, key: str, size: int) -> contextlib.AbstractContextManager[None]:
        if not self.room.is_for(self.location):
            return contextlib.nullcontext()
        return self.room.spend(self.room.known(self.location), key, size)
