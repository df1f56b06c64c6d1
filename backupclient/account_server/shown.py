"""What a household's computers are shown, looked at once for all who ask at the same time.

Five hundred computers that hear of a change ask within the same second. Each is answered by a look
that began after it asked; those who ask while one is under way share the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from backupclient.account_server.models import HouseholdAnswer


class Shown(NamedTuple):
    """One look at a household."""

    answer: HouseholdAnswer
    """As nobody in particular sees it."""
    etag: str
    body: bytes
    """The same as JSON."""
    tickets: str
    """Changes with the household's tickets and their places in the line."""

    def body_for(self, device_id: str) -> bytes:
        """As that computer sees it."""
        for one in self.answer.devices:
            if one.device_id == device_id:
                mine = one.model_copy(update={"this": True}).model_dump_json().encode()
                return self.body.replace(one.model_dump_json().encode(), mine, 1)
        return self.body


class _Look:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.found: Shown | None = None
        self.error: Exception | None = None


class _Household:
    """Who looks at it, and who will."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.next: _Look | None = None
        self.asking = 0


class Looks:
    """Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._households: dict[str, _Household] = {}

    def share(self, household_id: str, look: Callable[[], Shown | None]) -> Shown | None:
        """What `look` finds, begun after this was called; maybe by another thread, and then its
        exception, too, is that one's."""
        with self._lock:
            household = self._households.setdefault(household_id, _Household())
            household.asking += 1
            mine = household.next is None
            shared = household.next = household.next or _Look()
        try:
            if mine:
                self._look(household, shared, look)
            shared.done.wait()
        finally:
            with self._lock:
                household.asking -= 1
                if not household.asking:
                    self._households.pop(household_id, None)
        if shared.error is not None:
            raise shared.error
        return shared.found

    def asking(self) -> int:
        """How many wait for an answer."""
        with self._lock:
            return sum(one.asking for one in self._households.values())

    def _look(self, household: _Household, shared: _Look, look: Callable[[], Shown | None]) -> None:
        with household.turn:
            with self._lock:
                household.next = None  # who asks from now on wants a newer one
            try:
                shared.found = look()
            except Exception as error:  # noqa: BLE001 - raised in each who shares it
                shared.error = error
            finally:
                shared.done.set()
