"""A storage plan and the walk at "I've bought more storage", as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backupclient.cli.tables import table
from backupclient.cli.terminal import printable
from backupclient.support import amounts
from backupclient.support.explainer import explain_code
from backupclient.wire.entitlement import (
    Computer,
    Entitlement,
    Late,
    PlanState,
    Seat,
    Source,
    Step,
    StepCode,
    StepState,
    SupportedSystem,
    Trouble,
)

_MARKS = {
    StepState.WAITING: " ",
    StepState.DOING: " ",
    StepState.DONE: "+",
    StepState.NOT_YET: "~",
    StepState.FAILED: "!",
}
_LATE = {
    Late.NOBODY: "",
    Late.PAYMENT: "the payment was not confirmed yet; it is applied as soon as it is",
    Late.STORAGE: "it is paid, and the storage gets the new limit within minutes by itself",
}


def plan_lines(plan: Entitlement, now: datetime) -> Iterator[str]:
    """What is known of a plan, the most wanted first."""
    yield _headline(plan)
    if plan.over:
        yield (
            f"{amounts.size(plan.over)} more are stored than fit. Nothing is deleted, everything "
            "can be restored; nothing new is taken."
        )
    elif plan.full:
        yield "It is full. What is stored stays safe; what is new waits, and goes on by itself."
    elif plan.nearly_full and plan.free is not None:
        yield f"It is nearly full: {amounts.size(plan.free)} are left."
    yield from _terms(plan)
    if plan.trouble is not None:
        title = explain_code(plan.trouble.code, plan.trouble.facts, plan.trouble.raw).title
        yield f"As of {amounts.moment(plan.as_of, now)}: {title[:1].lower()}{title[1:]}."
        if not plan.in_grace(now):
            yield "It may not hold any more. Backups go on as long as the storage takes them."
    elif plan.measured_at is not None and plan.used is not None:
        yield f"What is used was last counted {amounts.moment(plan.measured_at, now)}."
    if plan.pending is not None:
        yield (
            f"{amounts.size(plan.pending.limit)} are paid for and on their way; 'backupclient "
            "account refresh' looks now."
        )
    if plan.computers:
        yield from _computers(plan.computers, now)
    if plan.systems:
        yield _systems(plan.systems)


def _headline(plan: Entitlement) -> str:
    used = "" if plan.used is None else f", {amounts.size(plan.used)} used"
    match plan.source:
        case Source.SERVICE:
            limit = "" if plan.limit is None else f": {amounts.size(plan.limit)}"
            return f"Plan {printable(plan.name)}{limit}{used}."
        case Source.OWN_LIMIT if plan.limit is not None:
            return f"The limit that was set here: {amounts.size(plan.limit)}{used}."
        case Source.STORE if plan.limit is not None:
            return f"The storage has {amounts.size(plan.limit)}{used}."
        case Source.STORE if plan.available is not None:
            return f"No limit is set; the drive has {amounts.size(plan.available)} left{used}."
    return f"No limit is set, and the storage tells none{used}."


def _terms(plan: Entitlement) -> Iterator[str]:
    kept = plan.data_kept_until
    until = "" if kept is None else f" What is stored is kept until {_day(kept)}."
    match plan.state:
        case PlanState.LAPSED:
            yield f"The plan has ended. Restoring goes on; nothing new is taken.{until}"
        case PlanState.CANCELLED if plan.ends is not None:
            yield f"It is cancelled and ends on {_day(plan.ends)}.{until}"
        case PlanState.PAST_DUE:
            yield "A payment is late. Everything goes on meanwhile."
        case _ if plan.renews is not None:
            yield f"It is renewed on {_day(plan.renews)}."


def _day(moment: datetime) -> str:
    return amounts.date(moment).partition(",")[0]


def _computers(computers: tuple[Computer, ...], now: datetime) -> Iterator[str]:
    rows = [
        [
            f"{'*' if one.this else ' '}{printable(one.name)}",
            printable(one.system),
            "yes" if one.seat is Seat.HELD else "released",
            "never" if one.last_backup is None else amounts.moment(one.last_backup, now),
        ]
        for one in computers
    ]
    yield ""
    yield from table([" Computer", "System", "Seat", "Last backup"], rows)


def _systems(systems: tuple[SupportedSystem, ...]) -> str:
    on = [f"{one.system} {one.versions}".strip() for one in systems if one.app]
    not_yet = [one.system for one in systems if not one.app]
    words = f"Plainkeep works on {printable('; '.join(on))}."
    return f"{words} Not yet on {printable(', '.join(not_yet))}." if not_yet else words


def step_line(step: Step) -> str:
    """One step as it stands, with its mark: + done, ~ by itself later, ! needs somebody."""
    return f"{_MARKS[step.state]} {_step(step)}"


def _step(step: Step) -> str:
    match step.code:
        case StepCode.ACCOUNT:
            done = step.state is StepState.DONE
            return "The account answers" if done else _trouble(step.trouble, "The account: asking")
        case StepCode.PLAN:
            return _plan(step)
        case StepCode.STORAGE:
            if step.state is StepState.DONE:
                return "The storage takes data"
            late = _LATE[Late(str(step.facts.get("late", Late.NOBODY)))]
            not_yet = "The storage takes no more yet; it is asked again every few seconds"
            return _trouble(
                step.trouble, f"The storage takes no more yet: {late}" if late else not_yet
            )
        case StepCode.THIS_COMPUTER:
            return "This computer works with it"
        case StepCode.OTHER_COMPUTER:
            return _other(step)
        case StepCode.WAITING_FILES:
            return _waiting(step)


def _plan(step: Step) -> str:
    limit, before = step.facts.get("limit"), step.facts.get("before")
    if not isinstance(limit, int):
        return "No limit is set, and the storage tells none"
    words = amounts.size(limit)
    if step.trouble is not None:
        return f"The plan, as last known: {words}"
    late = _LATE[Late(str(step.facts.get("late", Late.NOBODY)))]
    if late:
        paid = step.facts.get("paid")
        more = amounts.size(paid) if isinstance(paid, int) else "More"
        return f"The plan: {words}. {more}: {late}"
    if isinstance(before, int) and before != limit:
        return f"The plan: {amounts.size(before)} became {words}"
    return f"The plan: still {words}, and no more is on its way"


def _other(step: Step) -> str:
    name = printable(step.subject)
    if step.state is StepState.DONE:
        return f"{name} works with it"
    if step.facts.get("online"):
        return f"{name} is being told"
    return f"{name} hears of it when it is next on"


def _waiting(step: Step) -> str:
    files, size = step.facts.get("files"), step.facts.get("bytes")
    if not step.facts.get("jobs"):
        return "Nothing was waiting for room"
    what = (
        f"{amounts.counted(files, 'waiting file')}"
        if isinstance(files, int) and files
        else "What waits"
    )
    if isinstance(size, int) and size:
        what = f"{what} ({amounts.size(size)})"
    if step.state is StepState.DONE:
        return f"{what} go on" if what != "What waits" else f"{what} goes on"
    return f"{what}: they go on by themselves as soon as there is room"


def _trouble(trouble: Trouble | None, otherwise: str) -> str:
    return (
        otherwise
        if trouble is None
        else explain_code(trouble.code, trouble.facts, trouble.raw).title
    )
