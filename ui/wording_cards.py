"""The sentences of the home page's cards, of days and of runs; History and Storage use them too."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QDate

from backupclient.events import Progress
from backupclient.plan import BackupPlan
from backupclient.wire.answers import FileAnswer, FileState, PathAnswer, Rollup
from backupclient.wire.entitlement import Computer, Entitlement, Seat, Source
from backupclient.wire.overview import DayReport, PlaceOverview, ProblemReport, RunEnd, RunReport
from ui import numbers
from ui.explained import explain_code
from ui.icons import Icon
from ui.models.file_words import row_words
from ui.pages.home_view import FolderLine, Full, LatelyLine, StorageCard, Way, WayOut
from ui.situation import Situation
from ui.widgets.bars import Day
from ui.wording_check import check_icon, check_title
from ui.wording_computers import computer_icon

_FULL = "storage-full"
_LATELY = 5
_MOST_FOLDERS = 6
"""Lines in the card of the home page."""
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


def _fill(text: str, *values: str) -> str:
    for number, value in enumerate(values, 1):
        text = text.replace(f"%{number}", value)
    return text


def plan_limit(plan: BackupPlan | None) -> int:
    return 0 if plan is None else plan.storage.limit


def day_name(day: date) -> str:
    """ "23 Oct"."""
    return numbers.day(QDate(day.year, day.month, day.day), short=True)


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
                _tr("See what takes the space. Other things may lie in the same storage, too."),
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
    return _fill(_tr("Nothing is stored twice, which saves %1"), numbers.size(spared))


def storage_card(overview: PlaceOverview, situation: Situation) -> StorageCard:
    limit, bought = plan_limit(situation.plan), situation.storage_plan
    room = room_of(overview, limit, bought)
    of = _fill(_tr("of %1"), numbers.size(room.whole)) if room.whole else _tr("used")
    lines = _after_backup(None if situation.waiting else situation.progress, room)
    if not lines:
        lines = [forecast(overview, limit, bought)]
        if room.whole:
            left = numbers.size(max(0, room.whole - room.stored))
            lines.append(_fill(_tr("%1 free"), left))
    lines.append(spared_line(overview) if room.stored else _tr("Nothing is stored yet"))
    sharing = [] if bought is None else [one for one in bought.computers if one.seat is Seat.HELD]
    if len(sharing) > 1:
        lines.append(_tr("%n computer(s) share it", len(sharing)))
    return StorageCard(
        amount=numbers.size(room.stored),
        of=of,
        share=room.share,
        full=room.share >= NEARLY,
        lines=tuple(line for line in lines if line),
    )


def _after_backup(progress: Progress | None, room: Room) -> list[str]:
    """What a backup at work will make of it; nothing where that cannot be said."""
    left = 0
    if progress is not None and progress.bytes_total:
        left = progress.bytes_total - progress.bytes_safe - progress.bytes_sent
    if left <= 0:
        return []
    lines = [_fill(_tr("About %1 after this backup"), numbers.size(room.stored + left))]
    spare = room.whole - room.stored - left
    if spare > 0:
        lines.append(_fill(_tr("It fits, with %1 to spare"), numbers.size(spare)))
    elif room.whole:
        lines.append(_tr("It may not fit"))
    return lines


# --- days -----------------------------------------------------------------------------------------


def days(overview: PlaceOverview) -> tuple[Day, ...]:
    return tuple(
        Day(
            added=one.stored,
            good=not (one.problems or one.failed),
            on=one.runs > 0,
            tip=_day_tip(one),
        )
        for one in overview.days
    )


def _day_tip(day: DayReport) -> str:
    name = day_name(day.day)
    if not day.runs:
        return _fill(_tr("%1: no backup"), name)
    tip = _fill(_tr("%1: %2 added"), name, numbers.size(day.stored))
    if day.problems:
        tip += ", " + _tr("%n problem(s)", day.problems)
    if day.failed:
        tip += ", " + _tr("%n backup(s) did not end well", day.failed)
    return tip


def days_line(overview: PlaceOverview) -> str:
    """What is worth a word about them."""
    first = overview.first_run
    if first is None:
        return _tr("Your backups will be shown here")
    since = first.astimezone().date()
    known = [day for day in overview.days if day.day >= since]
    troubled = sum(1 for day in known if day.problems or day.failed)
    without = sum(1 for day in known if not day.runs)
    parts = []
    if troubled:
        parts.append(_tr("%n day(s) with problems", troubled))
    if without:
        parts.append(_tr("%n day(s) without a backup", without))
    return ", ".join(parts) if parts else _tr("No problems")


# --- folders --------------------------------------------------------------------------------------


def folder_lines(tops: Sequence[PathAnswer], now: datetime) -> tuple[FolderLine, ...]:
    """The card's, in which a line at the end stands for those that find no room: the calmest."""
    if len(tops) <= _MOST_FOLDERS:
        return tuple(folder_line(top, now) for top in tops)
    worst_first = sorted(tops, key=_calm)
    shown = [folder_line(top, now) for top in worst_first[: _MOST_FOLDERS - 1]]
    rest = worst_first[_MOST_FOLDERS - 1 :]
    more = folder_line(rest[0], now)._replace(
        icon=Icon.NAV_FILES, name=_tr("%n more", len(rest)), size=""
    )
    return (*shown, more)


