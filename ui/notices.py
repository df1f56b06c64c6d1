"""When to notify, and of what: decided here, shown by `tray`.

Told are: the first backup, a restore that is done, a person who helps, and what needs somebody,
once per cause until it is over; what may cost the backups themselves is told again on each day it
is met. Routine success is never told.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QCoreApplication

from backupclient.events import BackupSummary, JobState, RestoreSummary
from backupclient.wire.jobs import Outcome
from backupclient.wire.tickets import TicketState
from ui.explained import explain_code
from ui.pages.home_view import HomeView, Mood
from ui.pages.page import PageName
from ui.preferences import Preferences, PutOff
from ui.situation import Situation
from ui.wording_help import served

_FULL = "storage-full"
_DAY = timedelta(days=1)
_OF_A_PERSON = ("your-turn", "answered")
NEARLY_FULL = 0.9
"""The share of the storage from which on it is said once."""

_DAILY = frozenset({"account-blocked"})
"""What may cost the backups themselves if nobody sees to it."""


class Cause(enum.StrEnum):
    """What is told by kind; an error of a run is told by its own code."""

    FILES = "files"
    OLD = "old"
    NEARLY_FULL = "nearly-full"
    FIRST_BACKUP = "first-backup"
    RESTORE = "restore"
    CLOSED = "closed"
    CRASHED = "crashed"
    YOUR_TURN = "your-turn"
    SHEET = "sheet"
    """The recovery sheet that was put off."""
    ANSWERED = "answered"
    """By a person who helps; with the number of what was said."""


class Notice(NamedTuple):
    """`page` is what a click opens. `lasting` ones are withdrawn when their cause is over. `button`
    is what stands on its button, none if empty; it opens the page, or backs up if `backs_up`. With
    `reports` both make a report for support, with `makes_sheet` a recovery sheet."""

    cause: str
    title: str
    body: str
    page: PageName
    lasting: bool = True
    button: str = ""
    backs_up: bool = False
    reports: bool = False
    makes_sheet: bool = False
    later: str = ""
    """What stands on the button that puts it off until tomorrow; none if empty."""


class Decision(NamedTuple):
    tell: tuple[Notice, ...]
    withdraw: frozenset[str]
    preferences: Preferences
    """With what is told now remembered; the same object if nothing is new."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("notices", text, None, n)


def decide(
    view: HomeView, situation: Situation, preferences: Preferences, now: datetime
) -> Decision:
    """What to say now, as home shows `view`."""
    tell: list[Notice] = []
    put_off = tuple(one for one in preferences.put_off if one.until > now)
    waits = {one.cause for one in put_off}
    told = set(preferences.told) - {one.cause for one in preferences.put_off} | waits
    if situation.reachable and not _undecided(view, situation):
        lasting = {notice.cause: notice for notice in _causes(view, situation, preferences)}
        tell += [notice for cause, notice in lasting.items() if cause not in told]
        put_off = tuple(one for one in put_off if one.cause in lasting)
        told = set(lasting) | (told & _hidden(situation))
    else:
        told, put_off = set(preferences.told), preferences.put_off
        if situation.reachable and _goes_on(situation):
            told.discard(_FULL)
    if situation.reachable:  # whether a backup is at work or not
        told -= {cause for cause in told if cause.startswith(_OF_A_PERSON)}
        person = of_person(situation)
        if person is not None:
            told.add(person.cause)
            tell += [person] if person.cause not in preferences.told else []
    first = preferences.first_backup_told
    if not first and situation.summary is not None and _went_well(situation):
        first = True
        if preferences.tell_done:
            tell.append(_first_backup())
    withdrawn = preferences.told - told
    changed = msgspec.structs.replace(
        preferences, told=frozenset(told), first_backup_told=first, put_off=put_off
    )
    if changed != preferences:
        preferences = changed
    return Decision(tuple(tell), withdrawn, preferences)


def remind_tomorrow(preferences: Preferences, cause: str, now: datetime) -> Preferences:
    """Of what is the matter, if it still is then."""
    others = tuple(one for one in preferences.put_off if one.cause != cause)
    put_off = (*others, PutOff(cause, now + _DAY))
    return msgspec.structs.replace(preferences, put_off=put_off)


def without_sheet(preferences: Preferences, now: datetime) -> Preferences:
    """The first run was ended without a recovery sheet."""
    return remind_tomorrow(
        msgspec.structs.replace(preferences, sheet_missing=True), Cause.SHEET.value, now
    )


def of_person(situation: Situation) -> Notice | None:
    """That a person who helps is there, or has said something."""
    ticket = None if situation.help is None else situation.help.ticket
    if ticket is None or ticket.over or not served(situation.account):
        return None
    button = _tr("Open the conversation")
    if ticket.state is TicketState.YOUR_TURN:
        body = _tr("Somebody from support is there for you now.")
        return Notice(Cause.YOUR_TURN, _tr("It is your turn"), body, PageName.HELP, button=button)
    if ticket.messages and ticket.messages[-1].by_agent:
        cause = f"{Cause.ANSWERED} {len(ticket.messages)}"
        body = _tr("The answer is in Help.")
        return Notice(cause, _tr("Support has answered"), body, PageName.HELP, button=button)
    return None


