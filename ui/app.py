"""The application: one process, one window, its tray icon; the engine is another process."""

from __future__ import annotations

import socket
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.events import Reason
from backupclient.logs.crashes import newly_crashed
from backupclient.logs.log import Log, Program
from backupclient.plan import BackupPlan, load_offer, load_plan
from backupclient.secret_store import Keeper, SecretStore
from backupclient.support import unanswered
from backupclient.wire.answers import FileState
from backupclient.wire.protocol import Batch
from ui import notices, theme, wording
from ui.autostart import autostart, start_command
from ui.background import Background
from ui.controller import Controller
from ui.explained import explain
from ui.links import AppLink, read_link
from ui.main_window import MainWindow
from ui.overview_pages import OverviewPages
from ui.pages.home_view import HomeView
from ui.pages.page import Page, PageName
from ui.preferences import Preferences, load_preferences, save_preferences
from ui.presence import Presence
from ui.saver import Saver
from ui.tray import Tray
from ui.watchdog import Gap, Watchdog, write_down

if TYPE_CHECKING:
    from ui.account_wishes import AccountWishes
    from ui.dialogs.first_run import FirstRun
    from ui.dialogs.help_window import HelpWindow
    from ui.dialogs.report import ReportDialog
    from ui.pages.files import FilesPage
    from ui.pages.help import HelpPage
    from ui.pages.home import HomePage
    from ui.pages.restore import RestorePage
    from ui.pages.settings import SettingsPage
    from ui.pages.storage import StoragePage
    from ui.person_wishes import PersonWishes
    from ui.settings_wishes import SettingsWishes


UNREADABLE = frozenset({Reason.UNREADABLE, Reason.READ_ERROR})
"""Files with these problems may be left out by a rule, if somebody wants that."""


def _kept(_: None) -> None:
    """Nobody waits for it."""


