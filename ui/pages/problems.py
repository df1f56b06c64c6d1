"""Problems: a card for each cause, worst first, one open at a time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from ui import tokens
from ui.dialogs.path_dialogs import ask_new_file
from ui.icons import Icon
from ui.pages.page import Page
from ui.pages.problem_card import ProblemCard
from ui.theme import TextSize
from ui.widgets.boxes import Disc, IconLabel, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text
from ui.wording_problems import Group, ProblemsView, Step


class ProblemsPage(Page):
    """Shows a `ProblemsView`. Its signals are what the user wants."""

    try_now = Signal()
    check_wanted = Signal()
    open_settings = Signal()
    change_place = Signal()
    open_storage = Signal()
    open_history = Signal()
    show_files = Signal(str)
    """All files with a problem of this reason."""
    read_more = Signal(str)
    """About a code."""
    report_wanted = Signal()
    save_list = Signal(object)
    """To this file: a `Path`."""

    def __init__(self) -> None:
        super().__init__()
        self._view: ProblemsView | None = None
        self._open = ""
        self._cards: dict[str, ProblemCard] = {}
        self._title = Text(size=TextSize.LARGE, weight=600, wrap=True)
        self._line = Text(tone="second", wrap=True)
        self._save = Button(self.tr("Save list…"), self._choose_file)
        self._all_well = Disc()
        self._all_well.show_icon(Icon.STATE_SAFE, "safe")
        texts = column(spacing=tokens.GAP_SMALL)
        texts.addWidget(self._title)
        texts.addWidget(self._line)
        head = row(spacing=16)
        head.addWidget(self._all_well)
        head.addLayout(texts, 1)
        head.addWidget(self._save, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(head)
        self.body.addSpacing(tokens.SECTION_GAP)
        self._list = column(spacing=12)
        self.body.addLayout(self._list)
        self._over = _OverLine(self)
        self.body.addWidget(self._over)
        self.body.addStretch(1)

    @property
    def view(self) -> ProblemsView | None:
        """What is shown."""
        return self._view

    def show_view(self, view: ProblemsView) -> None:
        if view == self._view:
            return
        self._view = view
        self._title.setText(view.title)
        self._line.setText(view.line)
        self._all_well.setVisible(not view.groups)
        self._save.setVisible(any(group.total for group in view.groups))
        self._over.show_line(view.over)
        keys = [group.key for group in view.groups]
        if list(self._cards) != keys:
            self._renew(view.groups)
        for group in view.groups:
            self._cards[group.key].show_group(group)

    def open_group(self, key: str) -> None:
        """Open its card and close the one that was open; "" closes it alone."""
        self._open = key
        for name, card in self._cards.items():
            card.set_open(name == key)

    def _renew(self, groups: tuple[Group, ...]) -> None:
        for card in self._cards.values():
            self._list.removeWidget(card)
            card.deleteLater()
        self._cards = {group.key: ProblemCard(main=not at) for at, group in enumerate(groups)}
        for key, card in self._cards.items():
            self._list.addWidget(card)
            card.toggled.connect(self._toggle)
            card.step.connect(self._do)
            card.show_all.connect(self.show_files.emit)
            card.read_more.connect(self.read_more.emit)
            card.report_wanted.connect(self.report_wanted.emit)
            card.setObjectName(key)
        if self._open not in self._cards:
            self._open = next(iter(self._cards), "")
        self.open_group(self._open)

    def _toggle(self, key: str) -> None:
        self.open_group("" if key == self._open else key)

    def _do(self, group: Group) -> None:
        match group.step:
            case Step.TRY:
                self.try_now.emit()
            case Step.CHECK:
                self.check_wanted.emit()
            case Step.PLACE:
                self.change_place.emit()
            case Step.SETTINGS:
                self.open_settings.emit()
            case Step.STORAGE:
                self.open_storage.emit()
            case Step.FOLDER:
                QDesktopServices.openUrl(QUrl.fromLocalFile(group.folder))

    def _choose_file(self) -> None:
        suggested = str(Path.home() / "problems.csv")
        ask_new_file(self, self.tr("Save list"), self._save_to, suggested, "CSV (*.csv)")

    def _save_to(self, path: str) -> None:
        self.save_list.emit(Path(path))


class _OverLine(QWidget):
    """What was over this week, at the foot."""

    def __init__(self, page: ProblemsPage) -> None:
        super().__init__()
        self._text = Text(tone="second")
        layout = row(spacing=12)
        layout.setContentsMargins(0, 20, 0, 0)
        layout.addWidget(IconLabel(Icon.STATE_SAFE, "safe", 16))
        layout.addWidget(self._text)
        layout.addWidget(Button(page.tr("See History"), page.open_history.emit, kind="link"))
        layout.addStretch(1)
        self.setLayout(layout)
        self.hide()

    def show_line(self, line: str) -> None:
        self._text.setText(line)
        self.setVisible(bool(line))
