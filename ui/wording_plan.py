"""The sentences of the storage plan, and of the walk at "I've bought more storage"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QLocale

from backupclient.wire.entitlement import (
    Entitlement,
    Late,
    PlanState,
    Source,
    Step,
    StepCode,
    StepState,
    Trouble,
    Walk,
)
from ui import numbers
from ui.explained import explain_code
from ui.icons import Icon
from ui.pages.home_view import StorageCard
from ui.phrases import fill
from ui.widgets.steps import Step as Tick

_DOTS = " · "
_LEAST = 1_000_000
Times = Mapping[tuple[str, str], datetime]


class PlanNote(NamedTuple):
    """One thing to know of the plan; `colour` is that of its icon."""

    icon: Icon
    colour: str
    words: str


class WalkLine(NamedTuple):
    tick: Tick
    name: str
    detail: str
    time: str


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("plan", text, None, n)


def _whole(number: int) -> str:
    """A limit: "200 GB", where others have "41.9 GB"."""
    text = numbers.size(number)
    return text.replace(f"{QLocale().decimalPoint()}0", "") if number >= _LEAST else text


# --- the plan -------------------------------------------------------------------------------------


def plan_line(plan: Entitlement | None) -> str:
    """ "Family, 200 GB · renews on 14 March 2027"; empty for a storage of one's own."""
    if plan is None or plan.source is not Source.SERVICE:
        return ""
    limit = "" if plan.limit is None else f", {_whole(plan.limit)}"
    parts = [f"{plan.name}{limit}", _term(plan)]
    return _DOTS.join(part for part in parts if part)


def tray_line(card: StorageCard | None, plan: Entitlement | None) -> str:
    """ "212 GB of 500 GB · Family · renews on 14 March 2027"; empty where nothing is known."""
    parts = [] if card is None else [f"{card.amount} {card.of}"]
    if plan is not None and plan.source is Source.SERVICE:
        parts += [plan.name, _term(plan)]
    return _DOTS.join(part for part in parts if part)


def _term(plan: Entitlement) -> str:
    match plan.state:
        case PlanState.LAPSED:
            return _tr("has ended")
        case PlanState.CANCELLED if plan.ends is not None:
            return fill(_tr("ends on %1"), numbers.date(plan.ends))
        case _ if plan.renews is not None:
            return fill(_tr("renews on %1"), numbers.date(plan.renews))
    return ""


def plan_notes(
    plan: Entitlement | None, now: datetime, *, limited: bool = False
) -> tuple[PlanNote, ...]:
    """What is not as usual, the worst first. `limited`: by a limit that was set here."""
    if plan is None:
        return ()
    found = [_end(plan), _too_much(plan, limited=limited), _unheard(plan, now), _paid(plan)]
    return tuple(note for note in found if note is not None)


def _end(plan: Entitlement) -> PlanNote | None:
    kept = plan.data_kept_until
    until = (
        "" if kept is None else fill(_tr("Everything stored is kept until %1."), numbers.date(kept))
    )
    match plan.state:
        case PlanState.LAPSED:
            words = _tr("Your plan has ended. Restoring goes on; nothing new is saved.")
        case PlanState.CANCELLED:
            words = _tr("Your plan is cancelled. Everything goes on until it ends.")
        case PlanState.PAST_DUE:
            return PlanNote(
                Icon.INFO, "attention", _tr("A payment is late. Everything goes on meanwhile.")
            )
        case _:
            return None
    return PlanNote(Icon.INFO, "attention", f"{words} {until}".strip())


def _too_much(plan: Entitlement, *, limited: bool) -> PlanNote | None:
    if plan.writable is False and limited:
        words = _tr("The limit that was set below is reached. Raise it, and what waits goes on.")
        return PlanNote(Icon.STATE_FULL, "attention", words)
    if plan.over:
        words = _tr(
            "%1 more are stored than fit now. Nothing is deleted and all of it can be "
            "restored; what is new waits until there is room."
        )
        return PlanNote(Icon.STATE_FULL, "attention", fill(words, numbers.size(plan.over)))
    if plan.writable is False:
        words = _tr(
            "The storage takes nothing more. Plainkeep looks every few seconds whether "
            "there is room, and goes on by itself."
        )
        return PlanNote(Icon.STATE_FULL, "attention", words)
    if plan.nearly_full and plan.free is not None:
        words = fill(_tr("Nearly full: %1 are left."), numbers.size(plan.free))
        return PlanNote(Icon.STATE_FULL, "attention", words)
    return None


def _unheard(plan: Entitlement, now: datetime) -> PlanNote | None:
    if plan.trouble is None:
        return None
    title = _title(plan.trouble)
    words = _tr("%1. This is the plan as it was %2; backups and restores go on.")
    if not plan.in_grace(now):
        words = _tr(
            "%1. This is the plan as it was %2, and may not hold any more. Backups go on as long "
            "as the storage takes them, and restoring goes on."
        )
    elif not plan.takes_data:
        words = _tr("%1. This is the plan as it was %2; restoring goes on.")
    return PlanNote(Icon.INFO, "text_second", fill(words, title, numbers.ago(plan.as_of, now)))


