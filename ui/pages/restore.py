"""Restore: by file, by date, or everything; where to; how far; and how it ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QStackedWidget

from backupclient.requests import Overwrite, Place, RestoreRequest
from backupclient.wire.answers import FoundItem, SnapshotFacts
from backupclient.wire.envelope import Reply
from backupclient.wire.looks import (
    BrowseFolder,
    CopyRestored,
    Folder,
    ListVersions,
    MeasureStored,
    RestoreCopy,
    SearchBackups,
    SearchFound,
    Versions,
)
from backupclient.wire.places import Measured
from ui import tokens
from ui import wording_restore as words
from ui.copies import Copies
from ui.dialogs.path_dialogs import ask_folder, ask_new_file
from ui.dialogs.question import Question
from ui.engine_link import EngineLink
from ui.icons import Icon
from ui.kept_open import KeptOpen
from ui.lookups import Lookups
from ui.pages.page import Page
from ui.pages.restore_by_date import ByDate
from ui.pages.restore_by_file import ByFile
from ui.pages.restore_footer import RestoreFooter
from ui.pages.restore_trouble import Trouble, end_problems
from ui.restore_target import RestoreTarget, TargetKind
from ui.restorer import Chosen, Restorer, RestoreState, found_item
from ui.theme import TextSize
from ui.widgets.boxes import row
from ui.widgets.buttons import Segments
from ui.widgets.texts import Text


class RestorePage(Page):
    """Asks for the place by `place_wanted` each time it comes to the front; `set_place` may be
    called with any other, too."""

    place_wanted = Signal()

    def __init__(
        self, data: Path, link: EngineLink, now: Callable[[], datetime], home: Path
    ) -> None:
        super().__init__()
        self._now, self._home = now, home
        self._place: Place | None = None
        self._found: list[FoundItem] = []
        self._looked_for = ""
        """What is typed, until everything of that name is found."""
        self._versions_of: tuple[bytes, str] | None = None
        """Whose versions are asked for."""
        self._given: tuple[tuple[bytes, ...], str] = ((), "")
        self._target = RestoreTarget(home, now)
        self.lookups = Lookups(data, self)
        self.kept = KeptOpen(self.lookups, self)
        self.restorer = Restorer(link, self)
        self.copies = Copies(self)
        self.by_file = ByFile(str(home), now)
        self.by_date = ByDate(now, everything=False)
        self.everything = ByDate(now, everything=True)
        self.footer = RestoreFooter()
        self._sides = QStackedWidget()
        self._trouble = Trouble(self._ask_all)
        self._lay_out()
        self._connect()
        self._show_chosen()
        self._show_target()

    def _lay_out(self) -> None:
        self._title = title = row()
        title.addWidget(Text(self.tr("Restore"), TextSize.LARGE, weight=600), 1)
        choices = (
            (None, self.tr("By file")),
            (None, self.tr("By date")),
            (None, self.tr("Everything")),
        )
        self.segments = Segments(choices, self.show_side)
        title.addWidget(self.segments)
        for side in (self.by_file, self.by_date, self.everything):
            self._sides.addWidget(side)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addLayout(title)
        self.body.addWidget(self._trouble)
        self.body.addWidget(self._sides, 1)
        self.body.addWidget(self.footer)

    def _connect(self) -> None:
        self.by_file.searched.connect(self._search)
        self.by_file.versions_wanted.connect(self._want_versions)
        self.by_file.looked_at.connect(self._look_at)
        for side in (self.by_file, self.by_date, self.everything):
            side.chosen_changed.connect(self._show_chosen)
        self.by_date.folder_wanted.connect(self._want_folder)
        self.footer.restore.connect(self.start)
        self.footer.stop.connect(self.restorer.stop)
        self.footer.done.connect(self._finish)
        self.footer.new_folder.connect(self._to_new_folder)
        self.footer.where_they_were.connect(self._to_where_they_were)
        self.footer.other_folder.connect(self._to_other_folder)
        self.footer.zip_file.connect(self._to_zip)
        self.footer.open_target.connect(self._open_target)
        self.footer.show_problems.connect(self._show_problems)
        self.restorer.changed.connect(self._show_restore)
        self.kept.opening.connect(self._show_opening)
        self.kept.listed.connect(self._take_snapshots)
        self.kept.failed.connect(self._trouble.show_error)

    def margins(self) -> tuple[int, int, int, int]:
        return 0, 0, 0, 0

    def arrange(self) -> None:
        side, above, below = (28, 16, 12) if self.narrow else (tokens.PAGE_MARGIN, 32, 20)
        self._title.setContentsMargins(side, above, side, below)
        for one in (self.by_file, self.by_date, self.everything):
            one.arrange(narrow=self.narrow)
        self.footer.arrange(narrow=self.narrow)

    def shown(self) -> None:
        self.place_wanted.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.kept.let_go()
        self.lookups.hang_up()
        super().hideEvent(event)

    def close_all(self) -> None:
        """At the end of the application."""
        self.lookups.close()
        self.copies.close()

    def set_place(self, place: Place) -> None:
        """Look into the backups there."""
        self._place = place
        self._ask_all()
        given, self._given = self._given, ((), "")
        self._ask_for(*given)

    def choose_paths(self, paths: tuple[bytes, ...], snapshot: str = "") -> None:
        """These and nothing else, from a backup or from the newest that has them: asked for when
        the page comes to the front."""
        self.segments.choose(0)
        self.show_side(0)
        self._looked_for, self._versions_of = "", None
        self.lookups.forget("search")
        self.by_file.clear()
        self._given = (paths, snapshot)

    def show_side(self, number: int) -> None:
        self._sides.setCurrentIndex(number)
        self._show_chosen()

    @property
    def _side(self) -> ByFile | ByDate:
        return (self.by_file, self.by_date, self.everything)[self._sides.currentIndex()]

    # --- what is in the backups -------------------------------------------------------------------

    def _ask_all(self) -> None:
        place = self._place
        if place is None:
            return
        self.kept.open(place)
        # Typed before the place was known, or not at its end when the page was left or it failed.
        self._found = []
        self._search_on()
        self.by_date.want_again()
        if self._versions_of is not None:
            self._want_versions(*self._versions_of)

    def _show_opening(self, opening: bool) -> None:
        for side in (self.by_file, self.by_date, self.everything):
            side.show_opening(opening)

    def _ask(self, kind: str, make: Callable[[int], object], then: Callable[[Reply], None]) -> None:
        self.lookups.ask(kind, make, then, self._trouble.show_error)  # type: ignore[arg-type]

    def _take_snapshots(self, snapshots: tuple[SnapshotFacts, ...]) -> None:
        self._trouble.hide()
        self.by_date.show_snapshots(snapshots)
        self.everything.show_snapshots(snapshots)

    def _search(self, text: str) -> None:
        self._found = []
        self._looked_for = text
        self.lookups.forget("search")
        self.by_file.show_found((), "", done=not text)
        self._search_on()

    def _search_on(self) -> None:
        place, text, begin = self._place, self._looked_for, len(self._found)
        if place is None or not text:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, SearchFound):
                result = reply.result
                self._found += result.found
                count = len(self._found)
                facts = words.found_line(count, result.files, more=result.more, done=result.done)
                self.by_file.show_found(tuple(self._found), facts, done=result.done)
                if result.done:
                    self._looked_for = ""
                else:
                    self._search_on()

        self._ask(
            "search", lambda no: SearchBackups(id=no, place=place, text=text, begin=begin), take
        )

    def _want_versions(self, path: bytes, computer: str) -> None:
        place, self._versions_of = self._place, (path, computer)
        if place is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, Versions):
                self._versions_of = None
                self.by_file.show_history(reply.history)

        self._ask(
            "versions",
            lambda no: ListVersions(id=no, place=place, path=path, computer=computer),
            take,
        )

    def _ask_for(self, paths: tuple[bytes, ...], snapshot: str) -> None:
        place = self._place
        if place is None or not paths:
            return
        path, *rest = paths

        def take(reply: Reply) -> None:
            if isinstance(reply, Versions) and (versions := reply.history.versions):
                wanted = (one for one in versions if one.snapshot == snapshot)
                item = found_item(path, reply.history)
                self.by_file.show_given(item, next(wanted, versions[0]))
            self._ask_for(tuple(rest), snapshot)

        self._ask("given", lambda no: ListVersions(id=no, place=place, path=path), take)

    def _want_folder(self, snapshot: str, path: bytes, begin: int) -> None:
        place = self._place
        if place is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, Folder):
                self.by_date.show_folder(snapshot, path, begin, reply.folder)

        self._ask(
            f"folder {path!r}",
            lambda no: BrowseFolder(id=no, place=place, snapshot=snapshot, path=path, begin=begin),
            take,
        )

    # --- what is chosen ---------------------------------------------------------------------------

    @property
    def chosen(self) -> list[Chosen]:
        return self._side.chosen

    def _show_chosen(self) -> None:
        chosen = self.chosen
        what, of = words.chosen_lines(chosen, self._now())
        self.footer.show_chosen(what, of, possible=bool(chosen) and self._place is not None)
        uncounted = next((one for one in chosen if one.size is None), None)
        if uncounted is not None:
            self._count(uncounted)

    def _count(self, one: Chosen) -> None:
        place, side = self._place, self._side
        if place is None:
            return

        def take(reply: Reply) -> None:
            if not isinstance(reply, Measured):
                return
            if reply.size.done:
                side.set_amount(one, reply.size.kept.files, reply.size.kept.bytes)
            self._show_chosen()

        self._ask(
            "count",
            lambda no: MeasureStored(id=no, place=place, snapshot=one.snapshot, path=one.path),
            take,
        )

    def _look_at(self, chosen: Chosen) -> None:
        place = self._place
        if place is None:
            return
        request = RestoreRequest(
            snapshot=chosen.snapshot, target=self.copies.new_folder(), paths=(chosen.path,)
        )

        def take(reply: Reply) -> None:
            if isinstance(reply, CopyRestored) and reply.summary.files_restored:
                name = os.path.basename(chosen.path)
                self.copies.open(os.path.join(request.target, name))

        self._ask("copy", lambda no: RestoreCopy(id=no, place=place, request=request), take)

    # --- where to ---------------------------------------------------------------------------------

    @property
    def target(self) -> bytes:
        """The folder, or the .zip, that everything goes to."""
        return self._target.of(self.chosen)

    def _show_target(self) -> None:
        self.footer.show_target(*self._target.line(self.chosen))
        self.footer.show_conflicts(asked=self._target.kind is not TargetKind.ZIP)

    def _choose_target(self, kind: TargetKind, path: str = "") -> None:
        self._target.choose(kind, path)
        self._show_target()

    def _to_new_folder(self) -> None:
        self._choose_target(TargetKind.NEW)

    def _to_where_they_were(self) -> None:
        self._choose_target(TargetKind.ORIGINAL)

    def _to_other_folder(self) -> None:
        ask_folder(self, self.tr("Restore to"), self.restore_to, str(self._home))

    def _to_zip(self) -> None:
        suggested = str(self._target.suggested_zip)
        ask_new_file(self, self.tr("Restore into"), self.restore_into, suggested, "ZIP (*.zip)")

    def restore_to(self, folder: str) -> None:
        self._choose_target(TargetKind.FOLDER, folder)

    def restore_into(self, file: str) -> None:
        """One .zip; whoever chose it knows of a file of that name."""
        self._choose_target(TargetKind.ZIP, file)

    # --- restoring --------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin; where files are to be replaced, ask first."""
        replaces = self.footer.overwrite is Overwrite.ALWAYS
        if not replaces or self._target.kind in (TargetKind.NEW, TargetKind.ZIP):
            self._begin()
            return
        told = self.tr(
            "In %1, files of the same name become what they were in the backup. "
            "What they hold now is lost unless it is in a backup, too."
        ).replace("%1", os.fsdecode(self.target))
        title = self.tr("Replace what is there?")
        question = Question(title, told, self, icon=Icon.STATE_PROBLEM, colour="attention")
        question.add(self.tr("Replace"), self._begin)
        question.open()

    def _begin(self) -> None:
        chosen, place = self.chosen, self._place
        if not chosen or place is None:
            return
        requests = self._target.requests(chosen, self.footer.overwrite)
        self.restorer.start(place, requests)

    def _show_restore(self) -> None:
        running = self.restorer.state is not RestoreState.IDLE
        self._sides.setEnabled(not running)
        self.segments.setEnabled(not running)
        self.footer.show_restore(self.restorer)

    def _finish(self) -> None:
        self._side.clear_chosen()
        self.restorer.clear()
        if self._target.kind is TargetKind.ZIP:
            self._target.choose(TargetKind.NEW)  # another .zip is another file
        self._show_chosen()
        self._show_target()

    def _open_target(self) -> None:
        if self.restorer.summaries:
            made = self.restorer.summaries[0].target
            folder = os.path.dirname(made) if self._target.kind is TargetKind.ZIP else made
            QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def _show_problems(self) -> None:
        end_problems(self.restorer, self).open()
