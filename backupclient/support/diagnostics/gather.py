"""Gathers a report: from the plan, the notes and the logs of this computer, with or without an
engine.

What cannot be read is a finding, never a failure: who makes a report has trouble already.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

import backupclient
from backupclient.clock import Clock
from backupclient.errors import BackupError, Fact
from backupclient.events import JobState, Progress
from backupclient.logs.crashes import crashes
from backupclient.logs.discreet import Clean, Discretion, Names
from backupclient.logs.log import Line, names_key, read_log
from backupclient.logs.log import Program as Writer
from backupclient.plan import BackupPlan, When
from backupclient.requests import Place as Asked
from backupclient.settings import Folders
from backupclient.support import unanswered
from backupclient.support.diagnostics import bundle as parts
from backupclient.support.diagnostics import rights
from backupclient.support.diagnostics.bundle import (
    Bundle,
    Finding,
    Person,
    Seen,
    Trouble,
    UnsafeFile,
)
from backupclient.support.diagnostics.checks import Checks
from backupclient.support.diagnostics.findings import Known, findings, state_of
from backupclient.support.diagnostics.notes import Notes, trouble_of
from backupclient.support.explainer import known, this_system
from backupclient.wire.automatic import AutomationState, AutomationStatus
from backupclient.wire.entitlement import Entitlement
from backupclient.wire.household import AccountStatus
from backupclient.wire.jobs import JobInfo, JobKind

_MOST_EVENTS = 2000
_MOST_QUESTIONS = 20


_LEVELS = ("debug", "info", "warning", "error")
_STATES = frozenset(map(str, (*JobState, *AutomationState, "lasting", "for-a-command")))
_JOB = re.compile(r"[0-9a-f]{8}")


class Told(NamedTuple):
    """What an engine said. `trouble` is why there is nothing of it; `plan` and `account` are then
    what was kept of them, if anything was."""

    jobs: tuple[JobInfo, ...] = ()
    automation: AutomationStatus = AutomationStatus()
    trouble: BackupError | None = None
    plan: Entitlement | None = None
    account: AccountStatus = AccountStatus()


class Wishes(NamedTuple):
    """What whoever makes the report says and allows, as it was typed."""

    names: bool = False
    name: str = ""
    contact: str = ""
    like: parts.Like = parts.Like.EXPLAIN
    note: str = ""
    language: str = "en"
    door: parts.Door = parts.Door.TERMINAL
    ask_storage: bool = True
    crashes: bool = True


class About(NamedTuple):
    """Where to look. `place` has the secrets, if there are any: to ask the storage with, and to
    keep them out of the report. `keyring` is who keeps them; `troubles` is what went wrong until
    now."""

    folders: Folders
    plan: BackupPlan | None
    place: Asked | None
    keyring: str = ""
    troubles: tuple[BackupError, ...] = ()
    secrets: tuple[str, ...] = ()


class Gathered(NamedTuple):
    """Everything that goes into the .zip."""

    bundle: Bundle
    events: tuple[Line, ...]
    files: tuple[UnsafeFile, ...]


def gather(about: About, told: Told, wishes: Wishes, clock: Clock) -> Gathered:
    """Takes up to half a minute where the storage does not answer. Any thread."""
    return _Gathering(about, told, wishes, clock).all()


class _Gathering:
    def __init__(self, about: About, told: Told, wishes: Wishes, clock: Clock) -> None:
        self._about, self._wishes, self._clock = about, wishes, clock
        self._engine_told = told
        self._data = about.folders.data
        data = about.folders.data
        key = (lambda: names_key(data)) if data.is_dir() else None  # a report makes no folder
        names = Names(shown=wishes.names, key=key)
        self._discretion = Discretion(names, _secrets(about))
        self._notes = Notes(
            about.folders,
            about.plan,
            about.place.location if about.place else "",
            told.jobs,
            self._discretion,
            clock,
        )

    def all(self) -> Gathered:
        about, wishes = self._about, self._wishes
        notes = self._notes
        places = tuple(notes.places())
        lines = tuple(self._lines())
        engine = self._engine()
        plan, account = self._rights()
        seen = Seen.ENGINE if engine.running else Seen.NOTES
        place = about.place if wishes.ask_storage else None
        asked = Checks(place, self._data, self._clock, self._discretion).run()
        crashed = crashes(self._data) if wishes.crashes else []
        all_known = Known(
            checks=asked.checks,
            engine=engine,
            places=places,
            reasons=notes.reasons,
            notes=[
                *map(self._met, about.troubles),
                *notes.troubles,
                *rights.against(plan, account, seen),
            ],
            log=lines,
            crashed=crashed[0].time if crashed else None,
            by_itself=about.plan is not None and about.plan.schedule.when is not When.BY_HAND,
        )
        found = findings(all_known)
        now, when = self._clock.now(), about.plan.schedule.when if about.plan else None
        whole = Bundle(
            made=now,
            state=state_of(found, places, when, now, running=engine.running),
            names_shown=wishes.names,
            person=self._person(),
            program=_program(self._discretion),
            findings=found,
            places=places,
            plan=None if about.plan is None else self._plan(about.plan),
            storage_plan=plan,
            account=account,
            engine=engine,
            checks=asked.checks,
            computer=self._computer(),
            crashes=tuple(crashed),
            questions=self._questions(),
            events=len(lines),
            files=len(notes.files),
            files_more=notes.more,
        )
        return Gathered(whole, lines, tuple(notes.files))

    # --- the person, the computer -----------------------------------------------------------------

    def _person(self) -> Person:
        wishes, text = self._wishes, self._discretion.text
        return Person(
            name=text(wishes.name, 200),
            contact=text(wishes.contact, 200),
            like=wishes.like,
            note=text(wishes.note),
            language=self._discretion.code(wishes.language.lower()) or Clean("en"),
            door=wishes.door,
        )

    def _computer(self) -> parts.Computer:
        import psutil  # noqa: PLC0415 - takes a while to load

        memory = psutil.virtual_memory()
        offset = self._clock.now().astimezone().utcoffset()
        return parts.Computer(
            processors=os.cpu_count() or 0,
            memory=memory.total,
            memory_free=memory.available,
            utc_offset=0 if offset is None else int(offset.total_seconds()),
            keyring=self._discretion.code(self._about.keyring),
        )

    def _questions(self) -> tuple[Clean, ...]:
        kept = unanswered.read(self._data)[-_MOST_QUESTIONS:]
        return tuple(self._discretion.text(one.question, 200) for one in kept)

    def _plan(self, plan: BackupPlan) -> parts.Plan:
        return parts.Plan(
            when=plan.schedule.when,
            at=self._discretion.text(plan.schedule.at, 5),
            folders=tuple(self._discretion.path(folder) for folder in plan.folders),
            rules=len(plan.rules),
            limit=plan.storage.limit,
            limit_upload=plan.bandwidth.upload,
            limit_download=plan.bandwidth.download,
            on_battery=plan.schedule.on_battery,
            on_metered=plan.schedule.on_metered,
        )

    def _met(self, error: BackupError) -> Finding:
        trouble = self._trouble(error.code, error.facts, error.raw)
        return Finding(trouble=trouble, seen=(Seen.NOTES,))

    def _trouble(self, code: str, facts: Mapping[str, Fact], raw: str = "") -> Trouble:
        return trouble_of(code, facts, raw, self._discretion)

    def _rights(self) -> tuple[parts.StoragePlan | None, parts.Account]:
        told = self._engine_told
        plan = None if told.plan is None else rights.storage_plan(told.plan, self._discretion)
        return plan, rights.account(told.account, self._discretion)

    # --- the engine and its log -------------------------------------------------------------------

    def _engine(self) -> parts.Engine:
        told = self._engine_told
        automation, trouble = told.automation, told.trouble
        hindrance = automation.hindrance
        return parts.Engine(
            running=told.trouble is None,
            trouble=self._trouble(trouble.code, trouble.facts, trouble.raw) if trouble else None,
            automation=automation.state,
            hindrance=(
                self._trouble(hindrance.code, hindrance.facts, hindrance.raw) if hindrance else None
            ),
            next_run=automation.next_run,
            paused_until=automation.paused_until,
            watching=automation.watching,
            watched_folders=automation.watched_folders,
            jobs=tuple(self._job(job) for job in told.jobs),
        )

    def _job(self, job: JobInfo) -> parts.Job:
        trouble = None
        if job.state is JobState.WAITING and job.waiting is not None:
            trouble = self._trouble(job.waiting.code, job.waiting.facts)
        elif job.outcome is not None and job.outcome.failure is not None:
            failure = job.outcome.failure
            trouble = self._trouble(failure.code, failure.facts, failure.raw)
        return parts.Job(
            kind=job.kind,
            state=job.state,
            created=job.created,
            trouble=trouble,
            next_try=job.next_try,
            problems=job.problems,
            progress=_progress(job),
        )

    def _lines(self) -> Iterator[Line]:
        """Of all programs, in time, once more through the door: a file may hold anything."""
        told = self._discretion
        found = [line for one in Writer for line in read_log(self._data, one, _MOST_EVENTS)]
        for line in sorted(found, key=lambda line: line.time)[-_MOST_EVENTS:]:
            yield msgspec.structs.replace(
                line,
                level=line.level if line.level in _LEVELS else "",
                code=line.code if line.code in _STATES or known(line.code) else "",
                job=line.job if _JOB.fullmatch(line.job) else "",
                kind=line.kind if line.kind in list(JobKind) else "",
                path=told.path(line.path) if line.path else "",
                facts=told.facts(line.facts),
            )


def _progress(job: JobInfo) -> parts.Progress | None:
    told = job.progress
    if job.state is not JobState.RUNNING or not isinstance(told, Progress):
        return None
    return parts.Progress(
        total=told.bytes_total,
        safe=told.bytes_safe,
        sent=told.bytes_sent,
        rate=told.bytes_per_second,
        seconds_left=told.seconds_left,
        limit=job.limits.upload,
    )


def _secrets(about: About) -> Sequence[str]:
    place = about.place
    if place is None:
        return about.secrets
    used = (place.password, place.access_key, place.secret_key, place.session_token)
    return (*about.secrets, *used)


def _program(told: Discretion) -> parts.Program:
    return parts.Program(
        version=told.text(backupclient.__version__, 40),
        python=told.text(platform.python_version(), 40),
        system=told.text(_system(), 80),
        machine=told.text(platform.machine(), 20),
        packaged=bool(getattr(sys, "frozen", False)),
        family=this_system(),
    )


def _system() -> str:
    """ "Debian GNU/Linux 12 (bookworm), 6.1.0"; "Windows 11"."""
    name = platform.system()
    if name == "Linux":
        with contextlib.suppress(OSError):
            name = platform.freedesktop_os_release().get("PRETTY_NAME", name) + ","
    return f"{name} {platform.release()}"
