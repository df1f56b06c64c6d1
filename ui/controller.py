"""Between the window and the engine: news to pages, wishes to requests.

Pages are brought up to date at most ten times a second, however fast news come.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from backupclient.clock import Clock
from backupclient.errors import BackupError, InternalError
from backupclient.plan import BackupPlan, load_plan, place_of, request_of, save_plan
from backupclient.requests import CheckRequest, Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.automatic import PlanChanged
from backupclient.wire.envelope import Reply
from backupclient.wire.household import ReleaseComputer, TakeOver
from backupclient.wire.jobs import (
    Jobs,
    ListJobs,
    Pause,
    Resume,
    StartBackup,
    StartCheck,
    Started,
    Stop,
)
from backupclient.wire.overview import AskOverview, Overview, SpaceReport
from backupclient.wire.protocol import Batch
from backupclient.wire.storage_plan import BoughtMore, PlanShown
from backupclient.wire.tickets import HelpStatus
from ui.background import Background
from ui.engine_link import EngineLink, MakeRequest
from ui.saver import Saver
from ui.situation import Situation

_REFRESH_MS = 100
_LOOK_AGAIN_MS = 60_000
"""Times in sentences ("4 minutes ago") grow old without news, and so do states."""
_LOOK_UNSEEN_MS = 600_000
"""The same where only the tray's icon shows it."""
_LOOK_AT_WORK_MS = 30_000
"""That nothing has moved for two minutes is no news either."""
_LOOK_WHILE_WORKING_MS = 3_000
_SECOND_MS = 1_000
_SECONDS_UNSEEN_MS = 10_000
_COUNTED_DOWN = timedelta(seconds=120)
"""So long before a next try, or the end of a pause, the seconds are counted."""


