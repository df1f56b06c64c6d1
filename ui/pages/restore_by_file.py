"""Restore by file: a part of its name, then its versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from backupclient.wire.answers import FoundItem, Kind, Version, VersionHistory
from ui import numbers, tokens
from ui import wording_restore as words
from ui.icons import Icon
from ui.restorer import Chosen
from ui.theme import TextSize
from ui.widgets.boxes import Box, Hairline, IconLabel, column, row
from ui.widgets.calendar_strip import CalendarStrip
from ui.widgets.choice_list import ChoiceList, ChoiceRow
from ui.widgets.fields import SearchField
from ui.widgets.texts import Elided, Text

_TYPING_MS = 250
_Key = tuple[bytes, str]


class ByFile(QWidget):
    """What is typed goes out by `searched`; what was found and chosen comes in by methods."""

    searched = Signal(str)
    versions_wanted = Signal(object, str)
    chosen_changed = Signal()
    looked_at = Signal(object)
    """A `Chosen` to be opened."""

    def __init__(self, home: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._home, self._now = home, now
        self._found: list[FoundItem] = []
        self._done, self._opening, self._narrow = True, False, False
        self._chosen: dict[_Key, Chosen] = {}
        self._versions: tuple[Version, ...] = ()
        self.field = SearchField(self.tr("A part of the name of what you are looking for"))
        self.field.setObjectName("restore-search")
        self.results = ChoiceList(self.tr("Found"), 56)
        self.hint = Text(tone="second", size=TextSize.SMALL, wrap=True)
        self._right = _Versions(home, now)
        self.versions = self._right.list
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._timer.timeout.connect(self._send)
        self.field.textChanged.connect(self._typed)
        self.results.current.connect(self._show_item)
        self.results.marked.connect(self._toggle)
        self.field.left.connect(self.results.setFocus)
        self.versions.current.connect(self._choose_version)
        self.versions.marked.connect(self._choose_version)
        self.versions.followed.connect(self._follow)
        self._right.strip.chosen.connect(self._choose_day)
        self._lay_out()
        self.arrange(narrow=False)
        self.show_found((), "", done=True)

    def _lay_out(self) -> None:
        self._head = head = column()
        head.addWidget(self.field)
        left = QWidget()
        inside = column(spacing=8)
        inside.setContentsMargins(28, 12, 16, 0)
        inside.addWidget(self.results, 1000)
        beside = column()
        beside.setContentsMargins(12, 0, 0, 8)
        beside.addWidget(self.hint)
        inside.addLayout(beside)
        inside.addStretch(1)
        left.setLayout(inside)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(0)
        self._sides.addWidget(left, 3)
        line = Box("hairline")
        line.setProperty("role", "upright")
        self._sides.addWidget(line)
        self._sides.addWidget(self._right, 5)
        layout = column()
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addLayout(self._sides, 1)
        self.setLayout(layout)

    def arrange(self, *, narrow: bool) -> None:
        """In a narrow window the versions stand under the files."""
        across = QBoxLayout.Direction.LeftToRight
        self._sides.setDirection(QBoxLayout.Direction.TopToBottom if narrow else across)
        self._sides.setStretch(0, 1 if narrow else 3)
        self._sides.setStretch(2, 1 if narrow else 5)
        self._narrow = narrow
        self._right.strip.setVisible(not narrow)
        # So that each of the two lists still shows a few lines.
        margin, below = (28, 12) if narrow else (tokens.PAGE_MARGIN, 20)
        self._head.setContentsMargins(margin, 0, margin, below)
        self.results.set_row_height(44 if narrow else 56)
        self.versions.set_row_height(32 if narrow else 40)
        self._right.inside.setContentsMargins(28, 8 if narrow else 20, 28, 0 if narrow else 8)
        self._say()
        self._renew()

    @property
    def chosen(self) -> list[Chosen]:
        return list(self._chosen.values())

    # --- searching --------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._timer.start()

    def _send(self) -> None:
        self.searched.emit(self.field.text().strip())

    def show_found(self, found: tuple[FoundItem, ...], facts: str, *, done: bool) -> None:
        """All that was found so far for what is typed."""
        same = found[: len(self._found)] == tuple(self._found)
        if not same:
            self.results.clearSelection()
            self.results.rows.show_rows(())
            self._right.hide_all()
        self._found, self._done = list(found), done
        self.field.facts.setText(facts)
        self._say()
        self._renew()
        if found and not self.results.currentIndex().isValid():
            self.results.setCurrentIndex(self.results.rows.index(0))

    def show_opening(self, opening: bool) -> None:
        """The backups are being opened, or they are open."""
        if opening != self._opening:
            self._opening = opening
            self._say()

    def _say(self) -> None:
        """What stands below what was found."""
        text = self.field.text().strip()
        if self._opening:
            words = self.tr("Opening the backups…")
        elif not text:
            words = self.tr("Type a part of a name. Files that were deleted are found, too.")
        elif not self._done:
            words = self.tr("Looking through the backups")
        elif not self._found:
            words = self.tr("Nothing matches “%1”.")
        else:
            words = self.tr("Nothing else matches “%1”.")
        self.hint.setText(words.replace("%1", text))
        crowded = self._narrow and bool(self._found) and self._done
        self.hint.setVisible(not crowded)

    def show_given(self, item: FoundItem, version: Version) -> None:
        """One more that was chosen elsewhere, with the version that is wanted: ticked already."""
        self._chosen[(item.path, item.computer)] = _chosen(item.path, version)
        self._found = [one for one in self._found if one.path != item.path]
        self._found.append(item)
        self.hint.setText(self.tr("Chosen under Files. Type a name to look for more."))
        self._renew()
        if not self.results.currentIndex().isValid():
            self.results.setCurrentIndex(self.results.rows.index(0))
        self.chosen_changed.emit()

    def clear(self) -> None:
        """Nothing is looked for and nothing chosen."""
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._timer.stop()
        self._chosen.clear()
        self.show_found((), "", done=True)
        self.chosen_changed.emit()

    def _renew(self) -> None:
        now = self._now()
        rows = []
        for item in self._found:
            right, below = words.found_right(item, now)
            rows.append(
                ChoiceRow(
                    title=words.name_of(item.path),
                    below=words.folder_of(item.path, self._home),
                    right=right,
                    right_below=below,
                    icon=words.icon_of(item.path, item.newest.kind),
                    marked=(item.path, item.computer) in self._chosen,
                )
            )
        self.results.rows.show_rows(rows)
        self.results.setMaximumHeight(self.results.height_of_rows + 4)
        self.results.setVisible(bool(rows))

    def _current(self) -> FoundItem | None:
        number = self.results.currentIndex().row()
        return self._found[number] if 0 <= number < len(self._found) else None

    def _show_item(self, _number: int) -> None:
        item = self._current()
        if item is not None:
            self._versions = ()
            self._right.show_item(item)
            self.versions_wanted.emit(item.path, item.computer)

    def _toggle(self, number: int) -> None:
        item = self._found[number]
        key = (item.path, item.computer)
        if key in self._chosen:
            del self._chosen[key]
        else:
            self._chosen[key] = _chosen(item.path, item.newest)
        self._renew()
        self._show_versions()
        self.chosen_changed.emit()

    # --- versions ---------------------------------------------------------------------------------

    def show_history(self, history: VersionHistory) -> None:
        item = self._current()
        if item is None:
            return
        self._versions = history.versions
        self._show_versions()

    def _show_versions(self) -> None:
        item = self._current()
        if item is not None and self._versions:
            self._right.show_versions(
                item, self._versions, self._chosen.get((item.path, item.computer))
            )

    def _choose_version(self, number: int) -> None:
        item = self._current()
        if item is None or self._right.filling or number >= len(self._versions):
            return
        key, wanted = (item.path, item.computer), _chosen(item.path, self._versions[number])
        if key in self._chosen and self._chosen[key].snapshot == wanted.snapshot:
            return
        self._chosen[key] = wanted
        self._renew()
        self._show_versions()
        self.chosen_changed.emit()

    def _choose_day(self, day: date) -> None:
        for number, version in enumerate(self._versions):
            if version.first.astimezone().date() == day:
                self.versions.setCurrentIndex(self.versions.rows.index(number))
                return

    def _follow(self, number: int) -> None:
        item = self._current()
        if item is not None and number < len(self._versions):
            self.looked_at.emit(_chosen(item.path, self._versions[number]))

    # --- what the page counted --------------------------------------------------------------------

    def set_amount(self, chosen: Chosen, files: int, size: int) -> None:
        for key, one in self._chosen.items():
            if (one.path, one.snapshot) == (chosen.path, chosen.snapshot):
                self._chosen[key] = one._replace(files=files, size=size)

    def clear_chosen(self) -> None:
        self._chosen.clear()
        self._renew()
        self._show_versions()


def _chosen(path: bytes, version: Version) -> Chosen:
    folder = version.kind is Kind.FOLDER
    return Chosen(
        path, version.snapshot, version.first, folder, size=None if folder else version.size
    )


class _Versions(QWidget):
    """The file that is looked at: its days, its versions."""

    def __init__(self, home: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._home, self._now = home, now
        self.filling = False
        self._icon = IconLabel(Icon.FILE, size=24)
        self._name = Elided(weight=600)
        self._line = Elided(size=TextSize.SMALL, tone="second")
        self.strip = CalendarStrip()
        self.list = ChoiceList(self.tr("Versions"), 40, radio=True)
        lines = column()
        lines.addWidget(self._name)
        lines.addWidget(self._line)
        head = row(spacing=12)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addLayout(lines, 1)
        self.inside = inside = column()
        top = column(spacing=12)
        top.setContentsMargins(0, 0, 12, 0)
        top.addLayout(head)
        top.addWidget(self.strip)
        top.addWidget(Hairline())
        inside.addLayout(top)
        inside.addSpacing(8)
        inside.addWidget(self.list, 1)
        self._parts = QWidget()
        self._parts.setLayout(inside)
        layout = column()
        layout.addWidget(self._parts)
        self.setLayout(layout)
        self.hide_all()

    def hide_all(self) -> None:
        self._parts.hide()

    def show_item(self, item: FoundItem) -> None:
        self._parts.show()
        self._icon.show_icon(words.icon_of(item.path, item.newest.kind), "text_second")
        self._name.setText(words.name_of(item.path))
        line = words.history_line(item.path, self._home, item.versions, item.first, self._now())
        self._line.setText(line)
        self.show_versions(item, (item.newest,), None)

    def show_versions(
        self, item: FoundItem, versions: tuple[Version, ...], chosen: Chosen | None
    ) -> None:
        now = self._now()
        link = "" if item.newest.kind is not Kind.FILE else self.tr("Look at it")
        rows = [
            ChoiceRow(
                title=words.capital(numbers.when(one.first, now)),
                note=words.version_note(number, len(versions), item),
                right="" if one.kind is Kind.FOLDER else numbers.size(one.size),
                marked=chosen is not None and chosen.snapshot == one.snapshot,
                link=link,
            )
            for number, one in enumerate(versions)
        ]
        self.filling = True
        self.list.rows.show_rows(rows)
        at = next((number for number, one in enumerate(rows) if one.marked), -1)
        if at >= 0:
            self.list.setCurrentIndex(self.list.rows.index(at))
        self.filling = False
        days = [one.first.astimezone().date() for one in versions]
        shown = days[at] if at >= 0 else None
        self.strip.show_days(days, shown, max([now.astimezone().date(), *days]))