def restored(outcome: Outcome) -> Notice | None:
    """That a restore is done; none for other jobs, nor for one that somebody stopped himself."""
    if not isinstance(outcome.summary, RestoreSummary) or outcome.state is not JobState.DONE:
        return None
    return Notice(
        Cause.RESTORE,
        _tr("The restore is done"),
        _tr("Open Plainkeep to see what was brought back."),
        PageName.RESTORE,
        lasting=False,
    )


def closed() -> Notice:
    return Notice(
        Cause.CLOSED,
        _tr("Plainkeep goes on here"),
        _tr("Backups go on while the window is closed. This icon opens it again."),
        PageName.HOME,
        lasting=False,
    )


def crashed() -> Notice:
    """A program of ours ended unexpectedly the last time."""
    return Notice(
        Cause.CRASHED,
        _tr("Plainkeep ended unexpectedly"),
        _tr("What was saved is safe. A report for support can say where it happened."),
        PageName.HELP,
        button=_tr("Make a report"),
        reports=True,
    )


def _undecided(view: HomeView, situation: Situation) -> bool:
    """While a backup runs nobody knows yet whether what was wrong is over."""
    return situation.at_work is not None and view.mood is not Mood.FULL


def _goes_on(situation: Situation) -> bool:
    """What waited for room has it."""
    return situation.state is JobState.RUNNING and situation.waiting is None


def _hidden(situation: Situation) -> set[str]:
    """What is the matter still, while the sentence is about something worse."""
    return {Cause.FILES.value} if situation.problem_files else set()


def _causes(view: HomeView, situation: Situation, preferences: Preferences) -> tuple[Notice, ...]:
    """All that is the matter now."""
    found: list[Notice] = []
    if preferences.sheet_missing:
        found.append(_sheet())
    if view.mood is Mood.OLD and preferences.tell_no_backup:
        found.append(_old(view))
    if view.mood in (Mood.PROBLEM, Mood.FULL) and preferences.tell_needs_you:
        found.append(_needs_you(view, situation, preferences))
    if _nearly_full(view) and view.mood is not Mood.FULL and preferences.tell_nearly_full:
        found.append(
            Notice(
                Cause.NEARLY_FULL,
                _tr("Your storage is nearly full"),
                _tr("What is safe stays safe. See what takes the space."),
                PageName.STORAGE,
                button=_tr("Show what takes space"),
                later=_later(),
            )
        )
    return tuple(found)


def _later() -> str:
    return _tr("Remind me tomorrow")


def _sheet() -> Notice:
    return Notice(
        Cause.SHEET,
        _tr("Your recovery sheet is not made yet"),
        _tr("With it you get everything back if you forget the password."),
        PageName.SETTINGS,
        button=_tr("Make the sheet"),
        makes_sheet=True,
        later=_later(),
    )


def _old(view: HomeView) -> Notice:
    return Notice(
        Cause.OLD,
        view.sentence,
        _tr("What was saved before stays safe."),
        PageName.HOME,
        button=_tr("Back up now"),
        backs_up=True,
        later=_later(),
    )


def _cause(code: str, situation: Situation, preferences: Preferences) -> str:
    """What is told day by day is another cause on each."""
    if code not in _DAILY:
        return code
    if situation.last is None:  # not met since the start
        return next((told for told in preferences.told if told.startswith(code)), code)
    return f"{code} {situation.last.at.astimezone().date()}"


def _needs_you(view: HomeView, situation: Situation, preferences: Preferences) -> Notice:
    trouble = situation.trouble
    if trouble is None:
        body = _tr("Open Plainkeep to see what each of them needs.")
    else:
        body = explain_code(trouble.code, trouble.facts).your_data
    full = view.mood is Mood.FULL
    return Notice(
        Cause.FILES.value if trouble is None else _cause(trouble.code, situation, preferences),
        view.sentence,
        body,
        PageName.HOME if full else PageName.PROBLEMS,
        button=_tr("Show what helps"),
        later=_later(),
    )


def _nearly_full(view: HomeView) -> bool:
    return view.storage is not None and view.storage.share >= NEARLY_FULL


def _went_well(situation: Situation) -> bool:
    return (
        isinstance(situation.summary, BackupSummary)
        and situation.last is not None
        and situation.last.outcome.state is JobState.DONE
    )


def _first_backup() -> Notice:
    return Notice(
        Cause.FIRST_BACKUP,
        _tr("Your first backup is done"),
        _tr("From now on only what changes is sent."),
        PageName.HOME,
        lasting=False,
    )
