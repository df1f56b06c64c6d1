"""The sentences of a full storage, and of how much there is room for: Home and Storage use them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.events import Progress
from backupclient.plan import BackupPlan
from backupclient.wire.entitlement import Entitlement, Seat, Source
from backupclient.wire.overview import PlaceOverview, RunEnd
from ui import numbers
from ui.explained import explain_code
from ui.pages.home_view import Full, StorageCard, Way, WayOut
from ui.phrases import fill
from ui.situation import Situation

_FULL = "storage-full"
_SOUND_DAYS = 14
"""Fewer days tell nothing about growth."""
_SOUND_RUNS = 3
_MONTH = 30.4
_MOST_MONTHS = 60
NEARLY = 0.9
LEAST_OTHER = 1_000_000
"""Less than so many bytes of old versions are not worth a word."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("cards", text, None, n)


def plan_limit(plan: BackupPlan | None) -> int:
    return 0 if plan is None else plan.storage.limit


# --- a full storage -------------------------------------------------------------------------------


def full_part(situation: Situation) -> Full:
    waiting, failure = situation.waiting, situation.failure
    if waiting is not None:
        explained = explain_code(waiting.code, waiting.facts)
    elif failure is not None:
        explained = explain_code(failure.code, failure.facts, failure.raw)
    else:
        explained = explain_code(_FULL)
    own = explained.code.endswith("own-limit")
    first = Way(
        WayOut.MORE,
        _tr("Get more storage"),
        _tr("More can be had where you bought this storage. Bought it already? Say so here."),
        _tr("I have bought more storage"),
        (WayOut.BUY, _tr("Get more storage…")) if shop(situation.storage_plan) else None,
    )
    if own:
        first = Way(
            WayOut.LIMIT,
            _tr("Raise the limit"),
            _tr("The limit was set on this computer. The storage itself may have more room."),
            _tr("Change the limit…"),
        )
    return Full(
        ways=(
            first,
            Way(
                WayOut.ROOM,
                _tr("Free what is not needed"),
                _old_words(situation),
                _tr("Show what takes space"),
            ),
            Way(
                WayOut.LESS,
                _tr("Back up less"),
                _tr("Large folders that can be made again need not be in the backup."),
                _tr("Choose folders"),
            ),
        ),
        your_data=explained.your_data,
        meanwhile=explained.meanwhile,
    )


def shop(plan: Entitlement | None) -> str:
    """The page where there is more to be had; empty if the plan names none."""
    return "" if plan is None else web_page(plan.buy_url)


def web_page(address: str) -> str:
    """What a service calls a page, if it is one: nothing else is opened for it."""
    return address if address.startswith(("https://", "http://")) else ""


def _old_words(situation: Situation) -> str:
    """What could go, as far as anybody has counted."""
    other = 0 if situation.space is None else situation.space.other
    if other < LEAST_OTHER:
        return _tr("See what takes the space. Other things may lie in the same storage, too.")
    if situation.shares_storage:
        words = _tr("Old versions and your other computers take %1 of it. See what takes the rest.")
    else:
        words = _tr("Old versions and deleted files take %1 of it. See what takes the rest.")
    return fill(words, numbers.size(other))


# --- storage --------------------------------------------------------------------------------------


class Room(NamedTuple):
    """How much the backup takes, of how much it may; 0 where nobody knows."""

    stored: int
    whole: int
    limited: bool

    @property
    def share(self) -> float:
        return min(1.0, self.stored / self.whole) if self.whole else 0.0


def room_of(overview: PlaceOverview, limit: int, bought: Entitlement | None = None) -> Room:
    """By the plan or the storage's own word, by the limit that was set, or by what is free on the
    drive, whichever is known first."""
    storage = overview.storage
    if bought is not None and bought.limit and bought.source is not Source.OWN_LIMIT:
        stored = max(storage.stored, bought.used or 0)  # what it counted may be an hour old
        return Room(stored, bought.limit, limited=False)
    free = None if storage.free is None else storage.stored + storage.free
    if limit and (free is None or limit <= free):
        return Room(storage.stored, limit, limited=True)
    return Room(storage.stored, free or 0, limited=False)


