"""From a request to what a job does: the engine's façade, called with the job's own control."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import CredentialsRejected, InvalidRequest
from backupclient.events import Emit
from backupclient.jobs.job import Task, Turn
from backupclient.plan import BackupPlan, load_plan, place_of, request_of
from backupclient.requests import BackupRequest, CheckRequest, Place, RestoreRequest
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import KnownPlaces
from backupclient.storage.throttle import Throttle
from backupclient.wire.jobs import (
    AnyStart,
    JobKind,
    Limits,
    Summary,
)

if TYPE_CHECKING:
    from backupclient.agent.plan_room import PlanRoom
    from backupclient.engine import Engine
    from backupclient.storage.capped import Allowance


def task_of(start: AnyStart, data: Path, clock: Clock, plan_room: PlanRoom | None = None) -> Task:
    """`data` is the folder of the engine that is to do it, `plan_room` what it knows of the room
    that an account's plan has."""
    place, request = start.place, start.request
    allowed = _allowed(plan_room, place.location)
    follows = _follows_plan(place, data)

    def now() -> Place:
        return _with_limit_of_plan(place, data) if follows else place

    def run(control: Control, throttle: Throttle, emit: Emit) -> Summary:
        return _runner(now(), clock, request, allowed)(control, throttle, emit)

    def has_room(control: Control, needed: int) -> bool:
        return engine_for(now(), clock, control, plan=allowed).room().takes(needed)

    kind, subject, turn = _about(request)
    return Task(
        kind=kind,
        location=place.location,
        subject=subject,
        repository=KnownPlaces(data).id_at(place.location) or place.location,
        turn=turn,
        trial=isinstance(request, BackupRequest | RestoreRequest) and request.dry_run,
        limits=Limits(upload=place.limit_upload, download=place.limit_download),
        run=run,
        has_room=has_room,
    )


def task_by_plan(
    plan: BackupPlan, data: Path, clock: Clock, plan_room: PlanRoom | None = None
) -> Task:
    """A backup by the plan. Its secrets are fetched when it runs: somebody may have to unlock them.
    `KeyringLocked` and OSError then. `plan_room` as for `task_of`."""

    def place() -> Place:
        return _with_limit_of_plan(_place_by_plan(plan, data), data)

    def run(control: Control, throttle: Throttle, emit: Emit) -> Summary:
        return _runner(place(), clock, request, allowed)(control, throttle, emit)

    def has_room(control: Control, needed: int) -> bool:
        return engine_for(place(), clock, control, plan=allowed).room().takes(needed)

    request = request_of(plan)
    location = plan.storage.location
    allowed = _allowed(plan_room, location)
    return Task(
        kind=JobKind.BACKUP,
        location=location,
        subject=subject_of(plan),
        repository=KnownPlaces(data).id_at(location) or location,
        turn=Turn.WRITES,
        trial=False,
        limits=Limits(upload=plan.bandwidth.upload, download=plan.bandwidth.download),
        run=run,
        has_room=has_room,
    )


def _allowed(plan_room: PlanRoom | None, location: str) -> Allowance | None:
    return None if plan_room is None else plan_room.at(location)


def room_by_plan(plan: BackupPlan, data: Path, clock: Clock, control: Control) -> bool:
    """Whether the storage of the plan takes data, asked of it now. Somebody waits for it: what may
    pass by itself is tried twice. Errors as the storage's, `KeyringLocked` and OSError."""
    return engine_for(_place_by_plan(plan, data), clock, control).room(patient=False).takes_data


def _place_by_plan(plan: BackupPlan, data: Path) -> Place:
    secrets = SecretStore(data)
    password = secrets.get(SecretName.PASSWORD) or ""
    secret_key = secrets.get(SecretName.SECRET_KEY) or ""
    return place_of(plan, data, password=password, secret_key=secret_key)


def _follows_plan(place: Place, data: Path) -> bool:
    """Whether its limit is the plan's, and not one that somebody gave for this job."""
    plan = _plan(data)
    return (
        plan is not None
        and plan.storage.location == place.location
        and plan.storage.limit == place.storage_limit
    )


def _with_limit_of_plan(place: Place, data: Path) -> Place:
    """A limit may be raised while a job waits for just that."""
    plan = _plan(data)
    if plan is None or plan.storage.location != place.location:
        return place
    return msgspec.structs.replace(place, storage_limit=plan.storage.limit)


def _plan(data: Path) -> BackupPlan | None:
    try:
        return load_plan(data)
    except (InvalidRequest, OSError):  # told elsewhere; what was asked for goes on as it is
        return None


def subject_of(plan: BackupPlan) -> tuple[str, ...]:
    """That of a backup by the plan, whoever asks for it."""
    return _about(request_of(plan))[1]


def _about(
    request: BackupRequest | RestoreRequest | CheckRequest,
) -> tuple[JobKind, tuple[str, ...], Turn]:
    """Kind, subject, and who else may be at work in the same repository."""
    match request:
        case BackupRequest():
            # A trial, too, works in our notes; it puts them back when it is over.
            return JobKind.BACKUP, tuple(map(_text, request.paths)), Turn.WRITES
        case RestoreRequest():
            return JobKind.RESTORE, (_text(request.target),), Turn.READS
        case CheckRequest():
            return JobKind.CHECK, (), Turn.ALONE


def _text(path: bytes) -> str:
    return path.decode("utf-8", "replace")


def _runner(
    place: Place,
    clock: Clock,
    request: BackupRequest | RestoreRequest | CheckRequest,
    plan: Allowance | None,
) -> Callable[[Control, Throttle, Emit], Summary]:
    def run(control: Control, throttle: Throttle, emit: Emit) -> Summary:
        engine = engine_for(place, clock, control, throttle, plan)
        with _keys_explained(place):
            match request:
                case BackupRequest():
                    return engine.backup(request, emit)
                case RestoreRequest():
                    return engine.restore(request, emit)
                case CheckRequest():
                    return engine.check(request, emit)

    return run


@contextlib.contextmanager
def _keys_explained(place: Place) -> Iterator[None]:
    """Keys that came of an account are refused because of what happened there."""
    try:
        yield
    except CredentialsRejected as error:
        from backupclient.account.membership import why_rejected  # noqa: PLC0415 - few have one

        raise why_rejected(Path(place.data_dir), place.location) or error from error


def engine_for(
    place: Place,
    clock: Clock,
    control: Control | None = None,
    throttle: Throttle | None = None,
    plan: Allowance | None = None,
) -> Engine:
    """The façade of a place, for a job's control or for none."""
    # Slow to load, and an engine that waits for work needs none of it.
    from backupclient.engine import Engine  # noqa: PLC0415

    return Engine(place, clock, control, throttle, plan)
