"""Event streams: who listens to a household is told when what is known of it changes.

One event loop holds all listeners of a process. A change, heard in process on SQLite and through
LISTEN/NOTIFY on PostgreSQL, has the household looked at once, whatever the number of its
listeners; further changes in the next second are told together.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

import anyio.to_thread
import psycopg
import sqlalchemy as sa

from backupclient.account_server.database import CHANNEL, Database

BREATH_SECONDS = 1.0
PRESENCE_SECONDS = 25.0
RECONNECT_SECONDS = 1.0
HEARTBEAT = b": still here\n\n"
TICKET = b"event: ticket\ndata: {}\n\n"
RELEASED = b"event: released\ndata: {}\n\n"


class Described(NamedTuple):
    """What listeners need to know of a household."""

    etag: str
    held: frozenset[str]
    """The devices that have a seat."""
    tickets: str = ""
    """Changes with the household's tickets and their places in the line."""


class Presence(NamedTuple):
    """Devices that listen, that have ceased to, and that have only asked something."""

    here: list[str]
    gone: list[str]
    seen: list[str]


class _Listener:
    def __init__(self, device_id: str) -> None:
        self.device_id = device_id
        self.told = asyncio.Event()


class _Group:
    """The listeners of one household."""

    def __init__(self) -> None:
        self.listeners: set[_Listener] = set()
        self.described: Described | None = None
        self.changed = False
        self.looking: asyncio.Task[None] | None = None


class Streams:
    """`wake` and `saw` may be called from any thread; everything else belongs to the event loop."""

    def __init__(self, database: Database, heartbeat_seconds: float) -> None:
        self._database = database
        self._heartbeat = heartbeat_seconds
        self._groups: dict[str, _Group] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False
        self._presence_changed = asyncio.Event()
        self._gone: set[str] = set()
        self._seen: set[str] = set()
        self._describe: Callable[[str], Described] = _nothing
        self._here: Callable[[Presence], None] = _nobody

    async def open(
        self,
        describe: Callable[[str], Described],
        here: Callable[[Presence], None],
    ) -> None:
        """`describe` looks at a household; `here` is told who is there. Both are called in
        threads."""
        self._describe = describe
        self._here = here
        self._loop = asyncio.get_running_loop()
        self._tasks = [asyncio.create_task(self._keep_presence())]
        if self._database.is_sqlite:
            self._database.on_commit(self.wake)
        else:
            self._tasks.append(asyncio.create_task(self._hear()))

    async def close(self) -> None:
        """All streams end; those who listened come back to another process."""
        self.end_all()
        looking = [group.looking for group in self._groups.values() if group.looking]
        for task in [*self._tasks, *looking]:
            task.cancel()
        await asyncio.gather(*self._tasks, *looking, return_exceptions=True)

    def end_all(self) -> None:
        """Streams end by themselves, so that a server which stops need not cut them off."""
        self._closing = True
        for group in self._groups.values():
            for listener in group.listeners:
                listener.told.set()

    def wake(self, household_id: str) -> None:
        """The household has changed."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just closed, and so has all
                self._loop.call_soon_threadsafe(self._changed, household_id)

    def saw(self, device_id: str) -> None:
        """The device has asked something. Written down with the presence of others: a transaction
        for each question would make them wait for each other."""
        self._seen.add(device_id)

    def listening(self) -> int:
        """How many streams are open here."""
        return sum(len(group.listeners) for group in self._groups.values())

    async def listen(self, household_id: str, device_id: str) -> AsyncIterator[bytes]:
        """What is sent to one computer, until it loses its seat."""
        group = self._groups.setdefault(household_id, _Group())
        listener = _Listener(device_id)
        group.listeners.add(listener)
        self._presence_changed.set()
        try:
            described = await anyio.to_thread.run_sync(self._describe, household_id)
            told = told_tickets = ""
            while not self._closing:
                if device_id not in described.held:
                    yield RELEASED
                    return
                if described.etag != told:
                    told = described.etag
                    yield _event(told)
                if described.tickets != told_tickets:
                    told_tickets = described.tickets
                    yield TICKET
                if await _within(listener.told, self._heartbeat):
                    listener.told.clear()
                    described = group.described or described
                else:
                    yield HEARTBEAT
        finally:
            self._left(household_id, group, listener)

    def _left(self, household_id: str, group: _Group, listener: _Listener) -> None:
        group.listeners.discard(listener)
        if not any(other.device_id == listener.device_id for other in group.listeners):
            self._gone.add(listener.device_id)
        if not group.listeners and group.looking is None:
            self._groups.pop(household_id, None)
        self._presence_changed.set()

    def _changed(self, household_id: str) -> None:
        group = self._groups.get(household_id)
        if group is None or self._closing:
            return
        group.changed = True
        if group.looking is None:
            group.looking = asyncio.create_task(self._look(household_id, group))

    async def _look(self, household_id: str, group: _Group) -> None:
        try:
            while group.changed and group.listeners:
                group.changed = False
                group.described = await anyio.to_thread.run_sync(self._describe, household_id)
                for listener in group.listeners:
                    listener.told.set()
                await asyncio.sleep(BREATH_SECONDS)
        except sa.exc.SQLAlchemyError:  # the database is away; told again when it is back
            group.changed = True
            await asyncio.sleep(RECONNECT_SECONDS)
        finally:
            group.looking = None
            if not group.listeners:
                self._groups.pop(household_id, None)
            elif group.changed:
                self._changed(household_id)

    async def _keep_presence(self) -> None:
        """Who listens is written down when that changes and every now and then."""
        while True:
            await _within(self._presence_changed, PRESENCE_SECONDS)
            await asyncio.sleep(BREATH_SECONDS)
            self._presence_changed.clear()
            gone, self._gone = self._gone, set()
            seen, self._seen = self._seen, set()
            here = {one.device_id for group in self._groups.values() for one in group.listeners}
            try:
                presence = Presence(sorted(here), sorted(gone - here), sorted(seen - here - gone))
                await anyio.to_thread.run_sync(self._here, presence)
            except sa.exc.SQLAlchemyError:
                self._gone |= gone

    async def _hear(self) -> None:
        """PostgreSQL's notices. After an interruption everybody looks again."""
        address = self._database.address.set(drivername="postgresql")
        url = address.render_as_string(hide_password=False)
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
                async with connection:
                    await connection.execute(f'LISTEN "{CHANNEL}"')
                    for household_id in list(self._groups):
                        self._changed(household_id)
                    async for notice in connection.notifies():
                        self._changed(notice.payload)
            except psycopg.Error:
                pass
            await asyncio.sleep(RECONNECT_SECONDS)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Whether it is set within the time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _event(etag: str) -> bytes:
    name = etag.strip('"')
    return f'event: household\nid: {name}\ndata: {{"etag": "{name}"}}\n\n'.encode()


def _nothing(_: str) -> Described:
    return Described("", frozenset())


def _nobody(_: Presence) -> None:
    return
