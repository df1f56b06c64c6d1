"""The whole list of problems as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from backupclient.errors import BackupError
from backupclient.wire.envelope import Reply
from backupclient.wire.overview import ListProblems, ProblemReport, Problems
from ui.engine_link import EngineLink
from ui.explained import explain_code
from ui.saver import Saver


def columns() -> tuple[str, ...]:
    """Their names in the user's language."""
    tr = QCoreApplication.translate
    return (
        tr("problem list", "path"),
        tr("problem list", "code"),
        tr("problem list", "problem"),
        tr("problem list", "since"),
        tr("problem list", "size in bytes"),
        tr("problem list", "safe as of"),
        tr("problem list", "details"),
    )


class ProblemList(QObject):
    """Asks for all pages, then writes. Belongs to the window's thread; makes one file."""

    failed = Signal(object)

    def __init__(self, link: EngineLink, location: str, path: Path, saver: Saver) -> None:
        super().__init__(link)
        self._link, self._location = link, location
        self._path, self._saver = path, saver
        self._found: list[ProblemReport] = []

    def start(self) -> None:
        after = self._found[-1].no if self._found else 0
        self._link.ask(
            lambda no: ListProblems(id=no, location=self._location, after=after),
            self._take,
            self._fail,
        )

    def _take(self, reply: Reply) -> None:
        if not isinstance(reply, Problems):
            return
        self._found += reply.problems
        if reply.more:
            self.start()
            return
        found, path = tuple(self._found), self._path

        def write() -> None:
            path.write_bytes(as_csv(found))

        self._saver.save(write)
        self.deleteLater()

    def _fail(self, error: BackupError) -> None:
        self.failed.emit(error)
        self.deleteLater()


def as_csv(problems: Sequence[ProblemReport]) -> bytes:
    """UTF-8 with a mark that spreadsheets know it by. A name that looks like a formula is none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns())
    for one in problems:
        path = os.fsencode(os.fsdecode(one.path)).decode("utf-8", "replace")
        earlier = one.earlier_version
        writer.writerow(
            [
                _plain(path),
                one.reason,
                explain_code(one.reason).title,
                one.since.isoformat(timespec="seconds"),
                one.size,
                "" if earlier is None else earlier.isoformat(timespec="seconds"),
                _plain(one.raw),
            ]
        )
    return text.getvalue().encode("utf-8-sig", "replace")


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
