"""Computers of a household for tests: each an engine over a data folder of its own, signed in at
the real account service."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from backupclient.agent.server import Agent
from backupclient.clock import SystemClock
from backupclient.errors import BackupError
from backupclient.link import Link
from backupclient.plan import BackupPlan, load_plan, place_of
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.entitlement import Entitlement
from backupclient.wire.household import (
    Account,
    AccountState,
    AccountStatus,
    BackupJoined,
    GetAccount,
    JoinBackup,
    JoinCode,
    JoinCodeTaken,
    MakeJoinCode,
    SignIn,
    TakeJoinCode,
)
from backupclient.wire.jobs import JobInfo, JobKind, Jobs, ListJobs
from backupclient.wire.storage_plan import PlanShown, ShowPlan
from tests.engines import await_end, end_engine, engine_of
from tests.fakes import FakeSurroundings
from tests.patience import PATIENCE
from tests.warm_engines import start_engine


class EagerClock(SystemClock):
    """Waits half a second at most."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return super().wait(event, min(seconds, 0.5))


class Member:
    """One computer, named `name`, with its files in `source`."""

    def __init__(self, folder: Path, name: str, *, own_process: bool = False) -> None:
        """`own_process`: the engine is a program of its own, with a clock of its own, which makes
        cheap keys."""
        self.name = name
        self._own_process = own_process
        self.data = folder / "data"
        self.source = folder / "source"
        self.source.mkdir(parents=True)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self._own_process:
            start_engine(self.data, cheap_keys=True)
            self._stack.callback(end_engine, self.data)
        else:
            around = FakeSurroundings()
            self._stack.enter_context(Agent(self.data, EagerClock(), lasting=True, around=around))
        self.link = self._stack.enter_context(Link(self.data, PATIENCE))
        return self

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Without its engine for as long as the block lasts."""
        self._stack.close()
        yield
        self.__enter__()

    def kill(self) -> None:
        """For good: its engine, a program of its own, ends without a word."""
        engine = engine_of(self.data)
        assert engine is not None
        engine.kill()
        await_end(engine)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    # --- what is asked ----------------------------------------------------------------------------

    def sign_in(self, address: str, approve: Callable[[AccountStatus], None]) -> AccountStatus:
        request = SignIn(id=self.link.new_id(), address=address, name=self.name)
        approve(self.link.ask(request, Account).status)
        self.until(lambda: self.account().state is AccountState.SIGNED_IN)
        return self.account()

    def account(self, *, look: bool = False) -> AccountStatus:
        return self.link.ask(GetAccount(id=self.link.new_id(), look=look), Account).status

    def join(self, password: str) -> BackupJoined:
        folders = (str(self.source),)
        request = JoinBackup(id=self.link.new_id(), password=password, folders=folders)
        return self.link.ask(request, BackupJoined)

    def code(self) -> str:
        return self.link.ask(MakeJoinCode(id=self.link.new_id()), JoinCode).code

    def take(self, code: str) -> str:
        request = TakeJoinCode(id=self.link.new_id(), code=code)
        return self.link.ask(request, JoinCodeTaken).password

    def storage_plan(self) -> Entitlement:
        return self.link.ask(ShowPlan(id=self.link.new_id()), PlanShown).plan

    def backups(self) -> list[JobInfo]:
        """Newest last."""
        jobs = self.link.ask(ListJobs(id=self.link.new_id()), Jobs).jobs
        return [job for job in jobs if job.kind is JobKind.BACKUP]

    # --- what it knows ----------------------------------------------------------------------------

    @property
    def plan(self) -> BackupPlan:
        plan = load_plan(self.data)
        assert plan is not None
        return plan

    @property
    def place(self) -> Place:
        secrets = SecretStore(self.data)
        return place_of(
            self.plan,
            self.data,
            password=secrets.get(SecretName.PASSWORD) or "",
            secret_key=secrets.get(SecretName.SECRET_KEY) or "",
        )

    def until(self, true: Callable[[], bool], seconds: float = PATIENCE) -> float:
        """How long it took. What passes by itself is waited for, too."""
        began = time.monotonic()
        while True:
            if true():
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                raise AssertionError(f"{self.name}: not in {seconds} seconds; {self._standing()}")
            time.sleep(0.02)

    def _standing(self) -> str:
        try:
            return f"{self.account()}, {self.backups()}"
        except BackupError as error:
            return str(error)
