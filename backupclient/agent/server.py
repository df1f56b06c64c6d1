"""The engine of a data folder: holds its lock, has its jobs, listens on its socket."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from backupclient import endpoint
from backupclient.agent.account import AccountAtWork
from backupclient.agent.by_itself import ByItself
from backupclient.agent.client import LAST_WORDS_SECONDS, Client, Context
from backupclient.agent.counting_space import CountingSpace
from backupclient.agent.diary import Diary
from backupclient.agent.helped import HelpAtWork
from backupclient.agent.looking import Looking
from backupclient.agent.measuring import Measuring
from backupclient.agent.plan_keeper import PlanKeeper
from backupclient.agent.plan_room import PlanRoom
from backupclient.agent.plan_sources import plan_source
from backupclient.automation.network import NetworkWatch
from backupclient.automation.surroundings import Surroundings
from backupclient.automation.this_computer import ThisComputer
from backupclient.clock import Clock
from backupclient.errors import ManifestUnwritable
from backupclient.jobs.running import Jobs
from backupclient.logs.log import Happened, Log, Program
from backupclient.settings import folders, make_private
from backupclient.wire.greeting import MAX_LINE

MOST_CLIENTS = 100


class EngineRunning(Exception):
    """Another process is the engine of this data folder."""


class Agent:
    """The engine for as long as a `with` block lasts. `jobs` may be used from any thread."""

    def __init__(
        self,
        data: Path,
        clock: Clock,
        *,
        lasting: bool,
        around: Surroundings | None = None,
        verbose: bool = False,
    ) -> None:
        """`lasting`: it does not go when its own job is done, and backs up by itself if the data
        folder has a plan. `verbose`: it writes more into its log."""
        self._parts = _parts(data, clock, around or ThisComputer(), lasting=lasting)
        self.unheard = ""
        """Why it cannot be reached by others, if it cannot."""
        self._data = data
        self._lasting = lasting
        self._network = NetworkWatch(clock, self._network_is_back)
        self._log = Log(data, Program.ENGINE, clock, verbose=verbose)
        self._diary = Diary(self._log, self.jobs)
        self._lock = FileLock(data / endpoint.LOCK_NAME, blocking=False)
        self._listener: endpoint.Listener | None = None
        self._thread = threading.Thread(target=self._accept_all, name="engine", daemon=True)
        self._mutex = threading.Lock()
        self._clients: set[Client] = set()
        self._numbers = itertools.count(1)

    @property
    def jobs(self) -> Jobs:
        return self._parts.jobs

    @property
    def plan_room(self) -> PlanRoom:
        return self._parts.plan_room

    def __enter__(self) -> Self:
        """`EngineRunning` if there is one; `ManifestUnwritable` if nothing can be written there.
        Where only the socket cannot be made, it works unheard."""
        try:
            make_private(self._data)
            self._lock.acquire()
        except Timeout as error:
            raise EngineRunning from error
        except OSError as error:
            raise ManifestUnwritable(str(error), path=str(self._data)) from error
        self._log.write(Happened.STARTED, "lasting" if self._lasting else "for-a-command")
        self.jobs.watch(self._diary)
        self.jobs.watch(self._parts.looking)
        self._parts.by_itself.watch(self._diary)
        try:
            self._listener = endpoint.listen(self._data, MAX_LINE)
        except OSError as error:
            self.unheard = str(error)
        else:
            self._thread.start()
        if self._lasting:
            self._parts.by_itself.start()
            self.jobs.watch(self._parts.account.reports)
        self._parts.storage_plan.start(ask=self._lasting)
        self._parts.help.load()
        self._parts.account.start()
        self._network.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops what still runs, tells every client how its jobs ended, and goes."""
        self._network.stop()
        self._parts.account.stop()
        self._parts.looking.close()
        self._parts.by_itself.stop()
        self._parts.storage_plan.stop()
        self.jobs.stop()
        self.jobs.wait_until_idle()
        if self._listener is not None:
            self._listener.close()
            self._thread.join()
        with self._mutex:
            clients = list(self._clients)
        for client in clients:
            client.finish()
        ends_at = self._parts.clock.monotonic() + LAST_WORDS_SECONDS
        for client in clients:
            client.end(max(ends_at - self._parts.clock.monotonic(), 0.0))
        self._log.write(Happened.ENDED)
        self._log.close()
        self._lock.release()

    def _network_is_back(self) -> None:
        self.jobs.wake()
        self._parts.by_itself.wake()
        self._parts.storage_plan.ask()
        self._parts.account.wake()

    def _accept_all(self) -> None:
        assert self._listener is not None
        while (channel := self._listener.accept()) is not None:
            client = Client(channel, self._parts, next(self._numbers), self._forget)
            with self._mutex:
                crowded = len(self._clients) >= MOST_CLIENTS
                if not crowded:
                    self._clients.add(client)
            if crowded:
                client.turn_away()
            else:
                client.start()

    def _forget(self, client: Client) -> None:
        with self._mutex:
            self._clients.discard(client)


def _parts(data: Path, clock: Clock, around: Surroundings, *, lasting: bool) -> Context:
    """What an engine is made of, each tied to whom it tells."""
    jobs, account = Jobs(clock), AccountAtWork(data, clock)
    plan_room = PlanRoom(account, clock)
    by_itself = ByItself(data, clock, jobs, around, plan_room)
    source = plan_source(data, clock, account)
    storage_plan = PlanKeeper(data, clock, jobs, source, by_itself.plan_changed)
    account.on_plan = storage_plan.look
    account.on_keys = by_itself.plan_changed
    return Context(
        data=data,
        clock=clock,
        jobs=jobs,
        measuring=Measuring(clock, (data, folders(str(data)).cache)),
        space=CountingSpace(clock),
        looking=Looking(clock),
        lasting=lasting,
        by_itself=by_itself,
        storage_plan=storage_plan,
        plan_room=plan_room,
        account=account,
        help=HelpAtWork(data, clock, account),
    )
