"""The sentences of the restore page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate

from backupclient.wire.answers import FoundItem, Kind, SnapshotFacts
from ui import numbers
from ui.explained import explain
from ui.icons import Icon
from ui.phrases import fill
from ui.restorer import Chosen, Restorer, RestoreState

_IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".tif", ".tiff", ".heic", ".raw"}
_FILMS = {".mov", ".mp4", ".mkv", ".avi", ".webm"}
_INTO = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_SOUNDS = {".mp3", ".flac", ".ogg", ".wav", ".m4a"}


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("restore", text, None, n)


def icon_of(path: bytes, kind: Kind) -> Icon:
    if kind is Kind.FOLDER:
        return Icon.NAV_FILES
    ending = os.path.splitext(os.fsdecode(path))[1].lower()
    if ending in _IMAGES:
        return Icon.IMAGE
    if ending in _FILMS:
        return Icon.FILM
    return Icon.MUSIC if ending in _SOUNDS else Icon.FILE


def name_of(path: bytes) -> str:
    return os.path.basename(path).decode("utf-8", "replace") or "/"


def folder_of(path: bytes, home: str) -> str:
    """The names that lead to it: from the home folder, where it is in it."""
    folder = os.path.dirname(path).decode("utf-8", "replace")
    if folder == home or folder.startswith(home + "/"):
        folder = folder[len(home) :]
    return _INTO.join(part for part in folder.split("/") if part) or "/"


def day(moment: datetime, now: datetime) -> str:
    """ "8 November", with the year if it is another."""
    there = moment.astimezone()
    other_year = there.year != now.astimezone().year
    return numbers.day(QDate(there.year, there.month, there.day), with_year=other_year)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def found_right(item: FoundItem, now: datetime) -> tuple[str, str]:
    """What stands at the end of a result's two lines."""
    size = "" if item.newest.kind is Kind.FOLDER else numbers.size(item.newest.size)
    if item.deleted is not None:
        return size, _tr("deleted %1").replace("%1", day(item.deleted, now))
    return size, _tr("%n version(s)", item.versions)


def found_line(count: int, files: int, *, more: bool, done: bool) -> str:
    if not done:
        return _tr("looking; %n found so far", count)
    text = _tr("%n found", count)
    if more:
        return _tr("the first %1; type more of the name").replace("%1", numbers.count(count))
    if files:
        of = _tr("%1 in %2, deleted ones too")
        return fill(of, text, numbers.files(files))
    return text


def history_line(path: bytes, home: str, versions: int, first: datetime, now: datetime) -> str:
    words = _tr("%n version(s) since %1", versions).replace("%1", day(first, now))
    return f"{folder_of(path, home)} · {words}"


def chosen_lines(chosen: Sequence[Chosen], now: datetime) -> tuple[str, str]:
    """What is chosen, and of when."""
    if not chosen:
        return _tr("Nothing is chosen yet"), _tr("Tick what you want back")
    files = sum(one.files for one in chosen)
    size = numbers.size(sum(one.size or 0 for one in chosen))
    what = f"{numbers.files(files)}, {size}"
    if any(one.size is None for one in chosen):
        what = _tr("%n thing(s), being counted", len(chosen))
    times = {one.time for one in chosen}
    if len(times) == 1:
        return what, _tr("version of %1").replace("%1", numbers.when(next(iter(times)), now))
    return what, _tr("versions of %n times", len(times))


def snapshot_lines(one: SnapshotFacts, computers: int, now: datetime) -> tuple[str, str, str]:
    """A backup in the list: when, a note, and how much."""
    notes = []
    if computers > 1:
        notes.append(one.computer)
    if not one.complete:
        notes.append(_tr("not complete: it was cut short"))
    total = "" if one.total is None else numbers.files(one.total.files)
    return capital(numbers.when(one.time, now)), " · ".join(notes), total


def new_folder_name(now: datetime) -> str:
    return _tr("Restored, %1").replace("%1", day(now, now))


def target_kind(kind: str) -> str:
    """Where it goes, by the name of a `TargetKind`."""
    return {
        "NEW": _tr("To a new folder"),
        "ORIGINAL": _tr("To the folders they came from"),
        "FOLDER": _tr("To a folder"),
        "ZIP": _tr("Into one .zip file"),
    }[kind]


def target_name(kind: str, path: str) -> str:
    if kind == "ORIGINAL":
        return _tr("Where they were")
    return os.path.basename(path) or path


def second_name(time: datetime, now: datetime) -> str:
    """Before the ending of a name where both are kept."""
    return _tr(" (from %1)").replace("%1", day(time, now))


def running_line(restorer: Restorer) -> str:
    if restorer.waiting is not None:
        return explain(restorer.waiting).title
    progress = restorer.progress
    if progress is None or not progress.files_total:
        return _tr("Looking at what is there")
    if progress.verifying:
        done = numbers.size(progress.bytes_done), numbers.size(progress.bytes_total)
        text = _tr("Comparing with the backup: %1 of %2")
    else:
        done = (
            f"{numbers.count(progress.files_done)}",
            f"{numbers.files(progress.files_total)}, {numbers.size(progress.bytes_done)}",
        )
        text = _tr("Restoring: %1 of %2")
    text = fill(text, done[0], done[1])
    if progress.seconds_left is not None:
        left = _tr("%1 left").replace("%1", numbers.roughly(progress.seconds_left))
        text = f"{text} · {left}"
    return text


def end_lines(restorer: Restorer) -> tuple[str, str]:
    """How it ended: a title and a line."""
    files = sum(one.files_restored for one in restorer.summaries)
    there = sum(one.unchanged for one in restorer.summaries)
    kept = sum(one.kept for one in restorer.summaries)
    renamed = sum(one.renamed for one in restorer.summaries)
    problems = sum(one.problems for one in restorer.summaries) or len(restorer.problems)
    facts = []
    if there:
        facts.append(_tr("%n file(s) were right already", there))
    if kept:
        facts.append(_tr("%n file(s) were there and stay as they are", kept))
    if renamed:
        facts.append(_tr("%n file(s) got a new name beside what was there", renamed))
    if restorer.state is RestoreState.FAILED and restorer.error is not None:
        explained = explain(restorer.error)
        return explained.title, explained.your_data
    if restorer.state is RestoreState.STOPPED:
        return _tr("Stopped"), _tr("What was restored stays. Restore again goes on from there.")
    if problems:
        facts.insert(0, _tr("%n restored", files))
        return _tr("%n file(s) could not be restored as they were", problems), " · ".join(facts)
    facts.insert(0, _tr("Compared with the backup: all equal"))
    return _tr("%n file(s) restored", files), " · ".join(facts)


def version_note(number: int, count: int, item: FoundItem) -> str:
    """What a version is among the others."""
    if number == 0 and item.deleted is None:
        return _tr("newest")
    if number == 0:
        return _tr("newest before it was deleted")
    return _tr("first version") if number == count - 1 else ""
