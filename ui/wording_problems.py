"""The sentences of the Problems page: one group for each cause, worst first."""

from __future__ import annotations

import enum
import os
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.errors import Fact
from backupclient.events import Condition, Waiting
from backupclient.support.explainer import Explanation
from backupclient.wire.automatic import Hindrance
from backupclient.wire.failure import Failure
from backupclient.wire.overview import CheckReport, PlaceOverview, ProblemReport, ReasonReport
from ui import numbers
from ui.explained import explain, explain_code
from ui.icons import Icon
from ui.phrases import fill
from ui.situation import DAMAGE_FOUND, Situation

_WORST_FIRST = (
    "damaged",
    "in-cold-storage",
    "read-error",
    "source-unavailable",
    "folder-is-link",
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
    "folder-is-link": Icon.DRIVE,
    "in-use": Icon.FILE,
    "changed-while-read": Icon.FILE,
}
_OPENED = {"unreadable", "read-error", "odd-name", "path-too-long"}
"""What is looked at in its folder; all else is tried again."""
_GONE = "source-unavailable"
"""What it is about is a chosen folder, whatever was there when it was last seen."""
_SETTINGS = ("source-not-found", "folder-is-link")
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
_NO_COPY = frozenset({"unreadable", "read-error", "in-use", "odd-name", "path-too-long", _GONE})
"""Of what has one of these the newest version is not in the backup."""
_FULL = "storage-full"
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
    data_state: str
    """In a few words how what it is about stands; empty where that cannot be said of all of it."""
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


def problems_view(situation: Situation, now: datetime) -> ProblemsView:
    overview = situation.overview
    trouble = situation.trouble
    groups: list[Group] = []
    if situation.failure is not None and situation.backup is None:
        groups.append(_failure(situation.failure, situation, now))
    elif isinstance(trouble, Waiting | Hindrance) and trouble.code not in set(Condition):
        groups.append(_held_up(trouble))
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
            line = fill(_tr("%1 are safe."), numbers.files(safe)) + " " + line
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
    return fill(_tr("Over this week: %n problem(s), the last one %1", overview.over_count), last)


def _group(reason: ReasonReport, now: datetime) -> Group:
    first = reason.first[0] if reason.first else None
    raw = "" if first is None else first.raw
    explained = explain_code(reason.reason, {}, raw)
    folder = "" if first is None else os.fsdecode(os.path.dirname(first.path.rstrip(b"/")))
    shown = reason.count <= len(reason.first)
    safe = shown and all(one.earlier_version is not None for one in reason.first)
    state, data = _data(reason, now) if shown else ("", "")
    opened = reason.reason in _OPENED and bool(folder)
    step, words = (Step.FOLDER, _tr("Open the folder")) if opened else _step_of(explained)
    return Group(
        key=reason.reason,
        total=reason.count,
        icon=_ICONS.get(reason.reason, Icon.STATE_PROBLEM),
        tone="attention" if safe else "problem",
        title=_title(reason, explained),
        line=fill(_tr("since %1"), numbers.when(reason.since, now)),
        data_state=state,
        your_data=data or explained.your_data,
        safe=safe,
        meanwhile=explained.meanwhile,
        next_step=explained.next_step,
        files=tuple(_line(one, now) for one in reason.first),
        more="" if shown else _show_all(reason),
        step=step,
        step_words=words,
        folder=folder,
        code=explained.code,
        raw=raw,
    )


def _title(reason: ReasonReport, explained: Explanation) -> str:
    """By its name where it is a single one."""
    if reason.count == 1 and reason.first:
        name = os.fsdecode(os.path.basename(reason.first[0].path.rstrip(b"/"))) or "/"
        words = {
            "unreadable": _tr("Plainkeep may not read “%1”"),
            "read-error": _tr("The drive cannot read “%1”"),
            "in-use": _tr("“%1” is in use by another program"),
            "changed-while-read": _tr("“%1” changed while it was being read"),
            _GONE: _tr("The folder “%1” is missing, empty or cannot be read"),
        }.get(reason.reason)
        return fill(_tr("%1: %2"), explained.title, name) if words is None else fill(words, name)
    many = {
        "unreadable": lambda: _tr("Plainkeep may not read %n file(s)", reason.count),
        "read-error": lambda: _tr("The drive cannot read %n file(s)", reason.count),
        "in-use": lambda: _tr("%n file(s) are in use by another program", reason.count),
        "changed-while-read": lambda: _tr("%n file(s) changed while being read", reason.count),
        _GONE: lambda: _tr("%n folder(s) are missing, empty or cannot be read", reason.count),
    }.get(reason.reason)
    if many is None:
        return fill(_tr("%1: %2"), explained.title, _how_many(reason))
    return many().replace(str(reason.count), numbers.count(reason.count), 1)


def _data(reason: ReasonReport, now: datetime) -> tuple[str, str]:
    """How everything it is about stands, in a few words and a sentence; empty where that is not
    the same for all of it, or where a copy was saved all the same."""
    earlier = [one.earlier_version for one in reason.first if one.earlier_version is not None]
    if reason.reason not in _NO_COPY or not reason.first:
        return "", ""
    if len(earlier) == reason.count:
        when = numbers.when(min(earlier), now)
        return fill(_tr("Safe as of %1"), when), _tr("Only what was saved since is not.")
    if earlier:
        return "", ""
    if reason.reason == _GONE:
        return _tr("Never backed up"), _tr("Nothing of it is in the backup.")
    size = numbers.size(sum(one.size for one in reason.first))
    words = _tr("%n file(s) not safe", reason.count)
    return words, fill(_tr("%1 are only on this computer."), size)


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
        state = fill(_tr("safe as of %1"), numbers.when(problem.earlier_version, now))
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
    at = "" if situation.last is None else numbers.when(situation.last.at, now)
    line = fill(_tr("the last backup, %1, ended with this"), at)
    raw = _said_by_storage(failure.facts, failure.raw)
    return _about_backups(told, line, raw, full=failure.code == _FULL)


def _said_by_storage(facts: Mapping[str, Fact], raw: str) -> str:
    """What its provider can find it by, and its own words."""
    named = {"status": "HTTP {}", "storage_code": "{}", "request_id": "request {}"}
    found = [how.format(facts[name]) for name, how in named.items() if facts.get(name)]
    return " · ".join([*found, *([raw] if raw else [])])


def _held_up(trouble: Waiting | Hindrance) -> Group:
    """Why the backup at work cannot go on, or none can begin."""
    if isinstance(trouble, Waiting):
        told, raw = explain(trouble), _said_by_storage(trouble.facts, "")
        line = _tr("the backup at work waits for this")
    else:
        told = explain_code(trouble.code, trouble.facts, trouble.raw)
        raw = _said_by_storage(trouble.facts, trouble.raw)
        line = _tr("no backup can begin before this is over")
    return _about_backups(told, line, raw, full=trouble.code == _FULL)


def _about_backups(told: Explanation, line: str, raw: str, *, full: bool) -> Group:
    step, words = _step_of(told)
    return Group(
        key=told.code,
        total=0,
        icon=Icon.STATE_FULL if full else Icon.DRIVE,
        tone="attention" if full else "problem",
        title=told.title,
        line=line,
        data_state="",
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
        raw=raw,
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
        line=fill(_tr("found by the check, %1"), numbers.when(check.ended, now)),
        data_state="",
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
