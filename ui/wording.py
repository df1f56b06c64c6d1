"""The sentences of the window. Problems have theirs in the catalogue (`support.explainer`).

Every sentence is made here, from a `Situation` and the time it is; a page only shows it.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from backupclient.events import Condition, JobState, Phase, Progress, Waiting
from backupclient.plan import Schedule, When
from backupclient.wire.answers import (
    FolderAnswer,
    PlaceStatus,
)
from backupclient.wire.automatic import AutomationState, Hindrance, Watching
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import JobInfo
from ui import numbers
from ui.explained import explain, explain_code
from ui.pages.home_view import HomeView, Mood, Offer, Running
from ui.phrases import fill
from ui.situation import Situation
from ui.wording_cards import (
    day_name,
    days,
    days_line,
    folder_lines,
    lately,
)
from ui.wording_check import checking, sentence
from ui.wording_room import full_part, storage_card

_DOTS = " · "
_FULL = "storage-full"
_PHASES = (Phase.LOOKING, Phase.UPLOADING, Phase.FINISHING)
_OLD_DAYS = 2
_SOON_SECONDS = 30
_STORAGE_SEEN = timedelta(hours=24)
"""Longer ago, nobody can say that what was stored is there still."""
_LOOKED = {
    When.CONTINUOUS: timedelta(hours=24),
    When.HOURLY: timedelta(hours=3),
    When.DAILY: timedelta(hours=26),
    When.BY_HAND: timedelta(hours=24),
}
"""How long what the last backup saw may be said to hold: what it should take until the next one,
and some time for that."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("wording", text, None, n)


def home_view(situation: Situation, status: PlaceStatus | None, now: datetime) -> HomeView:
    """The whole home page."""
    mood, sentence = headline(situation, status, now)
    progress = situation.progress
    folders = () if status is None else tuple(status.answers)
    over = situation.overview
    return HomeView(
        mood=mood,
        sentence=sentence,
        facts=facts_line(situation, status, now),
        offer=offer(situation),
        running=None if progress is None or mood is Mood.FULL else running_part(progress),
        checking=None
        if situation.check is None or situation.at_work is not situation.check
        else checking(situation.check),
        note=note(situation, now),
        folders=folder_lines(folders, now, () if progress is None else progress.current),
        folders_total="" if status is None else _files(status),
        full=full_part(situation) if mood is Mood.FULL else None,
        storage=None if over is None else storage_card(over, situation, now),
        days=() if over is None else days(over),
        runs=() if over is None else tuple(day.run for day in over.days),
        days_from="" if over is None or not over.days else day_name(over.days[0].day),
        days_line="" if over is None else days_line(over),
        lately=() if over is None else lately(over, now, situation.storage_plan),
    )


# --- the sentence ---------------------------------------------------------------------------------


def headline(situation: Situation, status: PlaceStatus | None, now: datetime) -> tuple[Mood, str]:
    """One sentence, from the worst thing that is true. The tray says the same."""
    if situation.at_work is not None and situation.at_work is situation.check:
        return _at_check(situation, situation.check, now)
    if situation.backup is not None:
        return _at_work(situation, now)
    if situation.failure is not None and situation.failure.code == _FULL:
        return Mood.FULL, _full(situation)
    if situation.trouble is not None:
        return Mood.PROBLEM, _title(situation.trouble)
    counts = None if status is None else _counts(status)
    if counts is not None and counts.problem.files:
        return Mood.PROBLEM, _tr("%n file(s) need you", counts.problem.files)
    days = 0 if status is None or status.last_backup is None else (now - status.last_backup).days
    if days >= _OLD_DAYS:
        return Mood.OLD, _tr("No backup for %n day(s)", days)
    if situation.paused:
        return Mood.PAUSED, _paused(situation, now)
    hindrance = None if situation.automation is None else situation.automation.hindrance
    if hindrance is not None:
        return Mood.WAITING, _title(hindrance)
    if status is None or counts is None or status.last_backup is None:
        return Mood.READY, _tr("Ready for your first backup")
    return _seen(situation, status, counts, now)


def _seen(
    situation: Situation, status: PlaceStatus, counts: _Counts, now: datetime
) -> tuple[Mood, str]:
    """By the states of files: nothing is wrong and nothing at work."""
    assert status.last_backup is not None
    if counts.waiting.files or counts.changed.files:
        waiting = counts.waiting.files + counts.changed.files
        return Mood.WAITING, _tr("%n file(s) are waiting for the next backup", waiting)
    when = Schedule().when if situation.plan is None else situation.plan.schedule.when
    if now - status.last_backup > _LOOKED[when]:
        return Mood.WAITING, fill(
            _tr("Everything was safe %1"), numbers.ago(status.last_backup, now)
        )
    if status.storage_seen is None or now - status.storage_seen > _STORAGE_SEEN:
        seen = status.storage_seen or status.last_backup
        return Mood.WAITING, fill(_tr("Everything was safe %1"), numbers.ago(seen, now))
    return Mood.SAFE, _tr("Everything is safe")


