"""The sentences about checks: while one runs, what the last one found, and those of History."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.events import CheckProgress, JobState
from backupclient.wire.jobs import JobInfo
from backupclient.wire.overview import CheckReport, RunEnd
from ui import numbers
from ui.explained import explain_code
from ui.icons import Icon
from ui.pages.home_view import Checking
from ui.paths import shown_path
from ui.phrases import fill
from ui.situation import DAMAGE_FOUND, Situation

_STEPS = {"snapshots": 0, "index": 0, "packs": 0, "trees": 1, "data": 2}


class CheckLine(NamedTuple):
    """What is known of the last check, on Storage."""

    icon: Icon
    colour: str
    text: str
    at_work: bool
    read_all: str
    """What reading everything back is called, with how much that is."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("check", text, None, n)


# --- at work --------------------------------------------------------------------------------------


def sentence(check: JobInfo) -> str:
    """Of the home page, while it runs."""
    if check.state is JobState.QUEUED:
        return _tr("The check waits for its turn")
    if check.state is JobState.STOPPING:
        return _tr("Stopping")
    share = _share(check)
    if share is None:
        return _tr("Checking the backup")
    return fill(_tr("Checking the backup: %1 read back"), numbers.percent(share))


def checking(check: JobInfo) -> Checking:
    """The bar, if anybody knows how much there is to read, and the steps with their counts."""
    progress = check.progress if isinstance(check.progress, CheckProgress) else None
    at = -1 if progress is None else _STEPS.get(progress.step, 0)
    reads = progress is not None and progress.reads_data
    words = (_listed(progress), _followed(progress), _read(progress))[: 3 if reads else 2]
    found = _tr("%n damaged part(s) so far", check.problems) if check.problems else ""
    return Checking(
        share=_share(check),
        phases=tuple((text, _how(number, at)) for number, text in enumerate(words)),
        found=found,
    )


def _how(number: int, at: int) -> str:
    if number > max(at, 0):
        return "next"
    return "now" if number == max(at, 0) else "done"


def _share(check: JobInfo) -> float | None:
    progress = check.progress
    if isinstance(progress, CheckProgress) and progress.step == "data" and progress.total:
        return progress.done / progress.total
    return None


def _listed(progress: CheckProgress | None) -> str:
    if progress is not None and progress.step == "packs" and progress.done:
        done, total = numbers.count(progress.done), numbers.count(progress.total)
        return fill(_tr("Looking at what is stored: %1 of %2 parts"), done, total)
    return _tr("Looking at what is stored")


def _followed(progress: CheckProgress | None) -> str:
    if progress is not None and progress.step == "trees" and progress.done:
        return fill(_tr("Following every version: %1"), numbers.folders(progress.done))
    return _tr("Following every version")


def _read(progress: CheckProgress | None) -> str:
    if progress is not None and progress.step == "data" and progress.total:
        done, total = numbers.count(progress.done), numbers.count(progress.total)
        return fill(_tr("Reading everything back: %1 of %2 parts"), done, total)
    return _tr("Reading everything back")


# --- what it found --------------------------------------------------------------------------------


def check_line(situation: Situation, now: datetime) -> CheckLine:
    overview = situation.overview
    stored = 0 if overview is None else overview.storage.stored
    read_all = _tr("Read everything back")
    if stored:
        read_all = fill(_tr("Read everything back (%1)"), numbers.size(stored))
    if situation.check is not None:
        words = sentence(situation.check)
        return CheckLine(Icon.STATE_UPLOADING, "accent", words, True, read_all)
    checks = () if overview is None else overview.checks
    last = situation.last_check
    if last is None:
        words = _tr("Not checked yet. A check looks whether everything in the storage is there.")
        icon, colour = Icon.INFO, "text_second"
    else:
        words = fill(_tr("Checked %1: %2"), numbers.ago(last.ended, now), _found(last))
        icon, colour = check_icon(last)
    parts = [words, _read_before(last, checks, now), _not_ended(checks, now)]
    return CheckLine(icon, colour, " ".join(filter(None, parts)), False, read_all)


def _found(check: CheckReport) -> str:
    if check.errors:
        return _tr("%n damaged part(s), see Problems.", check.errors)
    if check.read_data:
        return _tr("everything was read back and is whole.")
    return _tr("everything is there.")


def _read_before(last: CheckReport | None, checks: tuple[CheckReport, ...], now: datetime) -> str:
    if last is None or last.read_data:
        return ""
    read = (one for one in checks if one.read_data and one.end is RunEnd.COMPLETE)
    found = next(read, None)
    return "" if found is None else fill(_tr("Last read back %1."), numbers.ago(found.ended, now))


def _not_ended(checks: tuple[CheckReport, ...], now: datetime) -> str:
    """Of the newest, if something kept it from its end."""
    if not checks or checks[0].failure is None:
        return ""
    why = explain_code(checks[0].failure.code, checks[0].failure.facts, checks[0].failure.raw)
    at = numbers.ago(checks[0].ended, now)
    return fill(_tr("The last check, %1, did not come to its end: %2."), at, why.title)


def check_icon(check: CheckReport) -> tuple[Icon, str]:
    if check.end is RunEnd.STOPPED:
        return Icon.STATE_WAITING, "waiting"
    if check.end is not RunEnd.COMPLETE:
        return Icon.STATE_PROBLEM, "attention"
    return (Icon.STATE_PROBLEM, "problem") if check.errors else (Icon.STATE_SAFE, "safe")


def check_title(check: CheckReport) -> str:
    """What a check did, in one line of History."""
    if check.end is RunEnd.STOPPED:
        return _tr("Check stopped")
    if check.end is not RunEnd.COMPLETE:
        return _tr("Check did not come to its end")
    if check.errors:
        return _tr("Checked: %n damaged part(s)", check.errors)
    if check.read_data:
        return _tr("Checked: everything was read back and is whole")
    return _tr("Checked: everything is there")


def check_facts(check: CheckReport, now: datetime) -> tuple[tuple[str, str], ...]:
    """What opening its line shows."""
    took = numbers.span((check.ended - check.started).total_seconds())
    began = fill(_tr("%1, took %2"), numbers.when(check.started, now), took)
    facts = [(_tr("Began"), began)]
    if check.failure is not None:
        why = explain_code(check.failure.code, check.failure.facts, check.failure.raw)
        facts.append((_tr("Reason"), why.title))
    if check.end is RunEnd.COMPLETE:
        versions, parts = numbers.count(check.snapshots), numbers.count(check.packs)
        looked = fill(_tr("%1 versions, %2 stored parts"), versions, parts)
        facts.append((_tr("Looked at"), looked))
        read = fill(_tr("%1 of %2 parts"), numbers.count(check.packs_read), parts)
        facts.append((_tr("Read back"), read if check.packs_read else _tr("nothing")))
    if check.affected:
        more = check.affected_count - len(check.affected)
        names = ", ".join(map(shown_path, check.affected)) + (
            f", {_tr('%n more', more)}" if more else ""
        )
        facts.append((_tr("Affected"), names))
    facts.append((_tr("Your data"), _your_data(check)))
    return tuple(facts)


def _your_data(check: CheckReport) -> str:
    if check.errors:
        return explain_code(DAMAGE_FOUND, {"count": check.errors}).your_data
    if check.end is RunEnd.COMPLETE:
        if check.read_data:
            return _tr("All versions can be restored")
        return _tr("Everything that the versions need is there; it was not read back")
    return _tr("A check changes nothing")
