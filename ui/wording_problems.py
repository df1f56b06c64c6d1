"""The sentences of the Problems page: one group for each cause, worst first."""

from __future__ import annotations

import enum
import os
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.support.explainer import Explanation
from backupclient.wire.failure import Failure
from backupclient.wire.overview import CheckReport, PlaceOverview, ProblemReport, ReasonReport
from ui import numbers
from ui.explained import explain_code
from ui.icons import Icon
from ui.situation import DAMAGE_FOUND, Situation

_WORST_FIRST = (
    "damaged",
    "in-cold-storage",
    "read-error",
    "source-unavailable",
    "unreadable",
    "odd-name",
    "path-too-long",
    "in-use",
    "changed-while-read",
    "metadata",
    "vanished",
    "special",
)
_ICONS = {
    "unreadable": Icon.LOCK,
    "read-error": Icon.DRIVE,
    "source-unavailable": Icon.DRIVE,
    "in-use": Icon.FILE,
    "changed-while-read": Icon.FILE,
}
_OPENED = {"unreadable", "read-error", "odd-name", "path-too-long"}
"""What is looked at in its folder; all else is tried again."""
_GONE = "source-unavailable"
"""What it is about is a chosen folder, whatever was there when it was last seen."""
_SETTINGS = ("source-not-found",)
_PLACE = frozenset(
    {
        "access-denied",
        "access-key-refused",
        "address-invalid",
        "different-backup",
        "http-not-https",
        "login-expired",
        "no-access-key",
        "unknown-access-key",
        "wrong-password",
        "wrong-secret",
    }
)
"""What another address, other keys or the right password cure."""
_CHECK = "backupclient check"
"""What looks into it, as the catalogue says it for a terminal."""


class Step(enum.Enum):
    """What the one button of a group does."""

    TRY = "try"
    FOLDER = "folder"
    SETTINGS = "settings"
    PLACE = "place"
    STORAGE = "storage"
    CHECK = "check"


class FileLine(NamedTuple):
    icon: Icon
    name: str
    path: str
    state: str
    size: str


class Group(NamedTuple):
    """One cause. `key` is the reason, or the code of what ended the last backup; `total` is 0 for
    what is not about single files."""

    key: str
    total: int
    icon: Icon
    tone: str
    title: str
    line: str
    your_data: str
    safe: bool
    """An earlier version of everything in it is safe."""
    meanwhile: str
    next_step: str
    files: tuple[FileLine, ...]
    more: str
    step: Step
    step_words: str
    folder: str
    code: str
    raw: str