def _at_check(situation: Situation, check: JobInfo, now: datetime) -> tuple[Mood, str]:
    if check.state is JobState.PAUSED:
        return Mood.PAUSED, _paused(situation, now)
    if check.waiting is not None:
        return _waiting(check.waiting, check.next_try, now)
    return Mood.WORKING, sentence(check)


def _at_work(situation: Situation, now: datetime) -> tuple[Mood, str]:
    state, progress = situation.state, situation.progress
    if state is JobState.PAUSED:
        return Mood.PAUSED, _paused(situation, now)
    if state is JobState.QUEUED:
        return Mood.WAITING, _tr("Waiting for another backup to end")
    if situation.waiting is not None:
        if situation.waiting.code == _FULL:
            return Mood.FULL, _full(situation)
        return _waiting(situation.waiting, situation.next_try, now)
    if situation.stalled(now):
        return Mood.WAITING, _tr("Nothing has moved for two minutes; Plainkeep keeps trying")
    if state is JobState.STOPPING:
        return Mood.WORKING, _tr("Stopping")
    if progress is None or not progress.bytes_total or progress.phase is Phase.LOOKING:
        return Mood.WORKING, _tr("Looking for changes")
    safe = numbers.percent(progress.bytes_safe / progress.bytes_total)
    if progress.seconds_left is None:
        return Mood.WORKING, fill(_tr("Backing up: %1 safe"), safe)
    left = numbers.roughly(progress.seconds_left)
    return Mood.WORKING, fill(_tr("Backing up: %1 safe, %2 left"), safe, left)


def _paused(situation: Situation, now: datetime) -> str:
    until = situation.paused_until
    return _tr("Paused") if until is None else fill(_tr("Paused until %1"), _later(until, now))


def _later(moment: datetime, now: datetime) -> str:
    """A moment to come: "18:00", "tomorrow 18:00"."""
    same_day = moment.astimezone().date() == now.astimezone().date()
    return numbers.time_of_day(moment) if same_day else numbers.when(moment, now)


def _full(situation: Situation) -> str:
    waiting = waiting_bytes(situation)
    if not waiting:
        return _tr("Storage is full")
    return fill(_tr("Storage is full: %1 are waiting"), numbers.size(waiting))


def waiting_bytes(situation: Situation) -> int:
    """What is not safe yet: by the run at work, or by what was last seen."""
    progress, status = situation.progress, situation.status
    if progress is not None and progress.bytes_total:
        return max(0, progress.bytes_total - progress.bytes_safe - progress.bytes_sent)
    if status is None:
        return 0
    counts = _counts(status)
    return counts.waiting.bytes + counts.changed.bytes


def _waiting(waiting: Waiting, next_try: datetime | None, now: datetime) -> tuple[Mood, str]:
    title = explain(waiting).title
    if next_try is None:
        return Mood.WAITING, title
    left = numbers.until(next_try, now)
    if left < 1:
        return Mood.WAITING, fill(_tr("%1; trying again now"), title)
    return Mood.WAITING, fill(_tr("%1; next try in %2"), title, numbers.span(left))


def _title(trouble: Failure | Waiting | Hindrance) -> str:
    if isinstance(trouble, Waiting):
        return explain(trouble).title
    return explain_code(trouble.code, trouble.facts, trouble.raw).title


def facts_line(situation: Situation, status: PlaceStatus | None, now: datetime) -> str:
    """What stands under the sentence: how much, as of when, and what comes next."""
    mood, sentence = headline(situation, status, now)
    facts = []
    progress = situation.progress
    if mood is Mood.FULL and status is not None:
        facts += _kept(_counts(status))
    elif progress is not None and progress.files_total:
        facts.append(f"{numbers.files(progress.files_total)}, {numbers.size(progress.bytes_total)}")
    elif status is not None and _files(status):
        facts.append(f"{_files(status)}, {numbers.size(_total(status).bytes)}")
    if status is not None and status.last_backup is not None and mood is not Mood.FULL:
        last = numbers.ago(status.last_backup, now)
        words = _tr("last checked %1") if mood is Mood.SAFE else _tr("last complete backup %1")
        facts.append(fill(words, last))
    following = next_line(situation, now) if situation.reachable else _tr("starting")
    if following != _lower(sentence):
        facts.append(following)
    line = _DOTS.join(fact for fact in facts if fact)
    return line[:1].upper() + line[1:]


def _kept(counts: _Counts) -> list[str]:
    """What a full storage does not touch, and what it holds up."""
    safe = f"{numbers.files(counts.safe.files)}, {numbers.size(counts.safe.bytes)}"
    waiting = counts.waiting.files + counts.changed.files
    return [
        fill(_tr("%1 are safe and stay safe"), safe) if counts.safe.files else "",
        _tr("%n file(s) wait", waiting) if waiting else "",
    ]