class Controller(QObject):
    """Belongs to the window's thread."""

    changed = Signal()
    """The situation is another one; at most ten times a second."""
    failed = Signal(object)
    """Something that was asked for cannot be: a `BackupError`."""
    account_told = Signal(object)
    """How this computer is signed in from now on: an `AccountStatus`."""
    account_failed = Signal(object)
    """What was asked of the account cannot be done: a `BackupError`."""
    _plan_read = Signal(int, object)

    def __init__(
        self, data: Path, plan: BackupPlan | None, clock: Clock, secrets: SecretStore
    ) -> None:
        super().__init__()
        self.situation = Situation(plan)
        self.data = data
        self._clock = clock
        self._secrets = secrets
        self._saver = Saver(self)
        self._background = Background(self)
        self.link = EngineLink(data, self)
        self.link.connected.connect(self._take_jobs)
        self.link.news.connect(self._take_batch)
        self.link.lost.connect(self._lose)
        self._plan_read.connect(self._take_read_plan)
        self._plans = 0
        """How many there were."""
        self._closed = False
        self._anew = False
        self._asked_for_jobs = False
        self._refresh = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._refresh.timeout.connect(self.changed)
        self._seen = False
        self._look_later = QTimer(self, singleShot=True)
        self._look_later.timeout.connect(self._look)
        self._second = QTimer(self, singleShot=True)
        self._second.timeout.connect(self._soon)
        self._look_soon = QTimer(self, singleShot=True, interval=_LOOK_WHILE_WORKING_MS)
        self._look_soon.timeout.connect(self._look)

    def start(self) -> None:
        self.link.start()
        self._look_later.start(_LOOK_AGAIN_MS)

    def set_seen(self, seen: bool) -> None:
        """Whether somebody looks at more than the tray's icon: what grows old without news is then
        looked at more often, and now."""
        self._seen = seen
        if seen and self._look_later.isActive():
            self._look()

    def close(self) -> None:
        """Nothing is told after this, whatever was on its way."""
        self._closed = True
        self._look_later.stop()
        self._refresh.stop()
        self._second.stop()
        self._look_soon.stop()
        self._background.close()
        self.link.close()
        self._saver.close()

    def take_plan(self, plan: BackupPlan) -> None:
        """This plan holds from now on."""
        self._plans += 1
        self._forget_space(plan)
        self.situation.plan = plan
        self._look()

    def look_again(self) -> None:
        """At how everything stands, now."""
        self._look()

    def _forget_space(self, plan: BackupPlan) -> None:
        known = self.situation.plan
        if known is not None and known.storage.location != plan.storage.location:
            self.situation.space = None

    def _look(self) -> None:
        """Ask how everything that is backed up stands."""
        plan = self.situation.plan
        self._soon()
        if self._closed:
            return
        if self.situation.at_work is not None:
            self._look_later.start(_LOOK_AT_WORK_MS)
        else:
            self._look_later.start(_LOOK_AGAIN_MS if self._seen else _LOOK_UNSEEN_MS)
        if plan is None:
            return
        location = plan.storage.location
        self.link.ask(lambda no: AskOverview(id=no, location=location), self._take_overview)

    def _take_overview(self, reply: Reply) -> None:
        if isinstance(reply, Overview):
            self.situation.overview, self.situation.answered = reply.overview, True
            self._soon()

    def take_space(self, space: SpaceReport | None) -> None:
        """What was answered about what takes the space."""
        if space is not None and space != self.situation.space:
            self.situation.space = space
            self._soon()

    # --- wishes -----------------------------------------------------------------------------------

    def back_up(self) -> None:
        """By the plan, now. A backup that is at work already goes on; a waiting one tries now."""
        plan = self.situation.plan
        if plan is None:
            return
        if self.situation.backup is not None:
            self.go_on()
            return

        def start(place: Place) -> None:
            request = request_of(plan)
            self._ask(lambda no: StartBackup(id=no, place=place, request=request))

        self._with_place(plan, start)

    def check(self, *, read_data: bool) -> None:
        """Have the backup checked now; with `read_data` by reading back all that is stored. A check
        that is at work goes on."""
        plan = self.situation.plan
        if plan is None or self.situation.check is not None:
            return

        def start(place: Place) -> None:
            request = CheckRequest(read_data=read_data)
            self._ask(lambda no: StartCheck(id=no, place=place, request=request))

        self._with_place(plan, start)

    def look_for_more(self) -> None:
        """Somebody says that he bought more storage: look with everybody who has a part in it."""
        self.situation.begin_walk()
        self._ask(lambda no: BoughtMore(id=no))
        self._soon()

    def release_computer(self, device_id: str) -> None:
        """Its seat is given up; what comes of it is news."""
        self.ask_account(lambda no: ReleaseComputer(id=no, device_id=device_id))

    def take_over(self, device_id: str) -> None:
        """This computer goes on with the backups of that one, which has no seat any more."""
        self.ask_account(lambda no: TakeOver(id=no, device_id=device_id))

    def ask_account(self, make: MakeRequest) -> None:
        """Something of the account that changes the plan, or may."""

        def take(_reply: Reply) -> None:
            self.reread_plan()

        self.link.ask(make, take, self.account_failed.emit)

    def reread_plan(self) -> None:
        """The engine has changed it: other keys to the storage, or another place."""
        if self.situation.plan is None or self._closed:
            return
        at = self._plans
        # In the order of what is saved: what the user has chosen since is not lost.
        self._saver.save(lambda: self._plan_read.emit(at, load_plan(self.data)))

    def _take_read_plan(self, at: int, plan: BackupPlan | None) -> None:
        if self._closed or plan is None or self.situation.plan is None:
            return
        if at != self._plans:
            self.reread_plan()
        elif plan != self.situation.plan:
            self.take_plan(plan)

    def take_help(self, status: HelpStatus) -> None:
        """What was answered about being helped by a person."""
        self.situation.take_help(status)
        self._soon()

    def end_walk(self) -> None:
        self.situation.end_walk()
        self._soon()

    def back_up_anew(self) -> None:
        """By the plan as it is now: a backup that is at work by another one ends first."""
        backup = self.situation.backup
        self._anew = backup is not None
        if backup is None:
            self.back_up()
        else:
            self._ask(lambda no: Stop(id=no, job=backup.job))

    def change_plan(self, plan: BackupPlan) -> None:
        """Keep another plan; the next backup is by it."""
        self._plans += 1
        self._forget_space(plan)
        self.situation.plan = plan
        self._saver.save(lambda: save_plan(self.data, plan), self.tell_of_plan)
        self._soon()

    def tell_of_plan(self) -> None:
        """The engine acts by the plan that was kept, at once."""
        self._ask(lambda no: PlanChanged(id=no))

    def with_place(self, then: Callable[[Place], None]) -> None:
        """`then` is called later with the plan's place and its secrets, if there is a plan."""
        if self.situation.plan is not None:
            self._with_place(self.situation.plan, then)

    def pause(self, seconds: float) -> None:
        """For so many seconds, or until `go_on` if 0."""
        self._ask(lambda no: Pause(id=no, job=self._job(), seconds=seconds or None))

    def go_on(self) -> None:
        self._ask(lambda no: Resume(id=no, job=self._job()))

    def stop(self) -> None:
        self._ask(lambda no: Stop(id=no, job=self._job()))

    def _job(self) -> str:
        return "" if self.situation.at_work is None else self.situation.at_work.job

    def _with_place(self, plan: BackupPlan, then: Callable[[Place], None]) -> None:
        """A keyring may ask the user to unlock it, which the window must not wait for."""
        secrets, data = self._secrets, self.data

        def fetch() -> Place:
            password = secrets.get(SecretName.PASSWORD) or ""
            key = secrets.get(SecretName.SECRET_KEY) or ""
            return place_of(plan, data, password=password, secret_key=key)

        self._background.run(fetch, then, self._fail)

    def _fail(self, error: Exception) -> None:
        known = isinstance(error, BackupError)
        self.failed.emit(error if known else InternalError(str(error)))

    def _ask(self, make: Callable[[int], object]) -> None:
        self.link.ask(make, self._take_reply, self.failed.emit)  # type: ignore[arg-type]

    # --- news -------------------------------------------------------------------------------------

    def _take_reply(self, reply: Reply) -> None:
        now = self._clock.now()
        if isinstance(reply, Started):
            self.situation.take_job(reply.job, now)
        elif isinstance(reply, Jobs):
            at_work = self._job()
            for job in reply.jobs:
                if job.job == at_work:
                    self.situation.take_job(job, now)
        elif isinstance(reply, PlanShown):
            self.situation.storage_plan = reply.plan
        self._soon()

    def _take_jobs(self, jobs: Jobs) -> None:
        self.situation.take_jobs(jobs, self._clock.now())
        self._look()

    def _ask_for_jobs(self) -> None:
        if self._asked_for_jobs:
            return
        self._asked_for_jobs = True

        def take(reply: Reply) -> None:
            self._asked_for_jobs = False
            if isinstance(reply, Jobs):
                self._take_jobs(reply)

        def fail(_error: BackupError) -> None:
            self._asked_for_jobs = False

        self.link.ask(lambda no: ListJobs(id=no), take, fail)

    def _take_batch(self, batch: Batch) -> None:
        self.situation.take_batch(batch, self._clock.now())
        if batch.account is not None:
            self.reread_plan()
            self.account_told.emit(batch.account)
        if batch.job and not self.situation.knows(batch.job):
            # Begun by the engine itself, or in another terminal.
            self._ask_for_jobs()
        if batch.outcome is not None:
            self._look()
            if self._anew and self.situation.backup is None:
                self._anew = False
                self.back_up()
        elif not self._closed and not self._look_soon.isActive():
            self._look_soon.start()
        self._soon()

    def _lose(self, _error: BackupError) -> None:
        self.situation.lose()
        self._soon()

    def _soon(self) -> None:
        if self._closed:
            return
        if not self._refresh.isActive():
            self._refresh.start()
        if self.situation.counts_down(self._clock.now(), _COUNTED_DOWN):
            self._second.start(_SECOND_MS if self._seen else _SECONDS_UNSEEN_MS)
