"""What the engine does by itself, in one line."""

from __future__ import annotations

from datetime import datetime

from backupclient.support import amounts
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance, Watching


def line(status: AutomationStatus, now: datetime) -> str:
    """Empty if there is nothing to say: none is to begin by itself, or one is at work."""
    when = "" if status.next_run is None else _when(status.next_run, now)
    match status.state:
        case AutomationState.OFF | AutomationState.RUNNING:
            return ""
        case AutomationState.BY_HAND:
            return "Backups begin by hand only."
        case AutomationState.PAUSED if status.paused_until is not None:
            left = max((status.paused_until - now).total_seconds(), 0)
            return f"No backup begins by itself for {amounts.duration(left)}."
        case AutomationState.PAUSED:
            return "No backup begins by itself until 'backupclient resume'."
        case AutomationState.WAITING if status.hindrance is not None:
            return f"The next backup is due. {_title(status.hindrance, whole=True)}."
        case AutomationState.SCHEDULED if status.hindrance is not None:
            return f"The last backup failed: {_title(status.hindrance)}; next try {when}."
        case _:
            return f"The next backup begins {when}{_watching(status)}."


def _when(moment: datetime, now: datetime) -> str:
    local = moment.astimezone()
    days = (local.date() - now.astimezone().date()).days
    if moment <= now:
        return "now"
    day = {0: "", 1: "tomorrow "}.get(days, f"{local:%A} ")
    return f"{day}at {local:%H:%M}"


def _watching(status: AutomationStatus) -> str:
    if status.watching is Watching.ON:
        return " at the latest; changed files are backed up seconds later"
    return ""


def _title(hindrance: Hindrance, *, whole: bool = False) -> str:
    """Within a sentence, or as a `whole` one."""
    from backupclient.support.explainer import explain_code  # noqa: PLC0415 - reads the catalogue

    title = explain_code(hindrance.code, hindrance.facts, hindrance.raw).title
    return title if whole else f"{title[:1].lower()}{title[1:]}"
