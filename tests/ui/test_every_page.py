"""Every page and dialog of the real window, in each language and at its two sizes: each control has
a name and is reached by the keyboard in the order in which it is seen, no words are cut off, and
what is painted can be read."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.manifest.manifest import Manifest
from backupclient.operations.status import sources
from backupclient.plan import BackupPlan, Schedule, Storage, When, save_plan
from backupclient.requests import BackupRequest, Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import folders
from backupclient.wire.answers import FileAnswer, FileState
from backupclient.wire.household import AccountState, AccountStatus
from backupclient.wire.tickets import HelpStatus, Ticket, TicketMessage, TicketState, Wait
from tests.cheap_key import make_repository
from tests.engines import end_engine
from tests.fakes import MIDDAY
from tests.patience import PATIENCE_MS
from tests.trees import random_bytes
from tests.ui import walking
from tests.warm_engines import start_engine
from ui import dialogs, tokens, translations
from ui.app import App
from ui.dialogs.help_window import HelpWindow
from ui.dialogs.leave_out import LeaveOutDialog
from ui.models.file_rows import FileRows
from ui.pages.files import Look
from ui.pages.page import PageName
from ui.theme import Appearance, Theme
from ui.widgets.choice_list import ChoiceModel
from ui.wording_account import AccountAction

PASSWORD = "open sesame"  # made up, and of no use outside the tests
LANGUAGES = ("en", "de")
_SETTLES_MS = 1000
SIZES = (tokens.SMALLEST_WINDOW, tokens.USUAL_WINDOW)


_TICKET = Ticket(
    ticket_id="1",
    number=17,
    subject="My photos of the last summer",
    state=TicketState.WAITING,
    created=MIDDAY,
    wait=Wait(people_before=2, agents_here=True, least_seconds=4000, most_seconds=9000),
)
_SAID = tuple(
    TicketMessage(by_agent=by, at=MIDDAY, words="All that was said about it until now. " * 4)
    for by in (True, False, True)
)
IN_LINE = HelpStatus(ticket=_TICKET)
TALKING = HelpStatus(
    ticket=msgspec.structs.replace(_TICKET, state=TicketState.OPEN, messages=_SAID)
)


class Desk:
    """A computer with a backup, two problems and a window that shows both."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.data, self.source = folder / "data", folder / "Documents"
        self.qtbot = qtbot
        (self.source / "Letters").mkdir(parents=True)
        for number in range(12):
            name = f"Letters/letter to somebody far away, number {number}.txt"
            (self.source / name).write_bytes(random_bytes(number, 3000))
        self.place = Place(
            location=str(folder / "drive"), password=PASSWORD, data_dir=str(self.data)
        )
        make_repository(self.place)
        Engine(self.place).backup(BackupRequest(paths=(os.fsencode(self.source),)))
        self._meet("in-use", b"letter to somebody far away, number 3.txt")
        self._meet("unreadable", b"secret.txt")
        self.secrets = SecretStore(self.data, use_keyring=False)
        self.secrets.keep(SecretName.PASSWORD, PASSWORD)
        self.plan = BackupPlan(
            storage=Storage(location=self.place.location),
            folders=(str(self.source),),
            rules=("*.iso",),
            schedule=Schedule(when=When.BY_HAND),
        )
        save_plan(self.data, self.plan)
        self.apps: list[App] = []

    def _meet(self, reason: str, name: bytes) -> None:
        [source] = sources(folders(str(self.data)))
        manifest = Manifest.open(source.folder)
        with manifest.transaction():
            path = os.fsencode(self.source) + b"/Letters/" + name
            manifest.problems.met(1, path, reason, "Permission denied", 1)
        manifest.close()

    def open(self, data: Path | None = None) -> App:
        start_engine(data or self.data)
        app = App(data or self.data, SystemClock(), self.secrets)
        self.qtbot.addWidget(app.window)
        self.apps.append(app)
        app.start()
        self.activate(app.window)
        return app

    def activate(self, window: QWidget) -> None:
        """Keys go to it."""
        self.qtbot.waitExposed(window)
        window.activateWindow()
        self.wait_until(window.isActiveWindow)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def close(self) -> None:
        for app in self.apps:
            app.close()
        for data in {app.controller.data for app in self.apps}:
            end_engine(data)


@pytest.fixture
def desk(
    tmp_path: Path, qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    home = tmp_path / "home"
    (home / "Documents").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    desk = Desk(tmp_path, qtbot)
    yield desk
    desk.close()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, any_language: QApplication) -> str:
    QLocale.setDefault(QLocale(request.param))
    translations.install(any_language, QLocale(request.param))
    return str(request.param)


class Scene(NamedTuple):
    """Something to look at: how to bring it to the front, and when it is there."""

    name: str
    show: Callable[[], None]
    ready: Callable[[], bool] = lambda: True


