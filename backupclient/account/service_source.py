"""A household's plan, as its account service says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from backupclient.account.client import AccountClient, Known
from backupclient.account.entitlement import Tell
from backupclient.account.membership import LastAnswer, load_answer, save_answer
from backupclient.account.wire import Device, Household, System
from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.wire.entitlement import (
    Computer,
    Entitlement,
    Late,
    Pending,
    Price,
    Seat,
    Source,
    Step,
    StepCode,
    StepState,
    SupportedSystem,
    Trouble,
)

_SEATLESS = frozenset({"seat-released", "data-deleted"})


class ServiceSource:
    """Any thread. `client` is made when it is needed, and may raise what `client_of` does."""

    def __init__(self, data: Path, clock: Clock, client: Callable[[], AccountClient]) -> None:
        self._data = data
        self._clock = clock
        self._client = client
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._answer = load_answer(data)
        self._trouble: Trouble | None = None

    @property
    def etag(self) -> str:
        with self._lock:
            return "" if self._answer is None else self._answer.etag

    @property
    def household(self) -> Household | None:
        """As it was last known."""
        with self._lock:
            return None if self._answer is None else self._answer.household

    def current(self) -> Entitlement:
        with self._lock:
            answer, trouble = self._answer, self._trouble
        if answer is None:
            now = self._clock.now()
            return Entitlement(source=Source.SERVICE, as_of=now, trouble=trouble)
        known = msgspec.structs.replace(entitlement(answer), trouble=trouble)
        return known if trouble is None or trouble.code not in _SEATLESS else _without_seat(known)

    def refresh(self, tell: Tell) -> Entitlement:
        tell(Step(code=StepCode.ACCOUNT, state=StepState.DOING))
        try:
            client = self._client()
            late = client.refresh().late
            known = client.household()
        except (BackupError, OSError) as error:
            trouble = self.failed(error)
            tell(Step(code=StepCode.ACCOUNT, state=_state_of(error), trouble=trouble))
            return self.current()
        if known is not None:
            self.take(known)
        tell(Step(code=StepCode.ACCOUNT, state=StepState.DONE))
        return msgspec.structs.replace(self.current(), late=late)

    def take(self, known: Known) -> Entitlement:
        """What the service has answered. OSError if it cannot be kept."""
        answer = save_answer(self._data, known, self._clock.now())
        with self._lock:
            self._answer, self._trouble = answer, None
        return self.current()

    def reached(self) -> None:
        """It answered that nothing is new."""
        with self._lock:
            self._trouble = None
            if self._answer is not None:
                self._answer = LastAnswer(
                    self._answer.household, self._answer.etag, self._clock.now()
                )

    def failed(self, error: BackupError | OSError) -> Trouble:
        """It could not be asked: what is known stays known, with its age."""
        trouble = trouble_of(error)
        with self._lock:
            self._trouble = trouble
        return trouble


def _without_seat(known: Entitlement) -> Entitlement:
    """As it was last answered, but for this computer, which has lost its seat since."""
    replace = msgspec.structs.replace
    computers = tuple(
        replace(one, seat=Seat.RELEASED, online=False) if one.this else one
        for one in known.computers
    )
    return replace(known, computers=computers)


def trouble_of(error: BackupError | OSError) -> Trouble:
    if isinstance(error, BackupError):
        return Trouble(code=error.code, facts=error.facts, raw=error.raw)
    return Trouble(code="account-unreachable", raw=str(error))


def entitlement(answer: LastAnswer) -> Entitlement:
    household, as_of = answer.household, answer.as_of
    plan, storage = household.plan, household.storage
    price, pending = plan.price, plan.pending
    return Entitlement(
        source=Source.SERVICE,
        as_of=as_of,
        name=plan.name,
        # What the storage lets in counts, not what it soon will.
        limit=plan.limit if pending is None else storage.limit,
        used=storage.used,
        measured_at=storage.measured_at,
        writable=storage.writable,
        state=plan.state,
        renews=plan.renews,
        ends=plan.ends,
        data_kept_until=plan.data_kept_until,
        price=None if price is None else Price(price.amount, price.currency, price.period),
        seats=plan.seats,
        computers=tuple(map(_computer, household.devices)),
        systems=tuple(map(_system, household.supported_systems)),
        pending=None if pending is None else Pending(pending.limit, pending.since),
        late=Late.NOBODY if pending is None else Late.STORAGE,
        household=household.name,
        manage_url=plan.manage_url,
        buy_url=plan.buy_url,
    )


def _computer(device: Device) -> Computer:
    return Computer(
        name=device.name,
        device_id=device.device_id,
        system=device.system,
        seat=device.seat,
        this=device.this,
        online=device.online,
        last_backup=device.last_backup,
        last_seen=device.last_seen,
        waiting_bytes=device.waiting_bytes,
        applied_limit=device.applied_limit,
    )


def _system(system: System) -> SupportedSystem:
    return SupportedSystem(
        system=system.system,
        versions=system.versions,
        app=system.app == "yes",
        note=system.note,
    )


def _state_of(error: BackupError | OSError) -> StepState:
    """Whether it happens by itself later, or needs somebody."""
    transient = error.transient if isinstance(error, BackupError) else True
    return StepState.NOT_YET if transient else StepState.FAILED
