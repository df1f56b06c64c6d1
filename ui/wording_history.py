"""The sentences of History: days, what each run did, and its problems."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QDate

from backupclient.wire.overview import CheckReport, ProblemReport, RunEnd, RunReport
from ui import numbers
from ui.explained import explain_code
from ui.icons import Icon
from ui.phrases import fill
from ui.wording_cards import ended_words, run_icon, run_title
from ui.wording_check import check_facts, check_icon, check_title


class RunLine(NamedTuple):
    """One run: the row, and the facts that opening it shows. The number of a check is below 0."""

    no: int
    icon: Icon
    colour: str
    text: str
    aside: str
    when: str
    facts: tuple[tuple[str, str], ...]
    has_problems: bool


class DayRuns(NamedTuple):
    name: str
    runs: tuple[RunLine, ...]


class PastProblem(NamedTuple):
    path: str
    name: str
    why: str
    ended: str
    over: bool


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("history", text, None, n)


def history(
    runs: Sequence[RunReport], checks: Sequence[CheckReport], now: datetime
) -> tuple[DayRuns, ...]:
    """Newest day first, and in it the newest run or check."""
    by_day: dict[date, list[RunLine]] = {}
    listed: list[RunReport | CheckReport] = [*runs, *checks]
    for one in sorted(listed, key=lambda one: one.started, reverse=True):
        day = one.started.astimezone().date()
        line = _line(one, now) if isinstance(one, RunReport) else _check_line(one, now)
        by_day.setdefault(day, []).append(line)
    today = now.astimezone().date()
    return tuple(DayRuns(_day(day, today), tuple(lines)) for day, lines in by_day.items())


def _day(day: date, today: date) -> str:
    ago = (today - day).days
    if ago == 0:
        return _tr("Today")
    if ago == 1:
        return _tr("Yesterday")
    there = QDate(day.year, day.month, day.day)
    this_year = day.year == today.year
    return numbers.day(there, weekday=this_year, with_year=not this_year)


def _line(run: RunReport, now: datetime) -> RunLine:
    icon, colour = run_icon(run)
    aside = _tr("%n problem(s)", run.problems) if run.problems else ""
    return RunLine(
        no=run.no,
        icon=icon,
        colour=colour,
        text=run_title(run),
        aside=aside,
        when=numbers.time_of_day(run.started),
        facts=_facts(run, now),
        has_problems=run.problems > 0,
    )


def _check_line(check: CheckReport, now: datetime) -> RunLine:
    icon, colour = check_icon(check)
    return RunLine(
        no=-int(check.started.timestamp()),
        icon=icon,
        colour=colour,
        text=check_title(check),
        aside="",
        when=numbers.time_of_day(check.started),
        facts=check_facts(check, now),
        has_problems=False,
    )


def _facts(run: RunReport, now: datetime) -> tuple[tuple[str, str], ...]:
    began = numbers.when(run.started, now)
    if run.ended is not None:
        took = numbers.span((run.ended - run.started).total_seconds())
        began = fill(_tr("%1, took %2"), began, took)
    facts = [(_tr("Began"), began)]
    if run.went_on_from is not None:
        since = numbers.when(run.went_on_from, now)
        facts.append((_tr("Went on"), fill(_tr("from the backup that stopped, %1"), since)))
    if run.failure is not None:
        why = explain_code(run.failure.code, run.failure.facts, run.failure.raw)
        facts.append((_tr("Reason"), why.title))
    if run.end is RunEnd.COMPLETE:
        changed = fill(
            _tr("%1 new, %2 changed"),
            numbers.count(run.files_new),
            numbers.count(run.files_changed),
        )
        facts.append((_tr("Backed up"), changed))
        facts.append((_tr("Skipped"), _skipped(run)))
        sent = fill(
            _tr("%1 read, %2 of it was new to the storage, %3 sent"),
            numbers.size(run.read),
            numbers.size(min(run.added, run.read)),
            numbers.size(run.sent),
        )
        facts.append((_tr("Amounts"), sent))
    facts.append((_tr("Your data"), _your_data(run)))
    return tuple(facts)


def _skipped(run: RunReport) -> str:
    if not run.files_unchanged:
        return _tr("nothing")
    unchanged = numbers.files(run.files_unchanged)
    return fill(_tr("%1, unchanged since the backup before"), unchanged)


def _your_data(run: RunReport) -> str:
    if run.end is RunEnd.RUNNING:
        return _tr("What was safe before stays safe")
    if run.end in (RunEnd.STOPPED, RunEnd.FAILED, RunEnd.CUT_SHORT):
        return _tr("What was safe stayed safe; the next backup goes on from here")
    if not run.kept:
        return _tr("This version is no longer in the storage; later ones hold what they show")
    return fill(
        _tr("%1, %2, can be restored as they were then"),
        numbers.files(run.files_total),
        numbers.size(run.bytes_total),
    )


def past_problem(problem: ProblemReport, now: datetime) -> PastProblem:
    """A problem of a run, and when it ended."""
    path = os.fsdecode(problem.path)
    if problem.ended is None:
        ended = _tr("not over yet")
    else:
        at = numbers.when(problem.ended, now)
        ended = f"{ended_words(problem)}, {at}"
    return PastProblem(
        path=path,
        name=os.path.basename(path.rstrip("/")) or path,
        why=explain_code(problem.reason).title,
        ended=ended,
        over=problem.ended is not None,
    )
