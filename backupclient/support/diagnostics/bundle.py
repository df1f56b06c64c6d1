"""`bundle.json`: everything a report for support says. What is no field here cannot get out.

Version 1. Fields may be added without a new version, and a reader ignores those it does not know;
anything else changes `VERSION`. Sizes are bytes, spans seconds, times RFC 3339. Every text from
outside is `Clean`: names are words that stand for them unless `names_shown`. `schema()` is the JSON
schema, which `backupclient diagnose schema` prints; `tests/support/diagnostics/bundle.schema.json`
keeps it.
"""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from backupclient.errors import Fact
from backupclient.events import JobState
from backupclient.logs.crashes import Crash
from backupclient.logs.discreet import Clean
from backupclient.plan import When
from backupclient.support.explainer import System
from backupclient.wire.answers import StateCounts
from backupclient.wire.automatic import AutomationState, Watching
from backupclient.wire.entitlement import Late, PlanState, Seat, Source
from backupclient.wire.household import AccountState
from backupclient.wire.jobs import JobKind
from backupclient.wire.overview import RunEnd

VERSION = 1
BUNDLE_NAME = "bundle.json"
REPORT_NAME = "report.html"
EVENTS_NAME = "events.jsonl"
FILES_NAME = "files.csv"


class Like(enum.StrEnum):
    """How somebody wants to be helped."""

    EXPLAIN = "explain"
    """Tell me what it is and what follows."""
    STEPS = "steps"
    """Just the steps."""
    TOGETHER = "together"
    """Do it with me, one thing at a time."""


class Door(enum.StrEnum):
    """Where the report was made."""

    WINDOW = "window"
    TERMINAL = "terminal"


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody typed in the window, as it was typed: no part of a report, but a line on the
    standard input of the process that makes one, because others can read its arguments."""

    contact: str = ""
    note: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of himself, all of which may be empty. `note`: what happened."""

    name: Clean = Clean("")
    contact: Clean = Clean("")
    like: Like = Like.EXPLAIN
    note: Clean = Clean("")
    language: Clean = Clean("en")
    door: Door = Door.TERMINAL


class Program(msgspec.Struct, frozen=True, kw_only=True):
    version: Clean
    python: Clean
    system: Clean
    machine: Clean
    packaged: bool = False
    """Frozen into one program, not run by a Python of the system."""
    family: System = System.OTHER


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A problem as the program knows it: a code of the catalogue and facts that may be told."""

    code: Clean
    facts: dict[str, Fact] = {}


class State(enum.StrEnum):
    """The worst thing that is true."""

    NEEDS_HELP = "needs-help"
    WAITING = "waiting"
    """It goes on by itself."""
    SAFE = "safe"
    NO_BACKUP = "no-backup"
    NO_PLAN = "no-plan"


class Seen(enum.StrEnum):
    """Who met a problem."""

    CHECK = "check"
    """A check that was made for this report: it is so now."""
    ENGINE = "engine"
    RUN = "run"
    FILES = "files"
    VERIFIED = "verified"
    """Reading the backup back."""
    LOG = "log"
    CRASH = "crash"
    NOTES = "notes"


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What the program did about it by itself: it went on `times`, last at `last`."""

    times: int
    last: datetime
    next_try: datetime | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One cause. `count` of what it hit; `names` are the first of them. `over`: what was checked
    for this report went well, so that it may have passed."""

    trouble: Trouble
    seen: tuple[Seen, ...]
    since: datetime | None = None
    count: int = 0
    names: tuple[Clean, ...] = ()
    tried: Tried | None = None
    over: bool = False


class CheckName(enum.StrEnum):
    NAME = "name"
    """The storage's address is found."""
    REACH = "reach"
    """The storage answers, proves who it is (TLS) and takes the key."""
    CLOCK = "clock"
    """This computer's clock and the storage's are the same; fact `skew_seconds`, ahead is more."""
    WRITE = "write"
    """A byte was stored and removed again."""
    SPEED = "speed"
    """Facts `up` and `down`, bytes a second, of one small piece: a slow line shows, a fast does
    not."""
    DISK = "disk"
    """Room for the program's own notes; facts `free_bytes` and `total_bytes`."""
    WATCHES = "watches"
    """How many folders the system lets one user watch."""


