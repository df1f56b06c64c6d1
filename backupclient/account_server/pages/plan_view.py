"""What the plan's pages show, out of the household's answer. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from backupclient.account_server.models import DeviceAnswer, HouseholdAnswer
from backupclient.account_server.offers import Offer

NEARLY_FULL = 0.9
_BAR = 100.0


class Mood(StrEnum):
    """The worst thing that is true of a plan, which is what the page says first."""

    LAPSED = "lapsed"
    PAST_DUE = "past_due"
    PENDING = "pending"
    FULL = "full"
    NEARLY_FULL = "nearly_full"
    CANCELLED = "cancelled"
    FINE = "fine"


class Computer(NamedTuple):
    """`knows`: it goes by the plan's limit now."""

    device_id: str
    name: str
    system: str
    held: bool
    online: bool
    last_backup: datetime | None
    waiting: int
    knows: bool


class Choice(NamedTuple):
    """An offer as this household sees it: what it has, more, or less from the next renewal on."""

    offer: Offer
    has: bool
    less: bool


class PlanView(NamedTuple):
    """`used_share` of the limit in per cent, at most 100."""

    home: HouseholdAnswer
    mood: Mood
    used_share: float
    waiting: int
    computers: tuple[Computer, ...]
    seats_taken: int
    choices: tuple[Choice, ...]


def view(home: HouseholdAnswer, offers: tuple[Offer, ...]) -> PlanView:
    computers = computers_of(home)
    held = tuple(one for one in computers if one.held)
    limit = home.storage.limit
    used = home.storage.used
    share = min(_BAR, _BAR * used / limit) if limit > 0 else _BAR if used else 0.0
    return PlanView(
        home=home,
        mood=_mood(home, sum(one.waiting for one in held)),
        used_share=round(share, 2),
        waiting=sum(one.waiting for one in held),
        computers=computers,
        seats_taken=len(held),
        choices=tuple(_choice(home, offer) for offer in offers),
    )


def _mood(home: HouseholdAnswer, waiting: int) -> Mood:
    plan, storage = home.plan, home.storage
    if plan.state == "lapsed":
        return Mood.LAPSED
    if plan.pending is not None and plan.pending.limit > storage.limit:
        return Mood.PENDING
    if not storage.writable or (waiting and storage.used + waiting > storage.limit):
        return Mood.FULL
    if plan.state == "past_due":
        return Mood.PAST_DUE
    if plan.state == "cancelled":
        return Mood.CANCELLED
    return Mood.NEARLY_FULL if storage.used > NEARLY_FULL * storage.limit else Mood.FINE


def computers_of(home: HouseholdAnswer) -> tuple[Computer, ...]:
    return tuple(_computer(one, home.plan.limit) for one in home.devices)


def _computer(device: DeviceAnswer, limit: int) -> Computer:
    return Computer(
        device_id=device.device_id,
        name=device.name,
        system=device.system,
        held=device.seat == "held",
        online=device.online,
        last_backup=device.last_backup,
        waiting=device.waiting_bytes,
        knows=device.applied_limit == limit,
    )


def _choice(home: HouseholdAnswer, offer: Offer) -> Choice:
    plan = home.plan
    running = plan.state in ("active", "past_due")
    same = (plan.name, plan.limit) == (offer.name, offer.limit)
    less = running and plan.price is not None and offer.limit < plan.limit
    return Choice(offer, has=same and plan.state == "active", less=less)