def scenes(desk: Desk, app: App) -> list[Scene]:
    """Each page with something on it, and its other sides."""
    window, files, restore = app.window, app.files, app.restore

    def page(name: PageName) -> Callable[[], None]:
        return lambda: window.go_to(name)

    def first_file() -> FileAnswer | None:
        found = files.list.answer_at(files.list.index(0, 0)) if files.list.rowCount() else None
        return found if isinstance(found, FileAnswer) else None

    def show_tree() -> None:
        window.go_to(PageName.FILES)
        files.close_details()
        files.choose_state(None)
        files.choose_look(Look.TREE)

    def show_list() -> None:
        files.choose_state(None)
        files.choose_look(Look.LIST)

    def open_details() -> None:
        answer = first_file()
        assert answer is not None
        files.open_details(answer)

    def open_run() -> None:
        app.overview.history.rows[0].set_open(True)

    def search() -> None:
        restore.show_side(0)
        restore.by_file.field.setText("letter")

    def person(status: HelpStatus | None) -> Callable[[], None]:
        def show() -> None:
            situation = app.controller.situation
            situation.account = AccountStatus(state=AccountState.SIGNED_IN)
            situation.help = status
            window.go_to(PageName.HELP)
            app.person_wishes.show_all()

        return show

    def side(number: int) -> Callable[[], None]:
        def show() -> None:
            restore.segments.choose(number)
            restore.show_side(number)

        return show

    return [
        Scene("home", page(PageName.HOME), lambda: bool(app.home.view and app.home.view.folders)),
        Scene("files", show_tree, lambda: files.tree.rowCount() > 0),
        Scene("list", show_list, lambda: first_file() is not None),
        Scene("details", open_details, files.panel.isVisible),
        Scene("nothing found", lambda: files.choose_state(FileState.CHANGED)),
        Scene("problems", page(PageName.PROBLEMS), lambda: bool(app.overview.problems.view)),
        Scene("storage", page(PageName.STORAGE)),
        Scene("history", page(PageName.HISTORY), lambda: bool(app.overview.history.rows)),
        Scene("a run", open_run, lambda: app.overview.history.rows[0].opened),
        Scene("help", page(PageName.HELP)),
        Scene("asking a person", person(None)),
        Scene("a place in line", person(IN_LINE)),
        Scene("a conversation", person(TALKING)),
        Scene("settings", page(PageName.SETTINGS)),
        Scene("restore", page(PageName.RESTORE)),
        Scene("found", search, lambda: restore.by_file.results.rows.rowCount() > 0),
        Scene("by date", side(1), lambda: restore.by_date.backups.rows.rowCount() > 0),
        Scene("everything", side(2), lambda: restore.everything.backups.rows.rowCount() > 0),
    ]