def next_line(situation: Situation, now: datetime) -> str:
    """When the next backup begins by itself, or why none does; empty where the sentence says it,
    or one is at work."""
    told = situation.automation
    if situation.check is not None:
        return _tr("backups wait until the check is over")
    if told is None or situation.backup is not None:
        return ""
    match told.state:
        case AutomationState.BY_HAND:
            return _tr("backups begin only by hand")
        case AutomationState.PAUSED:
            return _lower(_paused(situation, now))
        case AutomationState.WAITING if told.hindrance is not None:
            return _lower(_title(told.hindrance))
        case AutomationState.SCHEDULED if told.next_run is not None:
            if told.watching is Watching.ON and told.hindrance is None:
                return _tr("changes are backed up as they happen")
            return _next(told.next_run, now)
    return ""


def _next(moment: datetime, now: datetime) -> str:
    if numbers.until(moment, now) < _SOON_SECONDS:
        return _tr("next in a moment")
    same_day = moment.astimezone().date() == now.astimezone().date()
    return fill(_tr("next at %1") if same_day else _tr("next %1"), _later(moment, now))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def offer(situation: Situation) -> Offer:
    """What can be done right now."""
    if situation.at_work is None:
        return Offer.RESTING if situation.paused else Offer.START
    if situation.paused:
        return Offer.GO_ON
    if situation.at_work is situation.check:
        return Offer.HOLD
    if situation.state is JobState.WAITING and situation.waiting is not None:
        return Offer.OVERRULE if situation.waiting.code in set(Condition) else Offer.TRY
    return Offer.HOLD


# --- its parts ------------------------------------------------------------------------------------


def running_part(progress: Progress) -> Running:
    """The bar, its legend and the phases."""
    done = progress.bytes_safe + progress.bytes_sent
    total = max(progress.bytes_total, done, 1)
    left = numbers.size(total - done) if progress.bytes_total else _tr("not known yet")
    speed = numbers.rate(progress.bytes_per_second) if progress.bytes_per_second else ""
    return Running(
        safe_share=progress.bytes_safe / total,
        sent_share=progress.bytes_sent / total,
        safe=numbers.size(progress.bytes_safe),
        sent=numbers.size(progress.bytes_sent),
        left=left,
        speed=speed,
        phases=tuple(_phase(one, progress) for one in _PHASES),
        current=os.path.basename(progress.current[0]) if progress.current else "",
        current_share=_current_share(progress),
    )


def _current_share(progress: Progress) -> str:
    """Of the first of the large files in work: "62 % of 1.8 GB"."""
    if not (progress.current_size and progress.current_size[0]):
        return ""
    whole = progress.current_size[0]
    share = numbers.percent(min(1.0, progress.current_read[0] / whole))
    return fill(_tr("%1 of %2"), share, numbers.size(whole))


def _phase(phase: Phase, progress: Progress) -> tuple[str, str]:
    order = {one: number for number, one in enumerate(Phase)}
    if order[phase] > order[progress.phase]:
        how = "next"
    else:
        how = "now" if phase is progress.phase else "done"
    to_send = progress.bytes_total - progress.bytes_safe
    words = {
        Phase.LOOKING: _tr("Looking for changes"),
        Phase.UPLOADING: _tr("Uploading"),
        Phase.FINISHING: _tr("Finishing"),
    }[phase]
    if phase is Phase.LOOKING and how == "done" and progress.files_total:
        words = fill(_tr("Looked for changes: %1"), numbers.files(progress.files_total))
    elif phase is Phase.UPLOADING and how == "now" and to_send > 0:
        # Not the files: they are read well before all of them is in the storage.
        done_of = numbers.size(progress.bytes_sent), numbers.size(to_send)
        words = fill(_tr("Uploading: %1 of %2"), *done_of)
    return words, how


def note(situation: Situation, now: datetime) -> tuple[str, str] | None:
    """What has just happened and is worth a line of its own."""
    if situation.went_on is None:
        return None
    bold = _tr("Went on where it stopped.")
    since = situation.went_on.facts.get("since")
    if isinstance(since, str):
        bold = fill(
            _tr("Went on where it stopped, %1."), numbers.when(datetime.fromisoformat(since), now)
        )
    return bold, _tr("Nothing that was safe is read or sent again.")


def _counts(status: PlaceStatus) -> _Counts:
    total = _Counts()
    for answer in status.answers:
        if isinstance(answer, FolderAnswer):
            total.add(answer)
    return total


def _files(status: PlaceStatus) -> str:
    """How many there are; empty before anybody has looked."""
    total = _total(status).files
    return numbers.files(total) if total else ""


def _total(status: PlaceStatus) -> _Sum:
    counts = _counts(status)
    total = _Sum()
    for one in (counts.safe, counts.changed, counts.waiting, counts.problem):
        total.files += one.files
        total.bytes += one.bytes
    return total


class _Sum:
    def __init__(self) -> None:
        self.files = 0
        self.bytes = 0


class _Counts:
    """Of all chosen folders together."""

    def __init__(self) -> None:
        self.safe, self.changed, self.waiting, self.problem = (_Sum() for _ in range(4))

    def add(self, folder: FolderAnswer) -> None:
        for name in ("safe", "changed", "waiting", "problem"):
            mine, theirs = getattr(self, name), getattr(folder.counts, name)
            mine.files += theirs.files
            mine.bytes += theirs.bytes
