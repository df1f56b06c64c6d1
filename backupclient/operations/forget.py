"""Forgetting backups: which to keep is decided first, then the others' snapshots are deleted.

The rules are restic's (its documentation, "Removing snapshots according to a policy"): within a
group, from the newest on, the last of each hour, day, week, month or year is kept until as many are
kept as were asked for. What no snapshot holds any more stays stored until it is pruned (`prune`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from backupclient.clock import nanoseconds
from backupclient.errors import InvalidRequest
from backupclient.operations.select import (
    GroupBy,
    GroupKey,
    SnapshotItem,
    SnapshotQuery,
    list_snapshots,
)
from backupclient.operations.session import Session
from backupclient.requests import ALL, SnapshotFilter

_CLOCKS_DIFFER = timedelta(minutes=5)
"""Clocks of computers are never quite the same."""


class KeepPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How many to keep of each kind; 0 keeps none for that reason. `tags`: who has all tags of one
    of these is kept."""

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0
    tags: tuple[tuple[str, ...], ...] = ()

    @property
    def keeps_nothing(self) -> bool:
        return self == KeepPolicy()


class ForgetRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Either the snapshots to forget, or what to keep of those that the filter takes."""

    ids: tuple[str, ...] = ()
    keep: KeepPolicy = KeepPolicy()
    filter: SnapshotFilter = ALL
    group_by: tuple[GroupBy, ...] = (GroupBy.HOST, GroupBy.PATHS)
    dry_run: bool = False


class Kept(NamedTuple):
    item: SnapshotItem
    reasons: tuple[str, ...]
    """As restic says them: "daily snapshot"."""


class ForgetGroup(NamedTuple):
    """Newest first."""

    key: GroupKey
    keep: list[Kept]
    remove: list[SnapshotItem]


def run_forget(session: Session, request: ForgetRequest) -> list[ForgetGroup]:
    """Forget, and say what was kept and what was forgotten. What an unfinished backup has saved is
    left alone unless it is named. `InvalidRequest` (reason `no-policy`) if nothing says what to
    keep, `clock-jumped` if the times of snapshots cannot be trusted to tell the newest;
    `SnapshotMissing` for a name that nothing has. Each before anything is deleted."""
    if not request.ids and request.keep.keeps_nothing:
        raise InvalidRequest(reason="no-policy")
    groups = _decided(session, request)
    if not request.ids:
        _demand_order(groups, session.clock.now())
    if not request.dry_run:
        _delete(session, [item.name for group in groups for item in group.remove])
    return groups


def _decided(session: Session, request: ForgetRequest) -> list[ForgetGroup]:
    by = () if request.ids else request.group_by
    query = SnapshotQuery(ids=request.ids, filter=request.filter, group_by=by)
    groups = list_snapshots(session, query)
    if request.ids:
        return [ForgetGroup(group.key, [], group.snapshots[::-1]) for group in groups]
    return [
        ForgetGroup(group.key, *chosen(items, request.keep))
        for group in groups
        if (items := [item for item in group.snapshots if not item.snapshot.is_checkpoint])
    ]


def _demand_order(groups: Sequence[ForgetGroup], now: datetime) -> None:
    """A snapshot from the time to come was made while a clock was wrong, or the clock is wrong now:
    what was made last may then look old."""
    for group in groups:
        times = [kept.item.snapshot.time for kept in group.keep]
        newest = max([*times, *(item.snapshot.time for item in group.remove)], default=now)
        if group.remove and newest - now > _CLOCKS_DIFFER:
            raise InvalidRequest(reason="clock-jumped", seconds=(newest - now).total_seconds())


def chosen(
    items: Sequence[SnapshotItem], policy: KeepPolicy
) -> tuple[list[Kept], list[SnapshotItem]]:
    """What a policy keeps of the snapshots of one group, and what not; newest first."""
    keep: list[Kept] = []
    remove: list[SnapshotItem] = []
    slots = [
        _Slot("last snapshot", policy.last, None),
        _Slot("hourly snapshot", policy.hourly, "%Y%m%d%H"),
        _Slot("daily snapshot", policy.daily, "%Y%m%d"),
        _Slot("weekly snapshot", policy.weekly, "%G%V"),
        _Slot("monthly snapshot", policy.monthly, "%Y%m"),
        _Slot("yearly snapshot", policy.yearly, "%Y"),
    ]
    for item in sorted(items, key=lambda item: item.snapshot.time, reverse=True):
        reasons = [
            f"has tags [{' '.join(tags)}]"
            for tags in policy.tags
            if set(tags) <= set(item.snapshot.tags)
        ]
        reasons += [slot.name for slot in slots if slot.takes(item.snapshot.time)]
        if reasons:
            keep.append(Kept(item, tuple(reasons)))
        else:
            remove.append(item)
    return keep, remove


class _Slot:
    """Takes the first snapshot that it meets of each period (`form` of its time, in the zone it was
    taken in; None: each snapshot is one), as often as it may."""

    def __init__(self, name: str, count: int, form: str | None) -> None:
        self.name = name
        self._left = count
        self._form = form
        self._period = ""

    def takes(self, time: datetime) -> bool:
        if not self._left:
            return False
        period = str(time.timestamp()) if self._form is None else time.strftime(self._form)
        if self._form is not None and period == self._period:
            return False
        self._period = period
        self._left -= 1
        return True


def _delete(session: Session, names: Sequence[str]) -> None:
    """One after the other: cut short, those that are left are whole. Their files are no longer
    called safe at once."""
    gone: set[str] = set()
    try:
        for name in names:
            session.control.check()
            session.check_lock()
            session.repository.delete_snapshot(name)
            gone.add(name)
    finally:
        session.snapshot_names -= gone
        with session.manifest.transaction():
            now = nanoseconds(session.clock.now())
            session.manifest.note_listing(session.snapshot_names, now)
