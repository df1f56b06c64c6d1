"""One connected client: its requests are read and answered one after the other, in a thread."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from backupclient import __version__
from backupclient.agent.account import AccountAtWork
from backupclient.agent.by_itself import ByItself
from backupclient.agent.counting_space import CountingSpace
from backupclient.agent.helped import HelpAtWork
from backupclient.agent.looking import Asker, Looking
from backupclient.agent.measuring import Measuring
from backupclient.agent.outbox import Outbox
from backupclient.agent.plan_keeper import PlanKeeper
from backupclient.agent.plan_room import PlanRoom
from backupclient.agent.tasks import task_of
from backupclient.clock import Clock
from backupclient.decoding import from_json, json_decoder
from backupclient.endpoint import Channel, TooLong
from backupclient.errors import BackupError, Cancelled, EngineRefused, InternalError, JobMissing
from backupclient.jobs.job import Job
from backupclient.jobs.running import Jobs as AllJobs
from backupclient.requests import Place
from backupclient.wire.automatic import (
    AskSurroundings,
    Automation,
    GetAutomation,
    PlanChanged,
    SurroundingsTold,
)
from backupclient.wire.failure import failure_of
from backupclient.wire.greeting import VERSION, Hello, Refusal, Welcome
from backupclient.wire.household import AnyAccountRequest, BackupJoined, TakeOver
from backupclient.wire.jobs import (
    AnyStart,
    Jobs,
    ListJobs,
    Pause,
    Resume,
    SetLimits,
    StartBackup,
    StartCheck,
    Started,
    StartRestore,
    Stop,
    Subscribe,
)
from backupclient.wire.looks import (
    BrowseFolder,
    ListSnapshots,
    ListVersions,
    MeasureStored,
    RestoreCopy,
    SearchBackups,
)
from backupclient.wire.overview import AnyOverview, AskOverview, AskSpace, ListProblems, ListRuns
from backupclient.wire.passwords import AddKey, AnyKeyRequest, ListKeys, RemoveKey
from backupclient.wire.places import (
    Measured,
    MeasureFolder,
    SetUpPlace,
    ThinnedOut,
    ThinOut,
    TryPlace,
)
from backupclient.wire.protocol import AnyReply, AnyRequest
from backupclient.wire.questions import AnyQuestion
from backupclient.wire.storage_plan import AnyPlanRequest, BoughtMore, PlanShown, SetLimit, ShowPlan
from backupclient.wire.tickets import AnyTicketRequest

LAST_WORDS_SECONDS = 2.0
"""How long a client may take to read what was said last."""


class Context(NamedTuple):
    """What all clients of an engine share."""

    data: Path
    clock: Clock
    jobs: AllJobs
    measuring: Measuring
    space: CountingSpace
    looking: Looking
    lasting: bool
    by_itself: ByItself
    storage_plan: PlanKeeper
    plan_room: PlanRoom
    account: AccountAtWork
    help: HelpAtWork


class _Id(msgspec.Struct):
    id: int


class Client(Asker):
    """`end` may be called from any thread."""

    def __init__(
        self, channel: Channel, context: Context, number: int, on_gone: Callable[[Client], None]
    ) -> None:
        self._channel = channel
        self._context = context
        self._on_gone = on_gone
        self._greeted = False
        self._decode = json_decoder(AnyRequest).decode
        self._outbox = Outbox(channel, context.clock, f"to-client-{number}")
        self._thread = threading.Thread(
            target=self._serve, name=f"from-client-{number}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Say nothing after what is to be said already. Returns at once."""
        self._outbox.finish()

    def end(self, seconds: float = LAST_WORDS_SECONDS) -> None:
        """Send what is left to be said, and let go."""
        self._outbox.end(seconds)

    def turn_away(self) -> None:
        """There are too many already."""
        self._outbox.reply(_refusal(None, EngineRefused(reason="too-many")))
        self.end()

    def _serve(self) -> None:
        try:
            while (message := self._next_message()) is not None:
                reply = message if isinstance(message, Refusal) else self._reply_to(message)
                if reply is not None:
                    self._outbox.reply(reply)
                if isinstance(reply, Refusal) and not self._greeted:
                    self.end()
                    return
        finally:
            self._context.jobs.leave(self._outbox)
            self._context.looking.leave(self)
            self._context.by_itself.leave(self._outbox)
            self._context.storage_plan.leave(self._outbox)
            self._context.account.news.leave(self._outbox)
            self._context.help.leave(self._outbox)
            self._outbox.close()
            self._on_gone(self)

    def _next_message(self) -> bytes | Refusal | None:
        try:
            return self._channel.receive()
        except TooLong:
            return _refusal(None, EngineRefused(reason="too-long"))

    def _reply_to(self, message: bytes) -> AnyReply | None:
        """None if the reply comes later."""
        try:
            request = self._decode(message)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _refusal(_id_of(message), EngineRefused(str(error), reason="malformed"))
        try:
            return self._answer(request)
        except BackupError as error:
            return _refusal(request.id, error)
        except Cancelled:
            return _refusal(request.id, EngineRefused(reason="ending"))
        except Exception as error:  # noqa: BLE001 - one request must not end the engine
            raw = f"{type(error).__name__}: {error}"
            return _refusal(request.id, InternalError(raw))

    def _answer(self, request: AnyRequest) -> AnyReply | None:
        if isinstance(request, Hello):
            return self._greet(request)
        if not self._greeted:
            raise EngineRefused(reason="no-hello")
        if isinstance(request, AnyAccountRequest | AnyTicketRequest):
            return self._account(request)
        if isinstance(request, AnyQuestion | AnyOverview | MeasureFolder):
            return self._look_up(request)
        match request:
            case StartBackup() | StartRestore() | StartCheck():
                return self._start(request)
            case ListJobs():
                return _jobs(request.id, self._context.jobs.all())
            case Subscribe(job=""):
                self._subscribe(request)
                return None
            case (
                GetAutomation()
                | PlanChanged()
                | AskSurroundings()
                | ShowPlan()
                | BoughtMore()
                | SetLimit()
            ):
                return self._plans(request)
            case TryPlace() | SetUpPlace() | ThinOut() | ListKeys() | AddKey() | RemoveKey():
                return self._prepare(request)
            case (
                ListSnapshots()
                | BrowseFolder()
                | ListVersions()
                | SearchBackups()
                | MeasureStored()
                | RestoreCopy()
            ):
                self._check_folder(request.place)
                self._context.looking.ask(request, self, self._outbox.reply)
                return None
            case _:
                return self._command(request)

    def _subscribe(self, request: Subscribe) -> None:
        context = self._context
        with self._outbox.news_held():
            context.jobs.watch(self._outbox)
            context.by_itself.watch(self._outbox)
            context.storage_plan.watch(self._outbox)
            context.account.news.watch(self._outbox)
            context.help.watch(self._outbox)
            self._outbox.reply(_jobs(request.id, context.jobs.all()))

    def _plans(
        self, request: GetAutomation | PlanChanged | AskSurroundings | AnyPlanRequest
    ) -> AnyReply:
        by_itself, keeper = self._context.by_itself, self._context.storage_plan
        match request:
            case GetAutomation():
                return Automation(id=request.id, status=by_itself.status)
            case PlanChanged():
                status = by_itself.status
                by_itself.plan_changed()
                keeper.look()
                return Automation(id=request.id, status=status)
            case AskSurroundings():
                return SurroundingsTold(id=request.id, **by_itself.tells()._asdict())
            case SetLimit(limit=limit):
                return PlanShown(id=request.id, plan=keeper.set_limit(limit))
            case BoughtMore():
                keeper.bought_more(self._outbox)
            case ShowPlan():
                pass
        return PlanShown(id=request.id, plan=keeper.current())

    def _held(self, request: AnyRequest) -> bool:
        """Whether what begins by itself is held or let go with this, besides what is at work."""
        by_itself = self._context.by_itself
        match request:
            case Pause(job="", seconds=seconds) if by_itself.active:
                by_itself.pause(seconds)
            case Resume(job="") if by_itself.active:
                by_itself.resume()
            case _:
                return False
        return True

    def _command(self, request: Pause | Resume | Stop | SetLimits | Subscribe) -> AnyReply:
        held = self._held(request)
        try:
            jobs = self._context.jobs.chosen(request.job)
        except JobMissing:
            if not held:
                raise
            jobs = []
        for job in jobs:
            match request:
                case Pause():
                    job.pause(request.seconds)
                case Resume():
                    job.resume()
                case Stop():
                    job.stop()
                case SetLimits():
                    job.limit(request.upload, request.download)
                case Subscribe():
                    job.subscribe(self._outbox)
        return _jobs(request.id, jobs)

    def _look_up(
        self,
        request: AnyQuestion | AnyOverview | MeasureFolder,
    ) -> AnyReply:
        if isinstance(request, MeasureFolder):
            size = self._context.measuring.size(request.request)
            return Measured(id=request.id, size=size)
        # Loaded only where somebody asks.
        from backupclient.agent import past, questions  # noqa: PLC0415

        context = self._context
        facts = context.data, context.jobs.all(), context.clock
        if isinstance(request, AskSpace):
            return past.space(request, context.data, context.space)
        if isinstance(request, AskOverview | ListRuns | ListProblems):
            return past.answer(request, *facts)
        return questions.answer(request, *facts)

    def _prepare(self, request: TryPlace | SetUpPlace | ThinOut | AnyKeyRequest) -> AnyReply:
        # Loaded only where somebody asks.
        from backupclient.agent import places  # noqa: PLC0415

        self._check_folder(request.place)
        reply = places.answer(request, self._context.data, self._context.clock)
        if isinstance(reply, ThinnedOut):
            self._context.storage_plan.ask()  # there may be more room
        return reply

    def _account(self, request: AnyAccountRequest | AnyTicketRequest) -> AnyReply:
        if isinstance(request, AnyTicketRequest):
            return self._context.help.answer(request)
        # Loaded only where somebody asks.
        from backupclient.agent import account_work  # noqa: PLC0415

        reply = account_work.answer(request, self._context.account)
        if isinstance(reply, BackupJoined) or isinstance(request, TakeOver):
            self._context.by_itself.plan_changed()
        return reply

    def _check_folder(self, place: Place) -> None:
        if os.path.realpath(place.data_dir) != os.path.realpath(self._context.data):
            raise EngineRefused(reason="other-folder", path=str(self._context.data))

    def _greet(self, request: Hello) -> AnyReply:
        if request.version != VERSION:
            raise EngineRefused(reason="version", version=VERSION)
        self._greeted = True
        return Welcome(
            id=request.id,
            version=VERSION,
            program=__version__,
            pid=os.getpid(),
            lasting=self._context.lasting,
        )

    def _start(self, request: AnyStart) -> AnyReply:
        context = self._context
        self._check_folder(request.place)
        task = task_of(request, context.data, context.clock, context.plan_room)
        job = context.jobs.add(task, patient=request.patient)
        job.subscribe(self._outbox)
        context.jobs.start(job)
        return Started(id=request.id, job=job.info())


def _jobs(id_: int, jobs: list[Job]) -> Jobs:
    return Jobs(id=id_, jobs=tuple(job.info() for job in jobs))


def _refusal(id_: int | None, error: BackupError) -> Refusal:
    return Refusal(id=id_, failure=failure_of(error))


def _id_of(message: bytes) -> int | None:
    with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return from_json(message, _Id).id
    return None
