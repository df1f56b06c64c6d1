"""The engine's part in a household: signs this computer in and out, hears of what happens there,
and tells front ends. Nothing here is ever waited for by a job.

`agent/account_work.py` does what front ends ask for; `agent/account_report.py` tells the service
how this computer does.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from backupclient.agent.account_report import Reports
from backupclient.clock import Clock
from backupclient.errors import BackupError, Cancelled, InvalidRequest, NotSignedIn, SeatTaken
from backupclient.plan import load_plan, save_plan
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import make_private
from backupclient.wire.entitlement import Trouble
from backupclient.wire.household import AccountState, AccountStatus, SignIn

if TYPE_CHECKING:
    from backupclient.account.client import AccountClient, Known
    from backupclient.account.listener import Listener
    from backupclient.account.membership import Membership
    from backupclient.account.service_source import ServiceSource
    from backupclient.account.wire import DeviceGrant, DeviceToken
    from backupclient.errors import AccountError

_FILE_NAME = "account.json"


class Hears(Protocol):
    """Told of each change, in any thread. Must return at once."""

    def account(self, status: AccountStatus) -> None: ...


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
        self._reports = Reports(self)
        self._lock = threading.RLock()
        # Guarded by _lock:
        self._status = AccountStatus()
        self._hears: list[Hears] = []
        self._source: ServiceSource | None = None
        self._listener: Listener | None = None
        self._cancel: threading.Event | None = None
        self._stopped = False

    # --- as the engine has it ---------------------------------------------------------------------

    def start(self) -> None:
        """Listen from now on, if this computer is signed in. Returns at once."""
        if self._exists:
            threading.Thread(target=self._begin, name="account-begin", daemon=True).start()
        self._reports.start()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            listener, self._listener = self._listener, None
            if self._cancel is not None:
                self._cancel.set()
        self._reports.stop()
        if listener is not None:
            listener.stop()

    def wake(self) -> None:
        """There is a network again, or the computer slept: ask anew."""
        with self._lock:
            listener = self._listener
        if listener is not None:
            listener.wake()
            self._reports.due()

    @property
    def reports(self) -> Reports:
        return self._reports

    @property
    def status(self) -> AccountStatus:
        with self._lock:
            return self._status

    @property
    def source(self) -> ServiceSource | None:
        """Who knows the plan, on a computer that is signed in or has lost its seat."""
        with self._lock:
            return self._source

    def watch(self, hears: Hears) -> None:
        with self._lock:
            self._hears.append(hears)
            status = self._status
        hears.account(status)

    def leave(self, hears: Hears) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._hears.remove(hears)

    def client(self) -> AccountClient:
        """As `membership.client_of`."""
        from backupclient.account.membership import client_of  # noqa: PLC0415 - see the class

        return client_of(self.data)

    def look(self) -> None:
        """Ask the service now, on a computer that is signed in."""
        from backupclient.account.membership import Standing, load_membership  # noqa: PLC0415

        membership = load_membership(self.data)
        if self.status.state is AccountState.SIGNED_OUT:
            self._show(membership)
        if membership.standing is not Standing.SIGNED_IN:
            return
        source = self._make_source()
        try:
            known = self.client().household(source.etag)
        except (NotSignedIn, SeatTaken) as error:
            self.over(error)
        except (BackupError, OSError) as error:
            self._tell(failure=source.failed(error))
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
            self._show(membership)
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
                self._tell(failure=source.failed(error))

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
        self._reports.due()

    def household(self, known: Known) -> None:
        source = self._make_source()
        with contextlib.suppress(OSError):  # it is asked for again at the next start
            source.take(known)
        self._tell(failure=None)
        self.on_plan()
        self._reports.due()

    def reached(self) -> None:
        self._make_source().reached()
        self._tell(failure=None)

    def trouble(self, error: AccountError) -> None:
        self._tell(failure=self._make_source().failed(error))

    def over(self, error: AccountError) -> None:
        from backupclient.account.membership import end_membership  # noqa: PLC0415 - see the class

        membership = end_membership(self.data, error)
        with self._lock:
            self._listener = None
        source = self._make_source()
        trouble = source.failed(error)
        self._show(membership, failure=trouble)
        self.on_plan()

    # --- signing in and out -----------------------------------------------------------------------

    def sign_in(self, request: SignIn) -> AccountStatus:
        """Begin. What becomes of it is told to who watches."""
        from backupclient.account.client import AccountClient  # noqa: PLC0415 - see the class
        from backupclient.account.membership import (  # noqa: PLC0415
            load_membership,
            save_membership,
        )
        from backupclient.account.sign_in import system_name  # noqa: PLC0415

        membership = load_membership(self.data)
        address = request.address or membership.address
        if not address:
            raise InvalidRequest(reason="account-address")
        ca_file = request.ca_file or membership.ca_file
        client = AccountClient(address, ca_file=ca_file)
        name = request.name or membership.name or self._reports.computer_name()
        grant = client.begin_sign_in(
            name=name, system=system_name(), device_uuid=membership.device_uuid
        )
        membership = msgspec.structs.replace(
            membership, address=client.address, name=name, ca_file=ca_file
        )
        make_private(self.data)
        save_membership(self.data, membership)
        cancel = threading.Event()
        with self._lock:
            if self._cancel is not None:
                self._cancel.set()
            self._cancel = cancel
        self._set(
            AccountStatus(
                state=AccountState.SIGNING_IN,
                address=client.address,
                name=name,
                user_code=grant.user_code,
                verification_uri=grant.verification_uri,
                verification_uri_complete=grant.verification_uri_complete,
                code_expires=self.clock.now() + timedelta(seconds=grant.expires_in),
            )
        )
        threading.Thread(
            target=self._await, args=(client, grant, cancel), name="account-sign-in", daemon=True
        ).start()
        return self.status

    def _await(self, client: AccountClient, grant: DeviceGrant, cancel: threading.Event) -> None:
        from backupclient.account.membership import load_membership  # noqa: PLC0415
        from backupclient.account.service_source import trouble_of  # noqa: PLC0415
        from backupclient.account.sign_in import await_approval  # noqa: PLC0415

        try:
            token = await_approval(client, grant, self.clock, cancel)
            self._signed_in(token)
        except Cancelled:
            return
        except (BackupError, OSError) as error:
            with self._lock:
                current = self._cancel is cancel
                self._cancel = None if current else self._cancel
            if current:
                self._show(load_membership(self.data), failure=trouble_of(error))

    def _signed_in(self, token: DeviceToken) -> None:
        from backupclient.account.membership import (  # noqa: PLC0415 - see the class
            Standing,
            forget_answer,
            load_membership,
            save_membership,
        )

        SecretStore(self.data).keep(SecretName.ACCOUNT_TOKEN, token.access_token)
        membership = msgspec.structs.replace(
            load_membership(self.data),
            device_id=token.device_id,
            standing=Standing.SIGNED_IN,
            data_deleted=False,
        )
        save_membership(self.data, membership)
        forget_answer(self.data)
        with self._lock:
            self._cancel = None
            self._source = None
        client = self.client()
        try:  # who hears of it finds the plan with the keys that hold
            if membership.location:
                self._renew_keys(client, membership.location)
        finally:
            self._show(membership)
            self._listen(client, self._make_source())

    def _renew_keys(self, client: AccountClient, location: str) -> None:
        """The backup goes on where it stopped: the keys that it had ended with the seat."""
        plan = load_plan(self.data)
        if plan is None or plan.storage.location != location:
            return
        keys = client.storage_keys()
        if keys.location != location:  # of another household, which is somebody's decision
            return
        SecretStore(self.data).keep(SecretName.SECRET_KEY, keys.secret_key)
        storage = msgspec.structs.replace(plan.storage, access_key=keys.access_key)
        save_plan(self.data, msgspec.structs.replace(plan, storage=storage))
        self.on_keys()

    def sign_out(self) -> AccountStatus:
        """Here at once, and at the service if it answers: its page releases the seat, too."""
        from backupclient.account.membership import (  # noqa: PLC0415 - see the class
            Standing,
            load_membership,
            save_membership,
        )

        membership = load_membership(self.data)
        with self._lock:
            cancel, self._cancel = self._cancel, None
            listener, self._listener = self._listener, None
        if cancel is not None:
            cancel.set()
            self._show(membership)
            return self.status
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
        self._show(membership, failure=failure)
        return self.status

    def _revoke(self) -> Trouble | None:
        from backupclient.account.service_source import trouble_of  # noqa: PLC0415

        try:
            self.client().revoke()
        except (BackupError, OSError) as error:
            return trouble_of(error)
        return None

    # --- telling ----------------------------------------------------------------------------------

    def show_membership(self, membership: Membership) -> None:
        """It was changed and kept."""
        self._show(membership)

    def _show(self, membership: Membership, failure: Trouble | None = None) -> None:
        self._set(
            AccountStatus(
                state=AccountState(membership.standing.value),
                address=membership.address,
                name=membership.name,
                device_id=membership.device_id,
                location=membership.location,
                failure=failure,
            )
        )

    def _tell(self, *, failure: Trouble | None) -> None:
        self._set(msgspec.structs.replace(self.status, failure=failure))

    def _set(self, status: AccountStatus) -> None:
        with self._lock:
            if status == self._status:
                return
            self._status = status
            hears = tuple(self._hears)
        for one in hears:
            one.account(status)


def _nothing() -> None:
    pass