def growth_per_day(overview: PlaceOverview) -> float:
    """Bytes, by the last thirty days without the day of the first backup; 0 if they are too few
    to say."""
    if overview.first_run is None:
        return 0.0
    first = overview.first_run.astimezone().date()
    days = [day for day in overview.days if day.day > first]
    if len(days) < _SOUND_DAYS or sum(1 for day in days if day.runs) < _SOUND_RUNS:
        return 0.0
    return sum(day.stored for day in days) / len(days)


def months_left(
    overview: PlaceOverview, limit: int, bought: Entitlement | None = None
) -> float | None:
    """Until it is full, if that can be said."""
    room, growth = room_of(overview, limit, bought), growth_per_day(overview)
    if not room.whole or growth <= 0:
        return None
    return max(0, room.whole - room.stored) / growth / _MONTH


def full_since(situation: Situation) -> datetime | None:
    """Since when nothing more fits, if that is so: all backups from then on ended with it."""
    if not situation.full:
        return None
    since = situation.waits_since if situation.waiting is not None else None
    if since is None and situation.last is not None:
        since = situation.last.at
    overview = situation.overview
    for run in () if overview is None else overview.recent:
        if run.end is RunEnd.RUNNING:
            continue
        if run.failure is None or run.failure.code != _FULL:
            break
        since = run.ended or run.started
    return since


def forecast(overview: PlaceOverview, limit: int, bought: Entitlement | None = None) -> str:
    if bought is not None and (bought.full or bought.writable is False):
        return _tr("Full")
    months = months_left(overview, limit, bought)
    if months is None:
        return ""
    if months == 0:
        return _tr("Full")
    if months > _MOST_MONTHS:
        return _tr("Enough for years")
    if months < 1:
        return _tr("Full in about %n day(s)", max(1, round(months * _MONTH)))
    return _tr("Full in about %n month(s)", round(months))


def spared_line(overview: PlaceOverview) -> str:
    spared = overview.storage.spared
    if spared < 1_000_000:
        return _tr("Nothing is stored twice")
    return fill(_tr("Nothing is stored twice, which saves %1"), numbers.size(spared))


def storage_card(overview: PlaceOverview, situation: Situation, now: datetime) -> StorageCard:
    limit, bought = plan_limit(situation.plan), situation.storage_plan
    room = room_of(overview, limit, bought)
    of = fill(_tr("of %1"), numbers.size(room.whole)) if room.whole else _tr("used")
    lines = _after_backup(None if situation.waiting else situation.progress, room)
    since = full_since(situation)
    if since is not None:
        lines = [fill(_tr("Full since %1"), numbers.when(since, now))]
    elif not lines:
        lines = [forecast(overview, limit, bought)]
        if room.whole:
            left = numbers.size(max(0, room.whole - room.stored))
            lines.append(fill(_tr("%1 free"), left))
    lines.append(spared_line(overview) if room.stored else _tr("Nothing is stored yet"))
    sharing = [] if bought is None else [one for one in bought.computers if one.seat is Seat.HELD]
    if len(sharing) > 1:
        lines.append(_tr("%n computer(s) share it", len(sharing)))
    return StorageCard(
        amount=numbers.size(room.stored),
        of=of,
        share=room.share if room.whole or since is None else 1.0,
        full=room.share >= NEARLY or since is not None,
        lines=tuple(line for line in lines if line),
        bar=bool(room.whole) or since is not None,
    )


def _after_backup(progress: Progress | None, room: Room) -> list[str]:
    """What a backup at work will make of it; nothing where that cannot be said."""
    if progress is None or not progress.bytes_total:
        return []
    left = progress.bytes_total - progress.bytes_safe - progress.bytes_sent
    if left <= 0:
        return []
    # What is stored was counted a moment ago, before the first packs of a first backup perhaps.
    after = max(room.stored, progress.bytes_sent) + left
    lines = [fill(_tr("About %1 after this backup"), numbers.size(after))]
    spare = room.whole - after
    if spare > 0:
        lines.append(fill(_tr("It fits, with %1 to spare"), numbers.size(spare)))
    elif room.whole:
        lines.append(_tr("It may not fit"))
    return lines
