"""The part of the protocol for what a place looks like over time: its runs, its problems and what
its storage holds. Requests and replies; see `protocol`.

All of it is read from what this computer knows, without a password or the storage. An empty
`location` is the first place this computer knows.
"""

from __future__ import annotations

import enum
from datetime import date, datetime

import msgspec

from backupclient.errors import Fact
from backupclient.wire.answers import PlaceStatus
from backupclient.wire.envelope import Reply, Request


class AskOverview(Request, frozen=True, kw_only=True, tag="overview"):
    """`paths` as in `AskStatus`, but nothing is looked at."""

    location: str = ""
    paths: tuple[bytes, ...] = ()


class ListRuns(Request, frozen=True, kw_only=True, tag="list-runs"):
    """Newest first; `before`, if not 0, is the number of the last run of the page before."""

    location: str = ""
    before: int = 0
    limit: int = 50


class ListProblems(Request, frozen=True, kw_only=True, tag="list-problems"):
    """Those that last, oldest first, of one reason or of all; with `run`, those that a run met or
    ended. `after` is the number of the last problem of the page before."""

    location: str = ""
    reason: str = ""
    run: int = 0
    after: int = 0
    limit: int = 1000


class AskSpace(Request, frozen=True, kw_only=True, tag="space"):
    """What takes the space of a place. It is counted beside everything else: ask again while
    `SpaceShown.counting`."""

    location: str = ""


AnyOverview = AskOverview | ListRuns | ListProblems | AskSpace


class RunEnd(enum.StrEnum):
    """How a run stands."""

    RUNNING = "running"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"
    CUT_SHORT = "cut-short"
    """It did not come to say how it ended: the computer or the engine went."""
    FOUND = "found"
    """Not this computer's notes: a backup that was in the storage already."""


class RunFailure(msgspec.Struct, frozen=True, kw_only=True):
    """The error that a run ended with, see `errors`. `tries`: how often in a row it could not even
    begin because of that; 0 of a run that did."""

    code: str
    facts: dict[str, Fact] = {}
    raw: str = ""
    tries: int = 0


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """A run and what it did. Counts are 0 for a run that did not end complete.

    `read` bytes were read of new and changed files; `added` of them were new to the storage, where
    they take `stored` bytes; `sent` went over the line, repeats too. `problems` were met by it.
    `kept`: its backup was in the storage at the last look. `failure` is there if it failed, unless
    an earlier program noted it."""

    no: int
    started: datetime
    ended: datetime | None = None
    end: RunEnd = RunEnd.COMPLETE
    failure: RunFailure | None = None
    kept: bool = False
    went_on_from: datetime | None = None
    files_total: int = 0
    bytes_total: int = 0
    files_new: int = 0
    files_changed: int = 0
    files_unchanged: int = 0
    read: int = 0
    added: int = 0
    stored: int = 0
    sent: int = 0
    problems: int = 0


class DayReport(msgspec.Struct, frozen=True, kw_only=True):
    """One day in the computer's own time zone. `stored` bytes as in `RunReport`; `run` is the
    number of its newest run, 0 if there was none."""

    day: date
    runs: int = 0
    stored: int = 0
    problems: int = 0
    failed: int = 0
    """Runs that did not end complete and were not stopped by somebody."""
    run: int = 0


class ProblemReport(msgspec.Struct, frozen=True, kw_only=True):
    """One path that could not be backed up. `size` is as it was last seen; `earlier_version` is
    when the version that is safe was last changed. How it ended (`manifest.problems.EndedBy`) is
    empty while it lasts."""

    no: int
    path: bytes
    reason: str
    raw: str
    since: datetime
    size: int = 0
    folder: bool = False
    earlier_version: datetime | None = None
    ended: datetime | None = None
    ended_by: str = ""


class ReasonReport(msgspec.Struct, frozen=True, kw_only=True):
    """Problems of one reason that last, and the first of them."""

    reason: str
    count: int
    since: datetime
    first: tuple[ProblemReport, ...] = ()


class StorageReport(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes. `stored` is what the packs take that are known of. `spared` was read from files and
    in the storage already, so that it was not stored again. `free` is how much the drive has left,
    where the place is a folder of this computer."""

    stored: int = 0
    spared: int = 0
    free: int | None = None


class TopSpace(msgspec.Struct, frozen=True):
    """What the newest versions in a chosen folder take in the storage, in bytes."""

    path: bytes
    size: int


class SpaceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What takes the space. What several tops need is counted with the first. `other` is all else:
    old versions, deleted files, and what other computers have stored."""

    tops: tuple[TopSpace, ...] = ()
    other: int = 0


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """A check and what it found. `read_data`: all that is stored was to be read back; `packs_read`
    of the `packs` were. `errors` things are wrong; `affected` are the first of the
    `affected_count` paths that need them. The other counts are 0 where it did not end complete."""

    started: datetime
    ended: datetime
    end: RunEnd = RunEnd.COMPLETE
    failure: RunFailure | None = None
    read_data: bool = False
    packs: int = 0
    packs_read: int = 0
    snapshots: int = 0
    errors: int = 0
    affected: tuple[str, ...] = ()
    affected_count: int = 0


class PlaceOverview(msgspec.Struct, frozen=True, kw_only=True):
    """`days` are the last thirty, oldest first, `recent` the last five runs, newest first. `over`
    are problems that ended within a week, newest first, at most a hundred of the `over_count`.
    `checks` are the last twenty, newest first."""

    status: PlaceStatus
    storage: StorageReport = StorageReport()
    days: tuple[DayReport, ...] = ()
    recent: tuple[RunReport, ...] = ()
    last_complete: RunReport | None = None
    first_run: datetime | None = None
    reasons: tuple[ReasonReport, ...] = ()
    over: tuple[ProblemReport, ...] = ()
    over_count: int = 0
    checks: tuple[CheckReport, ...] = ()


class Overview(Reply, frozen=True, kw_only=True, tag="overview"):
    """None of a place that this computer does not know."""

    overview: PlaceOverview | None


class Runs(Reply, frozen=True, kw_only=True, tag="runs"):
    """`more`: there are older ones."""

    runs: tuple[RunReport, ...]
    more: bool = False


class Problems(Reply, frozen=True, kw_only=True, tag="problems"):
    problems: tuple[ProblemReport, ...]
    more: bool = False


class SpaceShown(Reply, frozen=True, kw_only=True, tag="space-shown"):
    """As it was last counted; None where it never was."""

    space: SpaceReport | None
    counting: bool = False
