"""Signing this computer in: a code is shown, somebody approves it on a page, and the service is
asked until then. What is needed for it is loaded by computers that get an account alone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backupclient.agent.account_news import AccountNews
from backupclient.clock import Clock
from backupclient.errors import BackupError, Cancelled, InvalidRequest
from backupclient.plan import load_plan, save_plan
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import make_private
from backupclient.wire.household import AccountState, AccountStatus, SignIn

if TYPE_CHECKING:
    from backupclient.account.client import AccountClient
    from backupclient.account.membership import Membership
    from backupclient.account.wire import DeviceGrant, DeviceToken


class SigningIn:
    """At most one at a time: the last that was begun. Any thread."""

    def __init__(
        self, data: Path, clock: Clock, news: AccountNews, then: Callable[[Membership], None]
    ) -> None:
        """`then` is called in a thread of its own once the computer is signed in, which is kept by
        then. It may raise what `AccountClient` raises."""
        self._data = data
        self._clock = clock
        self._news = news
        self._then = then
        self._lock = threading.Lock()
        self._cancel: threading.Event | None = None  # guarded by _lock

    def begin(self, request: SignIn, computer_name: str) -> None:
        """Show the code. What becomes of it is told to who watches."""
        from backupclient.account.client import AccountClient  # noqa: PLC0415 - see above
        from backupclient.account.membership import (  # noqa: PLC0415
            load_membership,
            save_membership,
        )
        from backupclient.account.sign_in import system_name  # noqa: PLC0415

        membership = load_membership(self._data)
        address = request.address or membership.address
        if not address:
            raise InvalidRequest(reason="account-address")
        ca_file = request.ca_file or membership.ca_file
        client = AccountClient(address, ca_file=ca_file)
        name = request.name or membership.name or computer_name
        grant = client.begin_sign_in(
            name=name, system=system_name(), device_uuid=membership.device_uuid
        )
        membership = msgspec.structs.replace(
            membership, address=client.address, name=name, ca_file=ca_file
        )
        make_private(self._data)
        save_membership(self._data, membership)
        cancel = threading.Event()
        with self._lock:
            if self._cancel is not None:
                self._cancel.set()
            self._cancel = cancel
        self._news.tell(
            AccountStatus(
                state=AccountState.SIGNING_IN,
                address=client.address,
                name=name,
                user_code=grant.user_code,
                verification_uri=grant.verification_uri,
                verification_uri_complete=grant.verification_uri_complete,
                code_expires=self._clock.now() + timedelta(seconds=grant.expires_in),
            )
        )
        threading.Thread(
            target=self._await, args=(client, grant, cancel), name="account-sign-in", daemon=True
        ).start()

    def cancel(self) -> bool:
        """Whether there was something to cancel."""
        with self._lock:
            cancel, self._cancel = self._cancel, None
        if cancel is None:
            return False
        cancel.set()
        return True

    def _await(self, client: AccountClient, grant: DeviceGrant, cancel: threading.Event) -> None:
        from backupclient.account.membership import load_membership  # noqa: PLC0415 - see above
        from backupclient.account.service_source import trouble_of  # noqa: PLC0415
        from backupclient.account.sign_in import await_approval  # noqa: PLC0415

        try:
            membership = self._kept(await_approval(client, grant, self._clock, cancel))
        except Cancelled:
            return
        except (BackupError, OSError) as error:
            if self._end(cancel):
                self._news.show(load_membership(self._data), failure=trouble_of(error))
            return
        self._end(cancel)
        # It is signed in, whatever becomes of what follows, which is tried again later.
        with contextlib.suppress(BackupError, OSError):
            self._then(membership)

    def _kept(self, token: DeviceToken) -> Membership:
        from backupclient.account.membership import (  # noqa: PLC0415 - see above
            Standing,
            forget_answer,
            load_membership,
            save_membership,
        )

        SecretStore(self._data).keep(SecretName.ACCOUNT_TOKEN, token.access_token)
        membership = msgspec.structs.replace(
            load_membership(self._data),
            device_id=token.device_id,
            standing=Standing.SIGNED_IN,
            data_deleted=False,
        )
        save_membership(self._data, membership)
        forget_answer(self._data)
        return membership

    def _end(self, cancel: threading.Event) -> bool:
        """Whether it is the one that was begun last."""
        with self._lock:
            current = self._cancel is cancel
            if current:
                self._cancel = None
        return current


def renew_keys(data: Path, client: AccountClient, location: str) -> bool:
    """The backup goes on where it stopped: the keys that it had ended with the seat. Whether it has
    other ones now."""
    plan = load_plan(data)
    if plan is None or plan.storage.location != location:
        return False
    keys = client.storage_keys()
    if keys.location != location:  # of another household, which is somebody's decision
        return False
    SecretStore(data).keep(SecretName.SECRET_KEY, keys.secret_key)
    storage = msgspec.structs.replace(plan.storage, access_key=keys.access_key)
    save_plan(data, msgspec.structs.replace(plan, storage=storage))
    return True