def _paid(plan: Entitlement) -> PlanNote | None:
    if plan.pending is None:
        return None
    words = _tr("%1 are paid for and on their way to your storage. That needs nobody.")
    return PlanNote(Icon.REFRESH, "accent", fill(words, _whole(plan.pending.limit)))


def _title(trouble: Trouble) -> str:
    return explain_code(trouble.code, trouble.facts, trouble.raw).title


# --- the walk -------------------------------------------------------------------------------------

_TICKS = {
    StepState.WAITING: Tick.LATER,
    StepState.DOING: Tick.NOW,
    StepState.DONE: Tick.DONE,
    StepState.NOT_YET: Tick.LATER,
    StepState.FAILED: Tick.FAILED,
}


def walk_lines(walk: Walk, times: Times, computer: str, now: datetime) -> tuple[WalkLine, ...]:
    """One for each step, with when it was done. `computer` is this one's name."""
    return tuple(_line(step, times, computer, now) for step in walk.steps)


def _line(step: Step, times: Times, computer: str, now: datetime) -> WalkLine:
    name, detail = _words(step, computer, now)
    at = times.get((step.code, step.subject))
    match step.state:
        case StepState.DONE | StepState.FAILED if at is not None:
            time = numbers.time_of_day(at)
        case StepState.DOING:
            time = _tr("now")
        case StepState.NOT_YET:
            time = _tr("later")
        case _:
            time = ""
    return WalkLine(_TICKS[step.state], name, detail, time)


def _words(step: Step, computer: str, now: datetime) -> tuple[str, str]:
    match step.code:
        case StepCode.ACCOUNT:
            return _account(step)
        case StepCode.PLAN:
            return _plan(step)
        case StepCode.STORAGE:
            return _storage(step)
        case StepCode.THIS_COMPUTER:
            return _tr("This computer knows"), computer
        case StepCode.OTHER_COMPUTER:
            return _other(step, now)
        case StepCode.WAITING_FILES:
            return _waiting(step)


def _account(step: Step) -> tuple[str, str]:
    if step.trouble is not None:
        return _title(step.trouble), _tr("asked again by itself; what was bought is not lost")
    if step.state is StepState.DONE:
        return _tr("Your account answers"), ""
    return _tr("Ask your account"), ""


def _plan(step: Step) -> tuple[str, str]:
    limit, before = step.facts.get("limit"), step.facts.get("before")
    if step.state in (StepState.WAITING, StepState.DOING):
        return _tr("See how much you may store"), ""
    if not isinstance(limit, int):
        return _tr("No limit is set"), _tr("what the storage itself allows is tried next")
    words = fill(_tr("You may store %1"), _whole(limit))
    if step.trouble is not None:
        return words, _tr("as last known")
    late = step.facts.get("late", Late.NOBODY)
    if late == Late.PAYMENT:
        return words, _tr("the payment is not confirmed yet; it counts as soon as it is")
    if late == Late.STORAGE:
        return words, _tr("more is paid for; the storage gets it within minutes by itself")
    if isinstance(before, int) and before != limit:
        return words, fill(_tr("was %1"), _whole(before))
    return words, _tr("as before; nothing newer is known")


def _storage(step: Step) -> tuple[str, str]:
    match step.state:
        case StepState.DONE:
            return _tr("The storage takes data"), _tr("wrote a byte and removed it again")
        case StepState.WAITING | StepState.DOING:
            return _tr("Write something to the storage"), ""
    if step.trouble is not None:
        explained = explain_code(step.trouble.code, step.trouble.facts, step.trouble.raw)
        return explained.title, explained.next_step
    return (
        _tr("The storage takes no more yet"),
        _tr("asked again every few seconds; nothing else needs to be done here"),
    )


def _other(step: Step, now: datetime) -> tuple[str, str]:
    if step.state is StepState.DONE:
        return fill(_tr("%1 knows"), step.subject), ""
    if step.facts.get("online"):
        return step.subject, _tr("is being told")
    seen = step.facts.get("last_seen")
    if not isinstance(seen, str):
        return step.subject, _tr("will know when it is next on")
    last = numbers.ago(datetime.fromisoformat(seen), now)
    return step.subject, fill(_tr("will know when it is next on; last seen %1"), last)


def _waiting(step: Step) -> tuple[str, str]:
    files, size = step.facts.get("files", 0), step.facts.get("bytes", 0)
    amount = numbers.size(size) if isinstance(size, int) and size else ""
    count = files if isinstance(files, int) else 0
    if step.state in (StepState.WAITING, StepState.DOING):
        return _tr("What waited goes on"), ""
    if not step.facts.get("jobs"):
        return _tr("Nothing was waiting for room"), ""
    if step.state is StepState.DONE:
        return _tr("%n waiting file(s) go on", count) if count else _tr(
            "What waited goes on"
        ), amount
    held = _tr("%n file(s) wait for room", count) if count else _tr("What is new waits for room")
    return held, _tr("they go on by themselves as soon as there is some")