class CheckState(enum.StrEnum):
    FINE = "fine"
    WRONG = "wrong"
    SKIPPED = "skipped"
    """It means nothing here, or what it needs went wrong before."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    name: CheckName
    state: CheckState
    trouble: Trouble | None = None
    facts: dict[str, Fact] = {}
    seconds: float = 0.0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """As `overview.RunReport`."""

    started: datetime
    ended: datetime | None = None
    end: RunEnd
    failure: Trouble | None = None
    kept: bool = False
    went_on_from: datetime | None = None
    files_total: int = 0
    bytes_total: int = 0
    files_new: int = 0
    files_changed: int = 0
    stored: int = 0
    sent: int = 0
    problems: int = 0
    tries: int = 0
    """How often in a row it could not even begin, until `ended`; 0 of a run that did."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the backup goes: a folder (`kind` "folder") or S3. `host` is hidden unless it is a
    provider's. Times as in `answers.PlaceStatus`."""

    kind: Clean
    host: Clean = Clean("")
    encrypted: bool = True
    planned: bool = False
    """It is the place of the plan; others were used before."""
    known: bool = True
    """Otherwise the notes of it cannot be read, and nothing of the rest is known."""
    storage_seen: datetime | None = None
    last_backup: datetime | None = None
    first_run: datetime | None = None
    counts: StateCounts = StateCounts()
    stored: int = 0
    spared: int = 0
    runs: tuple[Run, ...] = ()
    """Newest first."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be backed up, in numbers. `limit` is that of somebody's own, 0 for none."""

    when: When
    at: Clean = Clean("")
    folders: tuple[Clean, ...] = ()
    rules: int = 0
    limit: int = 0
    limit_upload: int = 0
    limit_download: int = 0
    on_battery: bool = False
    on_metered: bool = False


class SeatedComputer(msgspec.Struct, frozen=True, kw_only=True):
    """One of the computers that share the storage plan; `waiting` is what it last said to have
    still to back up, `applied_limit` the limit it last said to work with."""

    name: Clean
    system: Clean = Clean("")
    this: bool = False
    seat: Seat = Seat.HELD
    online: bool = False
    last_backup: datetime | None = None
    last_seen: datetime | None = None
    waiting: int = 0
    applied_limit: int | None = None


class StoragePlan(msgspec.Struct, frozen=True, kw_only=True):
    """How much may be stored and who says so, as `entitlement.Entitlement`, known at `as_of`;
    `trouble` is why it is not known now. `pending_limit` was paid and is not in force yet; `late`
    is whose part of a purchase is missing."""

    source: Source
    as_of: datetime
    name: Clean = Clean("")
    state: PlanState = PlanState.ACTIVE
    limit: int | None = None
    used: int | None = None
    available: int | None = None
    measured_at: datetime | None = None
    writable: bool | None = None
    own_limit: int = 0
    renews: datetime | None = None
    ends: datetime | None = None
    data_kept_until: datetime | None = None
    late: Late = Late.NOBODY
    pending_limit: int | None = None
    pending_since: datetime | None = None
    seats: int = 0
    computers: tuple[SeatedComputer, ...] = ()
    trouble: Trouble | None = None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """This computer at the account service; `host` is hidden like a name. `trouble` is why the
    service could not be asked, or why the last sign-in came to nothing."""

    state: AccountState = AccountState.SIGNED_OUT
    host: Clean = Clean("")
    trouble: Trouble | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a backup is: of `total` bytes, which are 0 while nobody knows, `safe` were stored
    before and `sent` were by it. `limit` is what it may send in a second, 0 for no limit."""

    total: int = 0
    safe: int = 0
    sent: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    limit: int = 0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    kind: JobKind
    state: JobState
    created: datetime
    trouble: Trouble | None = None
    next_try: datetime | None = None
    problems: int = 0
    progress: Progress | None = None
    """Of a backup that runs."""


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """`trouble` is why it could not be asked."""

    running: bool = False
    trouble: Trouble | None = None
    automation: AutomationState = AutomationState.OFF
    hindrance: Trouble | None = None
    next_run: datetime | None = None
    paused_until: datetime | None = None
    watching: Watching = Watching.OFF
    watched_folders: int = 0
    jobs: tuple[Job, ...] = ()


class Computer(msgspec.Struct, frozen=True, kw_only=True):
    processors: int = 0
    memory: int = 0
    memory_free: int = 0
    utc_offset: int = 0
    """Seconds."""
    keyring: Clean = Clean("")
    """Who keeps the secrets: "keyring", "file", or a code of what is wrong with it."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    version: int = VERSION
    made: datetime
    state: State
    names_shown: bool = False
    person: Person = Person()
    program: Program
    findings: tuple[Finding, ...] = ()
    """Worst first."""
    places: tuple[Place, ...] = ()
    plan: Plan | None = None
    storage_plan: StoragePlan | None = None
    """None where no engine says it and no service said it last."""
    account: Account = Account()
    engine: Engine = Engine()
    checks: tuple[Check, ...] = ()
    computer: Computer = Computer()
    crashes: tuple[Crash, ...] = ()
    questions: tuple[Clean, ...] = ()
    """What was looked for in the help without an answer."""
    events: int = 0
    """Lines in `events.jsonl`."""
    files: int = 0
    """Lines in `files.csv`, without its head; `files_more`: there would be more."""
    files_more: bool = False


class UnsafeFile(msgspec.Struct, frozen=True, kw_only=True):
    """A line of `files.csv`: a file that is not safe, and why."""

    path: Clean
    state: Clean
    reason: Clean = Clean("")
    size: int = 0
    since: datetime | None = None
    earlier_version: bool = False


def schema() -> bytes:
    """Of `bundle.json`."""
    (bundle,), parts = msgspec.json.schema_components((Bundle,), ref_template="#/$defs/{name}")
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:plainkeep:report:{VERSION}",
        "title": "The report for support",
        **bundle,
        "$defs": parts,
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"
