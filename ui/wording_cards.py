"""The sentences of the home page's cards, of days and of runs; History and Storage use them too."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate

from backupclient.wire.answers import FileAnswer, FileState, PathAnswer, Rollup
from backupclient.wire.entitlement import Computer, Entitlement
from backupclient.wire.overview import DayReport, PlaceOverview, ProblemReport, RunEnd, RunReport
from ui import numbers
from ui.explained import explain_code
from ui.icons import Icon
from ui.models.file_words import STATE_LOOKS, row_words, state_word
from ui.pages.home_view import FolderLine, LatelyLine
from ui.phrases import fill
from ui.widgets.bars import Day
from ui.wording_check import check_icon, check_title
from ui.wording_computers import computer_icon

_LATELY = 5
_MOST_FOLDERS = 6
"""Lines in the card of the home page."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("cards", text, None, n)


def day_name(day: date) -> str:
    """ "23 Oct"."""
    return numbers.day(QDate(day.year, day.month, day.day), short=True)


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
        return fill(_tr("%1: no backup"), name)
    tip = fill(_tr("%1: %2 added"), name, numbers.size(day.stored))
    if day.problems:
        tip += ", " + _tr("%n problem(s)", day.problems)
    if day.failed:
        tip += ", " + _tr("%n backup(s) ended early", day.failed)
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


def folder_lines(
    tops: Sequence[PathAnswer], now: datetime, at_work: Sequence[str] = ()
) -> tuple[FolderLine, ...]:
    """The card's, in which a line at the end stands for those that find no room: the calmest.
    `at_work` are paths of files that are being read and sent."""
    if len(tops) <= _MOST_FOLDERS:
        return tuple(_at_work(top, folder_line(top, now), at_work) for top in tops)
    worst_first = sorted(tops, key=_calm)
    shown = [folder_line(top, now) for top in worst_first[: _MOST_FOLDERS - 1]]
    rest = worst_first[_MOST_FOLDERS - 1 :]
    more = folder_line(rest[0], now)._replace(
        icon=Icon.NAV_FILES, name=_tr("%n more", len(rest)), size=""
    )
    return (*shown, more)


def _at_work(top: PathAnswer, line: FolderLine, paths: Sequence[str]) -> FolderLine:
    """Where nothing is wrong, what is done there now says more than what waits."""
    here = os.fsdecode(top.path).rstrip("/") + "/"
    if line.colour != "waiting" or not any(path.startswith(here) for path in paths):
        return line
    icon, colour = STATE_LOOKS[FileState.UPLOADING]
    return line._replace(state_icon=icon, state=state_word(FileState.UPLOADING), colour=colour)


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
        case RunEnd.FAILED if run.failure is not None:
            why = explain_code(run.failure.code, run.failure.facts, run.failure.raw).title
            return fill(_tr("%1; what was done is kept"), why)
        case RunEnd.FAILED:
            return _tr("Ended early; what was done is kept")
        case RunEnd.CUT_SHORT:
            return _tr("Cut short; what was done is kept")
        case RunEnd.FOUND:
            return _tr("Found in the storage and taken over")
        case RunEnd.COMPLETE:
            changed = run.files_new + run.files_changed
            if not changed:
                return _tr("Looked for changes: there were none")
            counted = numbers.files(changed)
            return fill(_tr("Backed up %1, new or changed, %2"), counted, numbers.size(run.read))


def ended_words(problem: ProblemReport) -> str:
    """How a problem ended."""
    return {
        "backed-up": _tr("is safe now"),
        "deleted": _tr("was deleted"),
        "left-out": _tr("is left out now"),
    }.get(problem.ended_by, _tr("is over"))


def _standing(computer: Computer) -> str:
    if computer.waiting_bytes:
        return fill(_tr("%1: %2 are waiting"), "%1", numbers.size(computer.waiting_bytes))
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
            text = fill(_tr("“%1” %2"), name, ended_words(problem))
            lines.append((problem.ended, Icon.STATE_SAFE, "safe", text))
    for computer in () if bought is None else bought.computers:
        if not computer.this and computer.last_backup is not None:
            text = fill(_standing(computer), computer.name)
            lines.append((computer.last_backup, computer_icon(computer.name), "text_second", text))
    lines.sort(key=lambda line: line[0], reverse=True)
    return tuple(
        LatelyLine(icon, colour, text, numbers.when(at, now))
        for at, icon, colour, text in lines[:_LATELY]
    )