def _calm(top: PathAnswer) -> int:
    """How little it needs somebody, as a number to sort by."""
    if isinstance(top, FileAnswer):
        return 0 if top.state is FileState.PROBLEM else 1
    order = (Rollup.PROBLEM, Rollup.WAITING)
    return order.index(top.rollup) if top.rollup in order else len(order)


def folder_line(top: PathAnswer, now: datetime) -> FolderLine:
    """What was chosen, in the card; a folder, most often."""
    words = row_words(top, now)
    return FolderLine(
        words.icon, words.name, words.state_icon, words.state, words.colour, words.size
    )


# --- runs -----------------------------------------------------------------------------------------


def run_icon(run: RunReport) -> tuple[Icon, str]:
    if run.end in (RunEnd.FAILED, RunEnd.CUT_SHORT):
        return Icon.STATE_PROBLEM, "attention"
    if run.end is RunEnd.RUNNING:
        return Icon.STATE_UPLOADING, "accent"
    if run.end is RunEnd.STOPPED:
        return Icon.STATE_WAITING, "waiting"
    return (Icon.STATE_PROBLEM, "attention") if run.problems else (Icon.STATE_SAFE, "safe")


def run_title(run: RunReport) -> str:
    """What a run did, in one line."""
    match run.end:
        case RunEnd.RUNNING:
            return _tr("Backing up now")
        case RunEnd.STOPPED:
            return _tr("Stopped; what was done is kept")
        case RunEnd.FAILED:
            return _tr("Did not end well; what was done is kept")
        case RunEnd.CUT_SHORT:
            return _tr("Cut short; what was done is kept")
        case RunEnd.FOUND:
            return _tr("Found in the storage and taken over")
        case RunEnd.COMPLETE:
            changed = run.files_new + run.files_changed
            if not changed:
                return _tr("Looked for changes: there were none")
            counted = numbers.files(changed)
            return _fill(_tr("Backed up %1, new or changed, %2"), counted, numbers.size(run.read))


def ended_words(problem: ProblemReport) -> str:
    """How a problem ended."""
    return {
        "backed-up": _tr("is safe now"),
        "deleted": _tr("was deleted"),
        "left-out": _tr("is left out now"),
    }.get(problem.ended_by, _tr("is over"))


def _standing(computer: Computer) -> str:
    if computer.waiting_bytes:
        return _fill(_tr("%1: %2 are waiting"), "%1", numbers.size(computer.waiting_bytes))
    return _tr("%1: everything is safe")


def lately(
    overview: PlaceOverview, now: datetime, bought: Entitlement | None = None
) -> tuple[LatelyLine, ...]:
    """The last things that happened, newest first."""
    lines = [
        (run.ended or run.started, *run_icon(run), run_title(run))
        for run in overview.recent
        if run.end is not RunEnd.RUNNING
    ]
    lines += [(one.ended, *check_icon(one), check_title(one)) for one in overview.checks[:1]]
    for problem in overview.over[:2]:
        if problem.ended is not None:
            name = os.fsdecode(os.path.basename(problem.path.rstrip(b"/")))
            text = _fill(_tr("“%1” %2"), name, ended_words(problem))
            lines.append((problem.ended, Icon.STATE_SAFE, "safe", text))
    for computer in () if bought is None else bought.computers:
        if not computer.this and computer.last_backup is not None:
            text = _fill(_standing(computer), computer.name)
            lines.append((computer.last_backup, computer_icon(computer.name), "text_second", text))
    lines.sort(key=lambda line: line[0], reverse=True)
    return tuple(
        LatelyLine(icon, colour, text, numbers.when(at, now))
        for at, icon, colour, text in lines[:_LATELY]
    )