class Walk:
    """Goes through scenes and keeps what is wrong with any."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        self._desk, self._window = desk, window
        self.wrong: list[str] = []

    def through(self, scene: Scene) -> None:
        self._show(scene)
        for size in SIZES:
            self._window.resize(*size)
            self.look(f"{scene.name} at {size[0]}", self._window)
        self._take(scene.name, keys(self._window))
        self._take(scene.name, walking.pale(self._window))

    def _show(self, scene: Scene) -> None:
        scene.show()
        self._desk.qtbot.waitUntil(lambda: _there(scene), timeout=PATIENCE_MS)

    def through_in_the_dark(self, scene: Scene) -> None:
        self._show(scene)
        self.look_in_the_dark(scene.name, self._window)

    def look_in_the_dark(self, name: str, widget: QWidget) -> None:
        self._take(f"{name} in the dark", walking.pale(widget))

    def through_dialog(self, dialog: QDialog, *, dark: bool) -> None:
        """One that is in front."""
        name = f"{type(dialog).__name__} “{dialog.windowTitle()}”"
        if dark:
            self.look_in_the_dark(name, dialog)
            return
        self.look(name, dialog)
        self._take(name, keys(dialog) + walking.pale(dialog) + walking.idle(dialog))

    def look(self, name: str, widget: QWidget) -> None:
        def looks() -> list[str]:
            return walking.nameless(widget) + walking.clipped(widget) + walking.unfocusable(widget)

        found = looks()
        for _ in range(_SETTLES_MS // 50):  # layouts settle one after the other
            if not found:
                return
            self._desk.qtbot.wait(50)
            found = looks()
        self._take(name, found)

    def _take(self, name: str, found: list[str]) -> None:
        self.wrong += [f"{name}: {one}" for one in found]

    def end(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)


def _there(scene: Scene) -> bool:
    assert scene.ready(), f"{scene.name} does not come"
    return True


def keys(window: QWidget) -> list[str]:
    reached = walking.stops(window)
    return walking.unreached(window, reached) + walking.disordered(window, reached)


@pytest.mark.usefixtures("language")
def test_every_page(desk: Desk, theme: Theme) -> None:
    app = desk.open()
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    assert len(app.window.pages) == len(PageName), "all are made"
    desk.qtbot.wait(20)
    assert app.window.isActiveWindow(), "nothing else came up meanwhile"
    models = [view.model() for view in app.window.findChildren(QAbstractItemView)]
    ours = [model for model in models if isinstance(model, FileRows | ChoiceModel)]
    testers = [QAbstractItemModelTester(model, fatal) for model in ours]
    assert len(testers) >= 5
    desk.wait_until(lambda: app.controller.situation.overview is not None)
    walk, all_scenes = Walk(desk, app.window), scenes(desk, app)
    for scene in all_scenes:
        walk.through(scene)
    theme.set_appearance(Appearance.DARK)
    for scene in all_scenes:
        walk.through_in_the_dark(scene)
    walk.wrong += walking.idle(app.window)
    walk.end()


def test_the_first_run(desk: Desk, theme: Theme, language: str) -> None:
    app = desk.open(desk.data.parent / "new")
    first_run = app.first_run
    assert first_run is not None
    walk = Walk(desk, app.window)

    def to_sheet() -> None:
        first_run.key.password.field.edit.setText("green rabbit at noon")
        first_run.main.click()

    def to_start() -> None:
        first_run.key.sheet.field.setText(first_run.choices.recovery_key[-4:])
        first_run.main.click()

    def to_where() -> None:
        first_run.main.click()
        first_run.where.drives.choose_folder(desk.data.parent / "other drive" / "Plainkeep")

    def drives() -> None:
        first_run.where.show_kind(0)

    def to_new_computer() -> None:
        for _ in range(4):
            first_run.back.click()
        first_run.restore.click()

    for scene in (
        Scene("what to protect", lambda: None, lambda: first_run.choices.counted),
        Scene("where to", to_where, first_run.main.isEnabled),
        Scene("an account", lambda: first_run.where.show_kind(1)),
        Scene("a plan", lambda: first_run.where.show_kind(2)),
        Scene("a drive", drives, first_run.main.isEnabled),
        Scene("a password", first_run.main.click, lambda: first_run.page is first_run.key),
        Scene("the sheet", to_sheet, lambda: first_run.key.at_sheet),
        Scene("start", to_start, lambda: first_run.page is first_run.start),
        Scene("a new computer", to_new_computer, lambda: first_run.page is first_run.new_computer),
    ):
        walk.through(scene)
        if language == LANGUAGES[0]:
            theme.set_appearance(Appearance.DARK)
            walk.look_in_the_dark(scene.name, app.window)
            theme.set_appearance(Appearance.LIGHT)
    walk.wrong += walking.idle(app.window)
    first_run.head.help.click()
    assert app.help_window is not None
    desk.activate(app.help_window)
    walk.through_dialog(app.help_window, dark=False)
    walk.end()


def every_dialog_there_is() -> set[type[QDialog]]:
    for module in pkgutil.iter_modules(dialogs.__path__, "ui.dialogs."):
        importlib.import_module(module.name)
    found, kinds = set[type[QDialog]](), [QDialog]
    while kinds:
        below = [one for one in kinds.pop().__subclasses__() if one.__module__.startswith("ui.")]
        found |= {one for one in below if not one.__subclasses__()}
        kinds += below
    return found


def test_every_dialog(desk: Desk, theme: Theme, language: str) -> None:
    app = desk.open()
    walk, seen = Walk(desk, app.window), set[type[QDialog]]()
    name = b"/a very long name of a folder/and a file in it that somebody does not want.iso"
    app.window.go_to(PageName.SETTINGS)
    app.controller.situation.account = AccountStatus(state=AccountState.SIGNED_OUT)
    app.window.page(PageName.STORAGE)
    settings, account = app.settings_wishes, app.account_wishes
    wishes: tuple[Callable[[], object], ...] = (
        settings.change_place,
        settings.change_password,
        settings.show_keys,
        settings.new_sheet,
        app.help.idea_wanted.emit,
        LeaveOutDialog(FileAnswer(path=name, state=FileState.SAFE, size=10**9), app.window).open,
        app.presence.ask_to_quit,
        app.make_report,
        account.free_space,
        lambda: account.take(AccountAction.SIGN_IN),
        lambda: account.take(AccountAction.LET_IN),
        lambda: account.take(AccountAction.SIGN_OUT),
    )
    for dark in (False, True) if language == LANGUAGES[0] else (False,):
        theme.set_appearance(Appearance.DARK if dark else Appearance.LIGHT)
        for wish in wishes:
            wish()
            [dialog] = [one for one in app.window.findChildren(QDialog) if one.isVisible()]
            desk.activate(dialog)
            walk.through_dialog(dialog, dark=dark)
            seen.add(type(dialog))
            dialog.reject()
            desk.wait_until(dialog.isHidden)
    assert every_dialog_there_is() - seen == {HelpWindow}, "which the first run has"
    walk.end()
