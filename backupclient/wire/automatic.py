"""The part of the protocol about what the engine does by itself. See `protocol`."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from backupclient.wire.envelope import Reply, Request


class AutomationState(enum.StrEnum):
    """Whether the engine backs up by itself."""

    OFF = "off"
    """There is no plan, or the engine is that of a command and goes with it."""
    BY_HAND = "by-hand"
    """The plan says so."""
    SCHEDULED = "scheduled"
    """The next backup begins at `next_run`."""
    WAITING = "waiting"
    """A backup is due, and something is waited for first."""
    PAUSED = "paused"
    RUNNING = "running"
    """A backup by the plan is at work, or held; its job says how it stands."""


class Watching(enum.StrEnum):
    """How changes are found between the times of the schedule."""

    OFF = "off"
    BEGINNING = "beginning"
    ON = "on"
    SCANS = "scans"
    """Not all folders can be watched, so that they are looked through every so often instead."""


class Hindrance(msgspec.Struct, frozen=True, kw_only=True):
    """Why no backup begins: `code` is an `events.Condition` or that of an error."""

    code: str
    facts: dict[str, str | int | float | bool] = {}
    raw: str = ""


class AutomationStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine does by itself, and why it does not.

    `next_run` is when the next backup is due, or has been since while it waits; while `hindrance`
    is the error that the last one ended with, it is the next try. `paused_until` is None for a
    pause that only `resume` ends. `watched_folders` is 0 where the system does not say."""

    state: AutomationState = AutomationState.OFF
    next_run: datetime | None = None
    hindrance: Hindrance | None = None
    paused_until: datetime | None = None
    watching: Watching = Watching.OFF
    watched_folders: int = 0


class GetAutomation(Request, frozen=True, kw_only=True, tag="get-automation"):
    pass


class PlanChanged(Request, frozen=True, kw_only=True, tag="plan-changed"):
    """Answered as it stood before; what comes of it is news."""


class Automation(Reply, frozen=True, kw_only=True, tag="automation"):
    status: AutomationStatus


class AskSurroundings(Request, frozen=True, kw_only=True, tag="ask-surroundings"):
    """Answered within seconds."""


class SurroundingsTold(Reply, frozen=True, kw_only=True, tag="surroundings"):
    """What the computer can say of itself, or do: `battery`: it has one; `metered`: it knows of
    lines that count what goes over them; `awake`: it can be kept from sleeping. What it cannot, no
    plan can make it do."""

    battery: bool
    metered: bool
    awake: bool
