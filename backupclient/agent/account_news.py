"""How this computer stands with the account service, and who is told of it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Protocol

import msgspec

from backupclient.wire.entitlement import Trouble
from backupclient.wire.household import AccountState, AccountStatus

if TYPE_CHECKING:
    from backupclient.account.membership import Membership


class Hears(Protocol):
    """Told of each change, in any thread. Must return at once."""

    def account(self, status: AccountStatus) -> None: ...


class AccountNews:
    """Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._status = AccountStatus()
        self._hears: list[Hears] = []

    @property
    def status(self) -> AccountStatus:
        with self._lock:
            return self._status

    def watch(self, hears: Hears) -> None:
        with self._lock:
            self._hears.append(hears)
            status = self._status
        hears.account(status)

    def leave(self, hears: Hears) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._hears.remove(hears)

    def show(self, membership: Membership, failure: Trouble | None = None) -> None:
        """It was changed and kept."""
        self.tell(
            AccountStatus(
                state=AccountState(membership.standing.value),
                address=membership.address,
                name=membership.name,
                device_id=membership.device_id,
                location=membership.location,
                failure=failure,
            )
        )

    def tell_failure(self, failure: Trouble | None) -> None:
        """The service was asked again, and this is what came of it."""
        self.tell(msgspec.structs.replace(self.status, failure=failure))

    def tell(self, status: AccountStatus) -> None:
        with self._lock:
            if status == self._status:
                return
            self._status = status
            hears = tuple(self._hears)
        for one in hears:
            one.account(status)
