"""The engine's part in a household: signs this computer in and out, hears of what happens there,
and tells front ends. Nothing here is ever waited for by a job.

`agent/account_work.py` does what front ends ask for; `agent/account_sign_in.py` gets a computer in,
`agent/account_report.py` tells the service how it does, `agent/account_news.py` tells front ends.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backupclient.agent.account_news import AccountNews
from backupclient.agent.account_report import Reports
from backupclient.agent.account_sign_in import SigningIn, renew_keys
from backupclient.clock import Clock
from backupclient.errors import BackupError, NotSignedIn, SeatTaken
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.entitlement import Trouble
from backupclient.wire.household import AccountState, AccountStatus, SignIn

if TYPE_CHECKING:
    from backupclient.account.client import AccountClient, Known
    from backupclient.account.listener import Listener
    from backupclient.account.membership import Membership
    from backupclient.account.service_source import ServiceSource
    from backupclient.errors import AccountError

_FILE_NAME = "account.json"


class AccountAtWork:
    """Of one engine. Any thread. What needs the network is loaded by computers that have an account
    alone."""

    def __init__(self, data: Path, clock: Clock) -> None:
        self.data = data
        self.clock = clock
        self.on_plan: Callable[[], None] = _nothing
        """Called whenever the service has said something of the plan. Must return at once."""
        self.ticket: Callable[[], None] = _nothing
        """Called by the thread that listens when a ticket may have news; it may ask for them."""
        self.on_keys: Callable[[], None] = _nothing
        """Called when the backup by the plan has other keys to its storage. The same."""
        self.news = AccountNews()
        self.reports = Reports(self)
        self._signing_in = SigningIn(data, clock, self.news, self._signed_in)
        self._lock = threading.RLock()
        # Guarded by _lock:
        self._source: ServiceSource | None = None
        self._listener: Listener | None = None
        self._stopped = False

    # --- as the engine has it ---------------------------------------------------------------------

    def start(self) -> None:
        """Listen from now on, if this computer is signed in. Returns at once."""
        if self._exists:
            threading.Thread(target=self._begin, name="account-begin", daemon=True).start()
        self.reports.start()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
        listener = self._take_listener()
        self._signing_in.cancel()
        self.reports.stop()
        if listener is not None:
            listener.stop()

    def wake(self) -> None:
        """There is a network again, or the computer slept: ask anew."""
        with self._lock:
            listener = self._listener
        if listener is not None:
            listener.wake()
            self.reports.due()

    @property
    def status(self) -> AccountStatus:
        return self.news.status

    @property
    def source(self) -> ServiceSource | None:
        """Who knows the plan, on a computer that is signed in or has lost its seat."""
        with self._lock:
            return self._source

    def client(self) -> AccountClient:
        """As `membership.client_of`."""
        from backupclient.account.membership import client_of  # noqa: PLC0415 - see the class

        return client_of(self.data)

    def look(self) -> None:
        """Ask the service now, on a computer that is signed in."""
        from backupclient.account.membership import Standing, load_membership  # noqa: PLC0415

        membership = load_membership(self.data)
        if self.status.state is AccountState.SIGNED_OUT:
            self.news.show(membership)
        if membership.standing is not Standing.SIGNED_IN:
            return
        source = self._make_source()
        try:
            known = self.client().household(source.etag)
        except (NotSignedIn, SeatTaken) as error:
            self.over(error)
        except (BackupError, OSError) as error:
            self.news.tell_failure(source.failed(error))
        else:
            self.reached() if known is None else self.household(known)

    # --- listening --------------------------------------------------------------------------------

    @property
    def _exists(self) -> bool:
        return (self.data / _FILE_NAME).exists()

    def load(self) -> None:
        """Look up what was known last; nobody is asked."""
        from backupclient.account.membership import Standing, load_membership  # noqa: PLC0415

        if self._exists:
            membership = load_membership(self.data)
            self.news.show(membership)
            if membership.standing is not Standing.SIGNED_OUT:
                self._make_source()

    def _begin(self) -> None:
        self.load()
        source = self.source
        if source is not None:
            self.on_plan()
        if source is not None and self.status.state is AccountState.SIGNED_IN:
            try:
                self._listen(self.client(), source)
            except (BackupError, OSError) as error:
                self.news.tell_failure(source.failed(error))

    def _make_source(self) -> ServiceSource:
        from backupclient.account.service_source import ServiceSource  # noqa: PLC0415

        with self._lock:
            if self._source is None:
                self._source = ServiceSource(self.data, self.clock, self.client)
            return self._source

    def _listen(self, client: AccountClient, source: ServiceSource) -> None:
        from backupclient.account.listener import Listener  # noqa: PLC0415 - see the class

        with self._lock:
            if self._stopped:
                return
            before = self._listener
            listener = self._listener = Listener(client, self.clock, self, source.etag)
        if before is not None:
            before.stop()
        listener.start()
        self.reports.due()

    def household(self, known: Known) -> None:
        source = self._make_source()
        with contextlib.suppress(OSError):  # it is asked for again at the next start
            source.take(known)
        self.news.tell_failure(None)
        self.on_plan()
        self.reports.due()

    def reached(self) -> None:
        self._make_source().reached()
        self.news.tell_failure(None)

    def trouble(self, error: AccountError) -> None:
        self.news.tell_failure(self._make_source().failed(error))

    def over(self, error: AccountError) -> None:
        from backupclient.account.membership import end_membership  # noqa: PLC0415 - see the class

        membership = end_membership(self.data, error)
        with self._lock:
            self._listener = None
        source = self._make_source()
        trouble = source.failed(error)
        self.news.show(membership, failure=trouble)
        self.on_plan()

    # --- signing in and out -----------------------------------------------------------------------

    def sign_in(self, request: SignIn) -> AccountStatus:
        """Begin. What becomes of it is told to who watches."""
        self._signing_in.begin(request, self.reports.computer_name())
        return self.status

    def _signed_in(self, membership: Membership) -> None:
        with self._lock:
            self._source = None
        client = self.client()
        try:  # who hears of it finds the plan with the keys that hold
            if membership.location and renew_keys(self.data, client, membership.location):
                self.on_keys()
        finally:
            self.news.show(membership)
            self._listen(client, self._make_source())

    def sign_out(self) -> AccountStatus:
        """Here at once, and at the service if it answers: its page releases the seat, too."""
        from backupclient.account.membership import (  # noqa: PLC0415 - see the class
            Standing,
            load_membership,
            save_membership,
        )

        membership = load_membership(self.data)
        if self._signing_in.cancel():
            self.news.show(membership)
            return self.status
        listener = self._take_listener()
        failure: Trouble | None = None
        if membership.standing is Standing.SIGNED_IN:
            failure = self._revoke()
        if listener is not None:
            listener.stop()
        SecretStore(self.data).forget(SecretName.ACCOUNT_TOKEN)
        membership = msgspec.structs.replace(membership, standing=Standing.SIGNED_OUT)
        save_membership(self.data, membership)
        with self._lock:
            self._source = None
        self.news.show(membership, failure=failure)
        return self.status

    def _revoke(self) -> Trouble | None:
        from backupclient.account.service_source import trouble_of  # noqa: PLC0415

        try:
            self.client().revoke()
        except (BackupError, OSError) as error:
            return trouble_of(error)
        return None

    def _take_listener(self) -> Listener | None:
        with self._lock:
            listener, self._listener = self._listener, None
        return listener


def _nothing() -> None:
    pass
