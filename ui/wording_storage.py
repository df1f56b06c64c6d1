"""The sentences and shares of Storage & plan."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.plan import BackupPlan
from backupclient.wire.entitlement import Entitlement
from backupclient.wire.overview import PlaceOverview
from ui import numbers
from ui.models.file_words import name_of
from ui.phrases import fill
from ui.situation import Situation
from ui.widgets.boxes import HATCHED
from ui.wording_cards import day_name
from ui.wording_check import CheckLine, check_line
from ui.wording_plan import PlanNote, WalkLine, plan_line, plan_notes, walk_lines
from ui.wording_room import (
    LEAST_OTHER,
    NEARLY,
    Room,
    forecast,
    growth_per_day,
    plan_limit,
    room_of,
    shop,
    web_page,
)

_KINDS = 4


class Part(NamedTuple):
    name: str
    size: str
    share: float
    colour: str


class Growth(NamedTuple):
    """See `GrowthChart`."""

    stored: tuple[float, ...]
    ahead: float | None
    limit: float
    limit_words: str
    begin: str
    end: str
    words: str


class StorageView(NamedTuple):
    used: str
    where: str
    full: bool
    parts: tuple[Part, ...]
    """Of the bar; without names where nobody knows yet what takes the space."""
    parts_line: str
    growth: Growth | None
    spared: str
    limit: int
    """Bytes; 0 for none."""
    notes: tuple[PlanNote, ...] = ()
    walk: tuple[WalkLine, ...] = ()
    check: CheckLine | None = None
    old: str = ""
    """How much old versions take; empty before there is a backup."""
    shop: str = ""
    """The page where there is more to be had, if the plan names one."""
    manage: str = ""
    """The page of the plan."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("storage", text, None, n)


def storage_view(situation: Situation, now: datetime) -> StorageView | None:
    """None before anything is known."""
    overview, plan = situation.overview, situation.plan
    if plan is None or not (overview or situation.answered):
        return None
    if overview is None:
        return _nothing_stored(situation, plan, now)
    bought = situation.storage_plan
    room = room_of(overview, plan_limit(plan), bought)
    used = fill(_tr("%1 used"), numbers.size(room.stored))
    if not room.stored:
        used = _tr("Nothing is stored yet")
    elif room.whole:
        used = fill(_tr("%1 of %2 used"), numbers.size(room.stored), numbers.size(room.whole))
    parts, full = _parts(situation, room), room.share >= NEARLY
    return StorageView(
        used=used,
        where=plan_line(bought) or _where(plan, limited=room.limited),
        full=full,
        parts=parts or (Part("", "", room.share, "attention_fill" if full else "accent"),),
        parts_line=_tr("What each takes in the storage; what is the same is stored only once.")
        if parts
        else "",
        growth=_growth(overview, plan, bought, now),
        spared=_spared(overview),
        limit=plan.storage.limit,
        notes=plan_notes(bought, now, limited=room.limited),
        check=check_line(situation, now),
        old=_old_line(situation) if room.stored else "",
        shop=shop(bought),
        manage="" if bought is None else web_page(bought.manage_url),
        walk=()
        if situation.walk is None
        else walk_lines(situation.walk, situation.walk_times, plan.computer, now),
    )


def _nothing_stored(situation: Situation, plan: BackupPlan, now: datetime) -> StorageView:
    """Before the first backup."""
    bought = situation.storage_plan
    return StorageView(
        used=_tr("Nothing is stored yet"),
        where=plan_line(bought) or _where(plan, limited=bool(plan.storage.limit)),
        full=False,
        parts=(),
        parts_line="",
        growth=None,
        spared=_tr("Nothing is stored twice: what is there already is never sent again."),
        limit=plan.storage.limit,
        notes=plan_notes(bought, now),
        shop=shop(bought),
        manage="" if bought is None else web_page(bought.manage_url),
    )


def _where(plan: BackupPlan, *, limited: bool) -> str:
    location = plan.storage.location
    kind = _tr("on a drive") if os.path.isabs(location) else _tr("online storage")
    words = fill(_tr("%1, limit set here"), kind) if limited else kind
    return words[:1].upper() + words[1:]


def _parts(situation: Situation, room: Room) -> tuple[Part, ...]:
    """What takes the space, the largest folder first, what is old last."""
    space = situation.space
    if space is None:
        return ()
    sizes = sorted(
        ((name_of(one.path), one.size) for one in space.tops if one.size),
        key=lambda one: -one[1],
    )
    if len(sizes) > _KINDS:
        rest = sum(size for _, size in sizes[_KINDS - 1 :])
        sizes = [*sizes[: _KINDS - 1], (_tr("everything else"), rest)]
    found = [(name, size, f"kind{at}") for at, (name, size) in enumerate(sizes)]
    if space.other >= LEAST_OTHER:
        found.append((_other_words(situation), space.other, HATCHED))
    counted = sum(size for _, size, _ in found)
    whole = max(room.whole, room.stored, counted, 1)
    if room.stored > counted:  # what surrounds it, and what is newer than the count
        found.append(("", room.stored - counted, f"kind{_KINDS - 1}"))
    return tuple(Part(name, numbers.size(size), size / whole, how) for name, size, how in found)


def _old_line(situation: Situation) -> str:
    other = 0 if situation.space is None else situation.space.other
    if other < LEAST_OTHER or situation.shares_storage:
        return _tr("Old versions and deleted files stay in the backup until you let them go.")
    words = _tr("Old versions and deleted files take %1. They stay until you let them go.")
    return fill(words, numbers.size(other))


def _other_words(situation: Situation) -> str:
    if situation.shares_storage:
        return _tr("Old versions, other computers")
    return _tr("Old versions, deleted files")


def _spared(overview: PlaceOverview) -> str:
    spared = overview.storage.spared
    if not spared:
        return _tr("Nothing is stored twice: what is there already is never sent again.")
    more = numbers.size(spared)
    return fill(_tr("Nothing is stored twice: without that, it would take %1 more."), more)


def _growth(
    overview: PlaceOverview, plan: BackupPlan, bought: Entitlement | None, now: datetime
) -> Growth | None:
    if overview.first_run is None:
        return None
    first = overview.first_run.astimezone().date()
    days = [day for day in overview.days if day.day >= first]
    if len(days) < 2:
        return None
    stored = [float(overview.storage.stored)]
    for day in reversed(days[1:]):
        stored.append(max(0.0, stored[-1] - day.stored))
    room, a_day = room_of(overview, plan_limit(plan), bought), growth_per_day(overview)
    ahead, end = None, _tr("today")
    if a_day > 0:
        # As far ahead as the line goes back, at its scale.
        span = len(days) * 0.6
        ahead = min(stored[0] + a_day * span, room.whole or float("inf"))
        end = day_name((now + timedelta(days=span)).astimezone().date())
    near = room.whole and room.whole < 4 * stored[0]
    return Growth(
        stored=tuple(reversed(stored)),
        ahead=ahead,
        limit=float(room.whole) if near else 0.0,
        limit_words=numbers.size(room.whole) if near else "",
        begin=day_name(days[0].day),
        end=end,
        words=forecast(overview, plan_limit(plan), bought)
        or _tr("not enough days yet for a forecast"),
    )