class ProblemsView(NamedTuple):
    title: str
    line: str
    groups: tuple[Group, ...]
    over: str
    """What was over this week; empty if nothing was."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("problems", text, None, n)


def _fill(text: str, *values: str) -> str:
    for number, value in enumerate(values, 1):
        text = text.replace(f"%{number}", value)
    return text


def problems_view(situation: Situation, now: datetime) -> ProblemsView:
    overview = situation.overview
    groups: list[Group] = []
    if situation.failure is not None and situation.backup is None:
        groups.append(_failure(situation.failure, situation, now))
    if situation.damage is not None:
        groups.append(_damage(situation.damage, overview, now))
    reasons = () if overview is None else overview.reasons
    groups += [_group(one, now) for one in sorted(reasons, key=_rank)]
    folders = sum(one.count for one in reasons if one.reason == _GONE)
    files = sum(one.count for one in reasons) - folders
    if not groups:
        title = _tr("No problems")
        line = _tr("What cannot be backed up will be here, with its reason and what helps.")
    else:
        title = _tr("%n problem(s)", len(groups))
        if folders and not files:
            title = f"{title}, " + _tr("%n folder(s) need you", folders)
        elif files:
            title = f"{title}, " + _tr("%n file(s) need you", files)
        line = _tr("Each problem leaves this list by itself when it is over.")
        safe = _safe(overview)
        if safe:
            line = _fill(_tr("%1 are safe."), numbers.files(safe)) + " " + line
    return ProblemsView(title, line, tuple(groups), _over(overview, now))


def _rank(reason: ReasonReport) -> tuple[int, int]:
    known = reason.reason in _WORST_FIRST
    at = _WORST_FIRST.index(reason.reason) if known else len(_WORST_FIRST)
    return at, -reason.count


def _safe(overview: PlaceOverview | None) -> int:
    if overview is None:
        return 0
    counts = (getattr(one, "counts", None) for one in overview.status.answers)
    return sum(one.safe.files for one in counts if one is not None)


def _over(overview: PlaceOverview | None, now: datetime) -> str:
    if overview is None or not overview.over or overview.over[0].ended is None:
        return ""
    last = numbers.when(overview.over[0].ended, now)
    return _fill(_tr("Over this week: %n problem(s), the last one %1", overview.over_count), last)


def _group(reason: ReasonReport, now: datetime) -> Group:
    first = reason.first[0] if reason.first else None
    raw = "" if first is None else first.raw
    explained = explain_code(reason.reason, {}, raw)
    folder = "" if first is None else os.fsdecode(os.path.dirname(first.path.rstrip(b"/")))
    shown = reason.count <= len(reason.first)
    safe = shown and all(one.earlier_version is not None for one in reason.first)
    opened = reason.reason in _OPENED and bool(folder)
    return Group(
        key=reason.reason,
        total=reason.count,
        icon=_ICONS.get(reason.reason, Icon.STATE_PROBLEM),
        tone="attention" if safe else "problem",
        title=_fill(_tr("%1: %2"), explained.title, _how_many(reason)),
        line=_fill(_tr("since %1"), numbers.when(reason.since, now)),
        your_data=explained.your_data,
        safe=safe,
        meanwhile=explained.meanwhile,
        next_step=explained.next_step,
        files=tuple(_line(one, now) for one in reason.first),
        more="" if shown else _show_all(reason),
        step=Step.FOLDER if opened else Step.TRY,
        step_words=_tr("Open the folder") if opened else _tr("Try now"),
        folder=folder,
        code=explained.code,
        raw=raw,
    )


def _how_many(reason: ReasonReport) -> str:
    count = reason.count
    return numbers.folders(count) if reason.reason == _GONE else numbers.files(count)


def _show_all(reason: ReasonReport) -> str:
    if reason.reason == _GONE:
        return _tr("Show all %n folder(s)", reason.count)
    return _tr("Show all %n file(s)", reason.count)


def _line(problem: ProblemReport, now: datetime) -> FileLine:
    path = os.fsdecode(problem.path)
    state = _tr("never backed up")
    if problem.earlier_version is not None:
        state = _fill(_tr("safe as of %1"), numbers.when(problem.earlier_version, now))
    folder = problem.folder or problem.reason == _GONE
    return FileLine(
        icon=Icon.NAV_FILES if folder else Icon.FILE,
        name=os.path.basename(path.rstrip("/")) or path,
        path=path,
        state=state,
        size="" if folder else numbers.size(problem.size),
    )


def _failure(failure: Failure, situation: Situation, now: datetime) -> Group:
    told = explain_code(failure.code, failure.facts, failure.raw)
    step, words = _step_of(told)
    at = "" if situation.last is None else numbers.when(situation.last.at, now)
    full = failure.code == "storage-full"
    return Group(
        key=told.code,
        total=0,
        icon=Icon.STATE_FULL if full else Icon.DRIVE,
        tone="attention" if full else "problem",
        title=told.title,
        line=_fill(_tr("the last backup, %1, ended with this"), at),
        your_data=told.your_data,
        safe=full,
        meanwhile=told.meanwhile,
        next_step=told.next_step,
        files=(),
        more="",
        step=step,
        step_words=words,
        folder="",
        code=told.code,
        raw=failure.raw,
    )


def _damage(check: CheckReport, overview: PlaceOverview | None, now: datetime) -> Group:
    """What the last check found. A backup mends what it can, another check tells what is left."""
    told = explain_code(DAMAGE_FOUND, {"count": check.errors})
    last = None if overview is None else overview.last_complete
    mended = last is not None and last.started > check.ended
    again = (Step.CHECK, _tr("Check again")) if mended else (Step.TRY, _tr("Back up now"))
    more = check.affected_count - len(check.affected)
    return Group(
        key=told.code,
        total=0,
        icon=Icon.STATE_PROBLEM,
        tone="problem",
        title=told.title,
        line=_fill(_tr("found by the check, %1"), numbers.when(check.ended, now)),
        your_data=told.your_data,
        safe=False,
        meanwhile=told.meanwhile,
        next_step=told.offer if mended else told.next_step,
        files=tuple(
            FileLine(Icon.FILE, os.path.basename(path) or path, path, "", "")
            for path in check.affected
        ),
        more="",
        step=again[0],
        step_words=again[1],
        folder="",
        code=told.code,
        raw=_tr("%n more file(s) affected", more) if more else "",
    )


def _step_of(told: Explanation) -> tuple[Step, str]:
    if told.code in _PLACE:
        return Step.PLACE, _tr("Change address and keys…")
    if told.code in _SETTINGS:
        return Step.SETTINGS, _tr("Open settings")
    if told.command.startswith(_CHECK):
        return Step.CHECK, _tr("Check the backup")
    if told.code == "storage-full.own-limit":
        return Step.STORAGE, _tr("Change the limit…")
    return Step.TRY, _tr("Try now")
