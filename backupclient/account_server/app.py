"""The application: routes, what they share, what runs beside them."""

from __future__ import annotations

import contextlib
import functools
import logging
import re
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import anyio.to_thread
import argon2
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import backupclient
from backupclient.account_server import (
    device_flow,
    devices,
    households,
    pages,
    places,
    problems,
    retention,
    shop_routes,
    ticket_routes,
)
from backupclient.account_server.checkout import Provider
from backupclient.account_server.database import Database
from backupclient.account_server.invitations import Invitations
from backupclient.account_server.limits import Limits
from backupclient.account_server.mails import Mailer
from backupclient.account_server.models import Health
from backupclient.account_server.opening import open_shop
from backupclient.account_server.pages import (
    agent,
    documentation,
    entering,
    forgotten,
    moving,
    plan,
)
from backupclient.account_server.problems import Code, Problem, documented
from backupclient.account_server.provisioning import Provisioner
from backupclient.account_server.service import Passwords, Served, Service
from backupclient.account_server.settings import Settings
from backupclient.account_server.shop import Shop
from backupclient.account_server.shown import Looks
from backupclient.account_server.streams import Presence, Streams
from backupclient.account_server.tables import Device
from backupclient.account_server.tickets import MOST_BUNDLE, MOST_PICTURE
from backupclient.clock import Clock
from backupclient.errors import StorageError

BODY_BYTES = 64 * 1024
LARGE_BODIES = {
    re.compile(r"/v1/tickets/[^/]+/bundle"): MOST_BUNDLE,
    re.compile(r"/v1/ideas"): MOST_PICTURE * 4 // 3 + BODY_BYTES,
}
"""Where more may be said, by path."""
THREADS = 32
SWEEP_SECONDS = 60
ONLINE_FOR = timedelta(seconds=60)

FOR_PEOPLE = tuple(
    pages_of.router for pages_of in (entering, forgotten, moving, plan, agent, documentation)
)

_LOG = logging.getLogger(__name__)

health = APIRouter(tags=["operation"])


@health.get("/healthz")
def healthz() -> Health:
    """The process answers."""
    return Health()


@health.get("/readyz", responses=documented(Code.PROVIDER_LATE))
def readyz(service: Served) -> Health:
    """The process can do its work: its database answers."""
    if not service.database.answers():
        raise Problem(Code.PROVIDER_LATE, retry_after=5)
    return Health()


def create_app(
    settings: Settings,
    *,
    clock: Clock,
    provisioner: Provisioner,
    hasher: argon2.PasswordHasher | None = None,
    mailer: Mailer | None = None,
    provider: Provider | None = None,
    sweeping: bool = True,
) -> FastAPI:
    """The service over a database that was migrated, with the mailer and the payment provider of
    the settings unless they are given. Its parts are at `app.state.service` and `.shop`. Without
    `sweeping` no thread does once a minute what is left to do: tests call `sweep` themselves."""
    database = Database(settings.database_url)
    service = Service(
        settings=settings,
        clock=clock,
        database=database,
        provisioner=provisioner,
        streams=Streams(database, settings.heartbeat_seconds),
        limits=Limits(database, clock),
        passwords=Passwords(hasher or argon2.PasswordHasher()),
        looks=Looks(),
    )
    app = FastAPI(
        title="Plainkeep account service",
        version=backupclient.__version__,
        description="Plans, seats and storage for the computers of a household.",
        lifespan=functools.partial(_lifespan, service, sweeping),
        docs_url=None,  # FastAPI's load their scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    app.state.shop = open_shop(service, mailer=mailer, provider=provider)
    app.state.invitations = Invitations(service, app.state.shop)
    problems.install(app)
    app.add_middleware(_SmallBodies)
    for router in (
        health,
        households.router,
        devices.router,
        device_flow.router,
        shop_routes.router,
        ticket_routes.router,
        *FOR_PEOPLE,
    ):
        app.include_router(router, responses=documented(Code.INVALID, Code.TOO_LARGE))
    app.mount("/static", StaticFiles(packages=[(pages.__name__, "static")]))
    problems.describe(app)
    return app


@contextlib.asynccontextmanager
async def _lifespan(service: Service, sweeping: bool, app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    await service.streams.open(
        functools.partial(households.described, service),
        functools.partial(_note_presence, service),
    )
    ended = threading.Event()
    sweeper = threading.Thread(target=_keep_sweeping, args=(service, ended), name="sweeper")
    if sweeping:
        sweeper.start()
    shop: Shop = app.state.shop
    shop.start()
    try:
        yield
    finally:
        ended.set()
        await service.streams.close()
        if sweeping:
            await anyio.to_thread.run_sync(sweeper.join)
        await anyio.to_thread.run_sync(shop.stop)
        service.database.close()


def _note_presence(service: Service, presence: Presence) -> None:
    if not any(presence):
        return
    now = service.clock.now()
    with service.database.writing(lasting=False) as session:
        for ids, values in (
            (presence.here, {"online_until": now + ONLINE_FOR, "last_seen": now}),
            (presence.gone, {"online_until": now, "last_seen": now}),
            (presence.seen, {"last_seen": now}),
        ):
            if ids:
                session.execute(sa.update(Device).where(Device.id.in_(ids)).values(**values))


# --- what is done by itself -----------------------------------------------------------------------

DUTIES: list[Callable[[Service], None]] = [places.tidy, places.measure, retention.forget_old]
"""What `sweep` does; each may be done twice, and by any process."""


def sweep(service: Service) -> None:
    """Do all that is left to do, once; what cannot be done now is left for the next time."""
    for duty in DUTIES:
        try:
            duty(service)
        except (StorageError, sa.exc.SQLAlchemyError) as error:
            _LOG.warning("%s was not done: %s", duty.__name__, type(error).__name__)


def _keep_sweeping(service: Service, ended: threading.Event) -> None:
    while True:
        with contextlib.suppress(sa.exc.SQLAlchemyError):
            if service.limits.my_turn("sweep", SWEEP_SECONDS - 5):
                sweep(service)
        if service.clock.wait(ended, SWEEP_SECONDS):
            return


# --- bodies ---------------------------------------------------------------------------------------


class _SmallBodies:
    """Nobody has much to say here: a request with more is refused before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = _most(scope["path"])
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > most:
            await problems.answer(Code.TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise Problem(Code.TOO_LARGE)
            return message

        await self._app(scope, counted, send)


def _most(path: str) -> int:
    return next((most for of, most in LARGE_BODIES.items() if of.fullmatch(path)), BODY_BYTES)
