"""What somebody may store, and who uses it: the same facts for the window, the tray, the command
line and other programs, wherever the plan comes from. Frozen structs and what follows from them;
sizes are bytes, times aware. Any thread.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

import msgspec

from backupclient.errors import Fact

_NEARLY = 10
"""Nearly full: less than one such part of the limit is left."""
GRACE = timedelta(days=30)
"""For so long what was last known of a plan counts when its source cannot be asked."""


class Source(enum.StrEnum):
    """Where a plan comes from."""

    SERVICE = "service"
    """An account service."""
    OWN_LIMIT = "own-limit"
    """The user set a limit, and nobody else keeps it."""
    STORE = "store"
    """The storage itself tells: the size of a drive, the quota of a bucket."""
    NONE = "none"
    """Nobody says how much fits."""


class PlanState(enum.StrEnum):
    """How the plan stands. Whatever it is, what is stored can be restored as long as it is kept."""

    ACTIVE = "active"
    PAST_DUE = "past_due"
    """A payment is late; everything works."""
    CANCELLED = "cancelled"
    """It works until `Entitlement.ends`."""
    LAPSED = "lapsed"
    """It has ended: nothing more is taken, and restoring works until `data_kept_until`."""


class Seat(enum.StrEnum):
    HELD = "held"
    RELEASED = "released"


class Late(enum.StrEnum):
    """Who has not done yet what a purchase needs."""

    NOBODY = "nobody"
    PAYMENT = "payment"
    """The payment was not confirmed yet."""
    STORAGE = "storage"
    """It was paid, and the storage does not have the new limit yet."""


class Price(msgspec.Struct, frozen=True):
    """`amount` in the currency's smallest unit; `currency` as ISO 4217; `period`: month, year."""

    amount: int
    currency: str
    period: str


class Pending(msgspec.Struct, frozen=True):
    """A limit that was paid `since` and is not in force yet."""

    limit: int
    since: datetime


class SupportedSystem(msgspec.Struct, frozen=True):
    """`app`: whether there is an app for it; `note` is the provider's own text."""

    system: str
    versions: str = ""
    app: bool = True
    note: str = ""


class Computer(msgspec.Struct, frozen=True, kw_only=True):
    """One computer of the household. `applied_limit` is the limit it last said to work with,
    `waiting_bytes` what it last said to have still to back up."""

    name: str
    device_id: str = ""
    system: str = ""
    seat: Seat = Seat.HELD
    this: bool = False
    online: bool = False
    last_backup: datetime | None = None
    last_seen: datetime | None = None
    waiting_bytes: int = 0
    applied_limit: int | None = None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why something could not be asked or done: the code of an error of `errors`, and its facts."""

    code: str
    facts: dict[str, Fact] = {}
    raw: str = ""


class Entitlement(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it was at `as_of`, when its source was last asked; `trouble` is why that is not
    now. `limit` is None where nobody says one, `used` where nobody has counted (at `measured_at`).
    `available` is how much a drive has left, if that is known, whoever filled it. `writable` is
    whether the storage took data when it was last tried after it had been full, at `tried_at`.
    `own_limit` is what the user allows the backup on this computer, whatever the plan says; 0 for
    no limit of his. `seats` is 0 where computers need none."""

    source: Source
    as_of: datetime
    name: str = ""
    limit: int | None = None
    used: int | None = None
    available: int | None = None
    measured_at: datetime | None = None
    writable: bool | None = None
    tried_at: datetime | None = None
    own_limit: int = 0
    state: PlanState = PlanState.ACTIVE
    renews: datetime | None = None
    ends: datetime | None = None
    data_kept_until: datetime | None = None
    price: Price | None = None
    seats: int = 0
    computers: tuple[Computer, ...] = ()
    systems: tuple[SupportedSystem, ...] = ()
    pending: Pending | None = None
    late: Late = Late.NOBODY
    household: str = ""
    manage_url: str = ""
    buy_url: str = ""
    trouble: Trouble | None = None

    @property
    def free(self) -> int | None:
        """How much more may be stored, never negative; None where nobody knows."""
        known = [] if self.available is None else [self.available]
        if self.limit is not None and self.used is not None:
            known.append(max(0, self.limit - self.used))
        return min(known, default=None)

    @property
    def over(self) -> int:
        """How much more is stored than the plan allows: after a downgrade. Nothing is deleted."""
        if self.limit is None or self.used is None:
            return 0
        return max(0, self.used - self.limit)

    @property
    def full(self) -> bool:
        return self.free == 0

    @property
    def nearly_full(self) -> bool:
        """Less than a tenth is left, and something."""
        free = self.free
        if free is None or free == 0:
            return False
        if self.limit is not None:
            whole = self.limit
        elif self.used is not None:
            whole = self.used + free
        else:
            return False
        return free * _NEARLY < whole

    @property
    def takes_data(self) -> bool:
        """Whether the plan lets anything more be stored."""
        return self.state is not PlanState.LAPSED and not self.full

    def missing(self, needed: int) -> int:
        """How much of `needed` more bytes does not fit; 0 where nobody knows."""
        if self.state is PlanState.LAPSED:
            return needed
        return 0 if self.free is None else max(0, needed - self.free)

    def age(self, now: datetime) -> timedelta:
        """How old this knowledge is."""
        return max(now - self.as_of, timedelta())

    def in_grace(self, now: datetime) -> bool:
        """Its source could not be asked, and what was known still counts."""
        return self.trouble is not None and self.age(now) <= GRACE

    @property
    def others(self) -> tuple[Computer, ...]:
        """The other computers that have a seat."""
        return tuple(one for one in self.computers if not one.this and one.seat is Seat.HELD)


class StepCode(enum.StrEnum):
    """What "I've bought more storage" goes through, in this order."""

    ACCOUNT = "account"
    """The source of the plan answers."""
    PLAN = "plan"
    """What it says. Facts: limit, before (bytes, either may be missing), late."""
    STORAGE = "storage"
    """The storage takes data: one byte is written and removed. Facts: free."""
    THIS_COMPUTER = "this-computer"
    """It works with the new limit. Facts: limit."""
    OTHER_COMPUTER = "other-computer"
    """Each of the others does. `subject` is its name. Facts: online, last_seen (RFC 3339), waiting
    (bytes)."""
    WAITING_FILES = "waiting-files"
    """What waited for room goes on. Facts: jobs, files, bytes."""


class StepState(enum.StrEnum):
    WAITING = "waiting"
    DOING = "doing"
    DONE = "done"
    NOT_YET = "not-yet"
    """It happens by itself: when somebody else has done their part, or is there again."""
    FAILED = "failed"
    """It needs somebody; `trouble` says why."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the walk as it stands; `subject` tells the lines of one code apart."""

    code: StepCode
    state: StepState
    subject: str = ""
    facts: dict[str, Fact] = {}
    trouble: Trouble | None = None


class Walk(msgspec.Struct, frozen=True):
    """All lines as they stand, in order. `done`: the walk is over; lines that are `NOT_YET` change
    when what they wait for happens."""

    steps: tuple[Step, ...] = ()
    done: bool = False
