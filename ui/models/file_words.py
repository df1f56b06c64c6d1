"""One file or folder as rows and details show it: icon, words, colour."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.wire.answers import (
    FileAnswer,
    FileState,
    FolderAnswer,
    Kind,
    PathAnswer,
    Rollup,
)
from ui import numbers
from ui.icons import Icon

_WITHIN = " \u203a "
_FILMS = frozenset({".mov", ".mp4", ".mkv", ".avi", ".webm", ".m4v"})
_IMAGES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".heic", ".tif", ".tiff", ".webp", ".svg"})
_SOUNDS = frozenset({".mp3", ".flac", ".ogg", ".m4a", ".wav", ".opus"})
_FOLDERS = {
    "pictures": Icon.IMAGE,
    "music": Icon.MUSIC,
    "videos": Icon.FILM,
    "movies": Icon.FILM,
    "documents": Icon.FILE,
    "desktop": Icon.DESKTOP,
}
_SOME_EVENING = datetime(2026, 9, 30, 22, 48, tzinfo=UTC)
STATE_LOOKS = {
    FileState.SAFE: (Icon.STATE_SAFE, "safe"),
    FileState.CHANGED: (Icon.STATE_CHANGED, "changed"),
    FileState.WAITING: (Icon.STATE_WAITING, "waiting"),
    FileState.UPLOADING: (Icon.STATE_UPLOADING, "accent"),
    FileState.PROBLEM: (Icon.STATE_PROBLEM, "problem"),
    FileState.LEFT_OUT: (Icon.STATE_LEFT_OUT, "text_second"),
}


class RowWords(NamedTuple):
    """What stands in a row; `colour` is an attribute of `Colours`."""

    icon: Icon
    name: str
    is_folder: bool
    state_icon: Icon
    state: str
    colour: str
    size: str
    as_of: str
    where: str
    """The folders it lies in."""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("files", text, None, n)


def _counted(words: str, n: int) -> str:
    """With the number as it is written in the user's language."""
    return words.replace(str(n), numbers.count(n), 1)


def state_word(state: FileState | None) -> str:
    return {
        FileState.SAFE: _tr("Safe"),
        FileState.CHANGED: _tr("Changed"),
        FileState.WAITING: _tr("Waiting"),
        FileState.UPLOADING: _tr("Uploading"),
        FileState.PROBLEM: _tr("Problem"),
        FileState.LEFT_OUT: _tr("Left out"),
        None: _tr("Not chosen"),
    }[state]


def widest_words() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What is long among the words for a state, the sizes and the times that rows may hold."""
    states = (
        *(state_word(state) for state in FileState),
        _counted(_tr("%n problem(s)", 999), 999),
        _counted(_tr("%n waiting", 999), 999),
        _tr("Partly chosen"),
    )
    minutes = (40, 8 * 60, 30 * 60, 40 * 60, 4 * 24 * 60, 400 * 24 * 60)
    moments = (_SOME_EVENING - timedelta(minutes=one) for one in minutes)
    times = (*(numbers.ago_short(one, _SOME_EVENING) for one in moments), _tr("not yet"))
    return states, (numbers.size(888_800_000),), times


def is_folder(answer: PathAnswer) -> bool:
    return isinstance(answer, FolderAnswer)


def name_of(path: bytes) -> str:
    """The last name of a path, or the path of a top."""
    whole = os.fsdecode(path).encode("utf-8", "replace").decode()
    return whole.rstrip("/").rpartition("/")[2] or whole


def where(path: bytes) -> str:
    """The two folders above, as people point at them."""
    names = os.fsdecode(path).encode("utf-8", "replace").decode().strip("/").split("/")[:-1]
    return _WITHIN.join(names[-2:]) or "/"


def row_words(answer: PathAnswer, now: datetime) -> RowWords:
    if isinstance(answer, FolderAnswer):
        return _folder_words(answer, now)
    icon, colour = STATE_LOOKS.get(answer.state or FileState.LEFT_OUT, STATE_LOOKS[FileState.SAFE])
    return RowWords(
        icon=file_icon(answer),
        name=name_of(answer.path),
        is_folder=answer.kind is Kind.FOLDER,
        state_icon=icon,
        state=_tr("Not there") if answer.gone else state_word(answer.state),
        colour=colour,
        size=numbers.size(answer.size) if answer.kind is Kind.FILE and not answer.gone else "",
        as_of=_file_as_of(answer, now),
        where=where(answer.path),
    )


def file_icon(answer: FileAnswer) -> Icon:
    if answer.kind is Kind.FOLDER:
        return Icon.NAV_FILES
    ending = os.path.splitext(name_of(answer.path))[1].casefold()
    for endings, icon in ((_FILMS, Icon.FILM), (_IMAGES, Icon.IMAGE), (_SOUNDS, Icon.MUSIC)):
        if ending in endings:
            return icon
    return Icon.FILE


def folder_icon(path: bytes) -> Icon:
    return _FOLDERS.get(name_of(path).casefold(), Icon.NAV_FILES)


def _folder_words(folder: FolderAnswer, now: datetime) -> RowWords:
    icon, state, colour = folder_state(folder)
    counts = folder.counts
    size = sum(one.bytes for one in (counts.safe, counts.changed, counts.waiting, counts.problem))
    known = folder.looked_at is not None or size
    return RowWords(
        icon=folder_icon(folder.path),
        name=name_of(folder.path),
        is_folder=True,
        state_icon=icon,
        state=state,
        colour=colour,
        size=numbers.size(size) if known else "",
        as_of=_folder_as_of(folder, now),
        where=where(folder.path),
    )


def folder_state(folder: FolderAnswer) -> tuple[Icon, str, str]:
    """Its icon, the words and their colour: the worst thing in it."""
    counts = folder.counts
    match folder.rollup:
        case Rollup.PROBLEM:
            many = max(1, counts.problem.files)
            return Icon.STATE_PROBLEM, _counted(_tr("%n problem(s)", many), many), "problem"
        case Rollup.WAITING:
            many = counts.waiting.files + counts.changed.files
            words = _counted(_tr("%n waiting", many), many) if many else _tr("Waiting")
            return Icon.STATE_WAITING, words, "waiting"
        case Rollup.PARTLY_CHOSEN:
            return Icon.STATE_PARTLY, _tr("Partly chosen"), "text_second"
        case Rollup.NOT_CHOSEN:
            return Icon.STATE_LEFT_OUT, _tr("Not chosen"), "text_second"
        case Rollup.SAFE:
            return Icon.STATE_SAFE, _tr("All safe"), "safe"


def _folder_as_of(folder: FolderAnswer, now: datetime) -> str:
    if folder.rollup in (Rollup.SAFE, Rollup.PARTLY_CHOSEN):
        return "" if folder.looked_at is None else numbers.ago_short(folder.looked_at, now)
    return _tr("in part") if folder.counts.safe.files else _tr("not yet")


def _file_as_of(file: FileAnswer, now: datetime) -> str:
    if file.state is FileState.LEFT_OUT:
        return _tr("by rule")
    if file.state is FileState.SAFE:
        return "" if file.safe_since is None else numbers.ago_short(file.safe_since, now)
    if file.earlier_version and file.version is not None:
        return numbers.ago_short(file.version, now)
    return _tr("not yet")