class App:
    """The window over one data folder. Belongs to the window's thread."""

    account_wishes: AccountWishes
    """There once `storage` is."""
    person_wishes: PersonWishes
    """There once `help` is."""
    settings_wishes: SettingsWishes
    """There once `settings` is."""
    report: ReportDialog
    """The last that was opened."""

    def __init__(self, data: Path, clock: Clock, secrets: SecretStore) -> None:
        self._clock = clock
        self._data = data
        self._secrets = secrets
        self._autostart = autostart()
        self._saver = Saver()
        self._background = Background()
        self._rests_until_restored = False
        """On a new computer, where backups begin by themselves once something was restored."""
        self.preferences = load_preferences(data)
        theme.theme().set_appearance(self.preferences.appearance)
        plan = load_plan(data)
        computer = (plan and plan.computer) or socket.gethostname()
        self.controller = Controller(data, plan, clock, secrets)
        self.overview = OverviewPages(self.controller, clock, self._saver)
        self.window = MainWindow(PageName, self._page, computer)
        self.tray = tray = Tray()
        self.presence = Presence(
            self.window, tray, lambda: self.controller.situation, lambda: self.preferences, clock
        )
        self._log = Log(data, Program.WINDOW, clock)
        self.watchdog = Watchdog(
            self.window,
            clock,
            lambda: self.window.current,
            lambda: self.controller.situation.backup is not None,
        )
        self._connect()
        self.first_run: FirstRun | None = None
        self.help_window: HelpWindow | None = None
        if plan is None:
            # Needed once, and slow to load: printing.
            from ui.dialogs.first_run import FirstRun  # noqa: PLC0415

            link, offer = self.controller.link, load_offer(data)
            self._begin(FirstRun(data, link, secrets, clock, computer, offer=offer))

    def start(self, *, background: bool = False, wish: str = "") -> None:
        """Show the window, then look for the engine: the first does not wait for the second.
        In the `background` only the tray icon comes, where there is a tray."""
        self._show()
        if not (background and self.tray.there):
            self.open_wish(wish)
        self.controller.start()
        self._look_for_crashes()

    def open_wish(self, wish: str) -> None:
        """Come to the front, as another start of the program wishes: at a page, if it names one,
        or as one of our links says. Whatever else it is, nothing more happens."""
        if self.first_run is not None:
            self.presence.open()
        elif read_link(wish) is AppLink.BOUGHT:
            self.presence.open(PageName.STORAGE)
            self.controller.look_for_more()
        else:
            self.presence.open_named(wish)

    def close(self) -> None:
        if self.first_run is not None:
            self.first_run.close_down()
        if "restore" in vars(self):
            self.restore.close_all()
        if "help" in vars(self):
            self.person_wishes.close()
        self._background.close()
        self.controller.close()
        self.tray.close()
        self.window.removeEventFilter(self.presence)
        self.window.close()
        self._saver.close()
        self._log.close()

    def _begin(self, first_run: FirstRun) -> None:
        self.first_run = first_run
        first_run.finished.connect(self._finish_first_run)
        first_run.taken_over.connect(self._take_over)
        first_run.help_wanted.connect(self._help_beside)
        self.window.show_instead(first_run)

    def _finish_first_run(self, plan: BackupPlan) -> None:
        self._end_first_run(plan)
        self.controller.back_up()

    def _take_over(self, plan: BackupPlan) -> None:
        self._rests_until_restored = True
        self._end_first_run(plan)
        self.controller.tell_of_plan()
        self.window.go_to(PageName.RESTORE)

    def _help_beside(self, article: str) -> None:
        """The window has no pages yet."""
        from ui.dialogs.help_window import HelpWindow  # noqa: PLC0415 - needed seldom

        if self.help_window is None:
            self.help_window = HelpWindow(self.help, self.window)
        self.help_window.open_article(article)

    def _end_first_run(self, plan: BackupPlan) -> None:
        if self.first_run is not None:
            self.presence.remember_sheet(later=self.first_run.choices.sheet_later)
            self.first_run.close_down()
            self.first_run = None
        self.controller.take_plan(plan)
        self.window.show_pages()
        if self.help_window is not None:
            self.window.page(PageName.HELP)  # which takes it over
            self.help_window.close()
            self.help_window.deleteLater()
            self.help_window = None

    def _connect(self) -> None:
        self.controller.changed.connect(self._show)
        self.controller.failed.connect(self._tell_of_failure)
        self.controller.link.news.connect(self._tell_of_restores)
        self.overview.go_to.connect(self.window.go_to)
        self.overview.problem_count.connect(self.window.show_problems)
        self.tray.back_up_now.connect(self.controller.back_up)
        self.tray.pause.connect(self.controller.pause)
        self.tray.resume.connect(self.controller.go_on)
        self.tray.report.connect(self._report_from_tray)
        self.tray.sheet.connect(self._make_sheet)
        self.presence.stop_backup.connect(self.controller.stop)
        self.presence.remember.connect(self._remember)
        self.controller.link.news.connect(self.watchdog.wake)
        self.window.seen.connect(self.controller.set_seen)
        self.watchdog.gap.connect(self._note_gap)

    # --- pages: loaded and made when they are first wanted, which the start does not wait for -----

    def _page(self, name: PageName) -> Page:
        match name:
            case PageName.HOME:
                return self.home
            case PageName.FILES:
                return self.files
            case PageName.PROBLEMS:
                return self._problems
            case PageName.RESTORE:
                return self.restore
            case PageName.STORAGE:
                return self.storage
            case PageName.HISTORY:
                return self.overview.history
            case PageName.HELP:
                return self.help
            case PageName.SETTINGS:
                return self.settings

    @cached_property
    def home(self) -> HomePage:
        from ui.pages.home import HomePage  # noqa: PLC0415

        page = HomePage()
        page.back_up_now.connect(self.controller.back_up)
        page.pause.connect(self.controller.pause)
        page.resume.connect(self.controller.go_on)
        page.stop.connect(self.presence.ask_to_stop)
        self.overview.lead_from(page)
        page.show_view(self._view())
        return page

    @cached_property
    def files(self) -> FilesPage:
        from ui.pages.files import FilesPage  # noqa: PLC0415
        from ui.pages.files_wishes import FilesWishes  # noqa: PLC0415

        page = FilesPage(self.controller.link.ask, self._clock)
        FilesWishes(page, self.controller, self._clock)
        page.restore_wanted.connect(self._find_to_restore)
        return page

    @property
    def _problems(self) -> Page:
        page = self.overview.problems
        page.show_files.connect(self._show_problem_files)
        page.read_more.connect(self._read_more)
        page.report_wanted.connect(self.make_report)
        page.change_place.connect(self._change_place)
        return page

    @cached_property
    def restore(self) -> RestorePage:
        from ui.pages.restore import RestorePage  # noqa: PLC0415

        page = RestorePage(self._data, self.controller.link, self._clock.now, Path.home())
        page.place_wanted.connect(self._give_place)
        return page

    @cached_property
    def help(self) -> HelpPage:
        from ui.pages.help import HelpPage  # noqa: PLC0415
        from ui.person_wishes import PersonWishes  # noqa: PLC0415

        page = HelpPage()
        self.person_wishes = PersonWishes(
            page,
            self.controller,
            self._clock,
            self.window,
            lambda: self.preferences.support_address,
        )
        page.unanswered.connect(self._remember_question)
        page.report_wanted.connect(self.make_report)
        return page

    @cached_property
    def storage(self) -> StoragePage:
        from ui.account_wishes import AccountWishes  # noqa: PLC0415

        page = self.overview.storage
        self.account_wishes = AccountWishes(page, self.controller, self._secrets, self.window)
        self.account_wishes.begun.connect(self._make_sheet)
        return page

    @cached_property
    def settings(self) -> SettingsPage:
        from ui.pages.settings import SettingsPage  # noqa: PLC0415
        from ui.settings_wishes import SettingsWishes  # noqa: PLC0415

        page = SettingsPage()
        page.wanted.connect(self._show_settings)
        page.plan_changed.connect(self.controller.change_plan)
        page.preferences_changed.connect(self._remember)
        page.autostart_changed.connect(self._start_with_session)
        page.change_limit.connect(self._show_storage)
        self.settings_wishes = SettingsWishes(
            page, self.controller, self._secrets, self._clock, self.window
        )
        self.settings_wishes.sheet_made.connect(self.presence.remember_sheet)
        return page

    # --- what they wish for -----------------------------------------------------------------------

    def _show_storage(self) -> None:
        self.window.go_to(PageName.STORAGE)

    def _make_sheet(self) -> None:
        self.settings.new_sheet.emit()

    def _change_place(self) -> None:
        self.window.go_to(PageName.SETTINGS)
        self.settings.change_place.emit()

    def _show_problem_files(self, _reason: str) -> None:
        self.window.go_to(PageName.FILES)
        self.files.choose_state(FileState.PROBLEM)

    def _read_more(self, code: str) -> None:
        self.window.go_to(PageName.HELP)
        self.help.open_code(code)

    def _remember_question(self, question: str) -> None:
        data, now = self._data, self._clock.now()
        self._background.run(lambda: unanswered.remember(data, question, now), _kept)

    def make_report(self) -> None:
        """Show what a report for support says, and have it saved."""
        from ui.dialogs.report import ReportDialog  # noqa: PLC0415 - needed seldom

        address = self.preferences.support_address
        self.report = ReportDialog(self._data, self._clock.now, self.window, address=address)
        self.report.open()

    def _report_from_tray(self) -> None:
        self.presence.open_named("")
        self.make_report()

    def _look_for_crashes(self) -> None:
        data = self._data
        self._background.run(lambda: newly_crashed(data), self._offer_report)

    def _offer_report(self, crashed: bool) -> None:
        if crashed:
            self.tray.tell(notices.crashed())

    def _give_place(self) -> None:
        self.controller.with_place(self.restore.set_place)

    def _view(self) -> HomeView:
        situation = self.controller.situation
        return wording.home_view(situation, situation.status, self._clock.now())

    def _show(self) -> None:
        view = self._view()
        if "home" in vars(self):
            self.home.show_view(view)
        self.presence.show_view(view)

    def _tell_of_failure(self, error: BackupError) -> None:
        self.window.tell(explain(error))

    def _find_to_restore(self, paths: tuple[bytes, ...], snapshot: str) -> None:
        self.restore.choose_paths(paths, snapshot)
        self.window.go_to(PageName.RESTORE)

    def _tell_of_restores(self, batch: Batch) -> None:
        notice = None if batch.outcome is None else notices.restored(batch.outcome)
        if notice is not None and self._rests_until_restored:
            self._rests_until_restored = False
            self.controller.go_on()
        if notice is not None and self.preferences.tell_done and not self.window.isActiveWindow():
            self.tray.tell(notice)

    def _show_settings(self) -> None:
        secrets = self._secrets
        self._background.run(lambda: secrets.keeper, self._fill_settings)

    def _fill_settings(self, keeper: Keeper) -> None:
        from ui.pages.settings import Facts  # noqa: PLC0415 - as its page

        unreadable = (
            one.path for one in self.controller.situation.problems if one.reason in UNREADABLE
        )
        facts = Facts(self._data, keeper, self._autostart.enabled, tuple(dict.fromkeys(unreadable)))
        self.settings.show_settings(self.controller.situation.plan, self.preferences, facts)

    def _start_with_session(self, on: bool) -> None:
        command = start_command(self._data)
        self._saver.save(
            (lambda: self._autostart.enable(command)) if on else self._autostart.disable
        )

    def _note_gap(self, gap: Gap) -> None:
        self._saver.save(lambda: write_down(gap, self._log))

    def _remember(self, preferences: Preferences) -> None:
        """Keep what was chosen, and look like it."""
        self.preferences = preferences
        theme.theme().set_appearance(preferences.appearance)
        self._saver.save(lambda: save_preferences(self._data, preferences))
