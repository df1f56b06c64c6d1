"""What the details of a file or folder say, in words."""

from __future__ import annotations

import os
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.wire.answers import FileAnswer, FileState, FolderAnswer, PathAnswer, ProblemFacts
from ui import numbers
from ui.explained import explain_code
from ui.icons import Icon
from ui.models.file_words import (
    STATE_LOOKS,
    file_icon,
    folder_icon,
    folder_state,
    name_of,
    state_word,
    where,
)
from ui.phrases import fill


class Details(NamedTuple):
    """`colour` is an attribute of `Colours`; a text that is empty is not shown."""

    icon: Icon
    name: str
    where: str
    state_icon: Icon
    colour: str
    title: str
    your_data: str
    meanwhile: str
    since: str
    looked_at: str
    can_try: bool
    can_leave_out: bool
    can_restore: bool


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("details", text, None, n)


def details(answer: PathAnswer, now: datetime, *, leaving: bool = False) -> Details:
    """`leaving`: a rule leaves it out that no backup has met yet."""
    found = _of_folder(answer, now) if isinstance(answer, FolderAnswer) else _of_file(answer, now)
    if not leaving or not found.can_leave_out:
        return found
    words = _tr("From the next backup on, this is left out. It can be taken back in Settings.")
    return found._replace(meanwhile=words, can_leave_out=False, can_try=False)


def _of_file(answer: FileAnswer, now: datetime) -> Details:
    state = answer.state
    icon, colour = STATE_LOOKS.get(state or FileState.LEFT_OUT, STATE_LOOKS[FileState.LEFT_OUT])
    title, meanwhile = _file_words(answer)
    looked = "" if answer.looked_at is None else numbers.ago(answer.looked_at, now)
    return Details(
        icon=file_icon(answer),
        name=name_of(answer.path),
        where=f"{where(answer.path)} · {numbers.size(answer.size)}",
        state_icon=icon,
        colour=colour,
        title=title,
        your_data=_file_data(answer, now),
        meanwhile=meanwhile,
        since=_since(answer.problem, now),
        looked_at=fill(_tr("Looked at this file %1"), looked) if looked else "",
        can_try=state in (FileState.PROBLEM, FileState.CHANGED, FileState.WAITING),
        can_leave_out=state not in (FileState.LEFT_OUT, None),
        can_restore=state is FileState.SAFE or answer.earlier_version,
    )


def _file_words(file: FileAnswer) -> tuple[str, str]:
    """What is the matter, and what happens next."""
    if file.gone:
        return _tr("No longer on this computer"), ""
    if file.state is FileState.PROBLEM and file.problem is not None:
        facts = {"path": os.fsdecode(file.path).encode("utf-8", "replace").decode()}
        said = explain_code(file.problem.reason, facts, file.problem.raw)
        return said.title, said.meanwhile
    meanwhile = {
        FileState.CHANGED: _tr("The newest version goes with the next backup."),
        FileState.WAITING: _tr("It goes with the next backup, in its turn."),
        FileState.UPLOADING: _tr("It is being read and sent now."),
    }
    rule = ""
    if file.rule is not None and file.rule.kind == "our-own":
        rule = _tr("Plainkeep's own notes and the backup itself are not backed up.")
    elif file.state is FileState.LEFT_OUT and file.rule is not None and file.rule.text:
        rule = fill(_tr("The rule “%1” leaves it out. Rules are in Settings."), file.rule.text)
    if file.state is None:
        return state_word(None), ""
    return state_word(file.state), meanwhile.get(file.state, rule)


def _file_data(file: FileAnswer, now: datetime) -> str:
    if file.state is FileState.SAFE and file.safe_since is not None:
        words = _tr("this version has been safe since %1.")
        safe = fill(words, numbers.when(file.safe_since, now))
        if file.proven is None:
            return safe
        proven = fill(_tr("It was read back and compared %1."), numbers.ago(file.proven, now))
        return f"{safe} {proven}"
    if file.earlier_version and file.version is not None:
        words = _tr("the version of %1 is safe. What was saved since is only on this computer.")
        return fill(words, numbers.when(file.version, now))
    if file.earlier_version:
        return _tr("an earlier version is safe. The newest is only on this computer.")
    if file.state in (FileState.LEFT_OUT, None):
        return _tr("this file is not in the backup; it is only on this computer.")
    return _tr("it is not in the backup yet; it is only on this computer.")


def _of_folder(folder: FolderAnswer, now: datetime) -> Details:
    icon, title, colour = folder_state(folder)
    counts = folder.counts
    bytes_ = sum(one.bytes for one in (counts.safe, counts.changed, counts.waiting, counts.problem))
    data = _tr("%n file(s) safe.", counts.safe.files)
    data = data.replace(str(counts.safe.files), numbers.count(counts.safe.files), 1)
    looked = "" if folder.looked_at is None else numbers.ago(folder.looked_at, now)
    meanwhile = ""
    if folder.problem is not None:
        said = explain_code(folder.problem.reason, {"path": os.fsdecode(folder.path)})
        title, meanwhile = said.title, said.meanwhile
    elif counts.unsafe:
        meanwhile = _tr("The rest goes with the next backup.")
    return Details(
        icon=folder_icon(folder.path),
        name=name_of(folder.path),
        where=f"{where(folder.path)} · {numbers.size(bytes_)}",
        state_icon=icon,
        colour=colour,
        title=title,
        your_data=data,
        meanwhile=meanwhile,
        since=_since(folder.problem, now),
        looked_at=fill(_tr("Looked at this folder %1"), looked) if looked else "",
        can_try=bool(counts.unsafe) or folder.problem is not None,
        can_leave_out=folder.rule is None,
        can_restore=bool(counts.safe.files or counts.changed.files),
    )


def _since(problem: ProblemFacts | None, now: datetime) -> str:
    if problem is None:
        return ""
    return fill(_tr("Since %1."), numbers.when(problem.since, now))
