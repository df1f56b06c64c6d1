"""The tray says what home says, in five states; it tells once, and closing strands nobody."""

from __future__ import annotations

import configparser
import os
import plistlib
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QImage
from pytestqt.qtbot import QtBot

from backupclient.events import BackupSummary, JobState, RestoreSummary
from backupclient.wire.answers import Amount
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance
from backupclient.wire.entitlement import Entitlement, Source
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import JobInfo, JobKind, Jobs, Outcome
from backupclient.wire.overview import PlaceOverview
from backupclient.wire.protocol import Batch
from tests.fakes import ManualClock
from tests.patience import PATIENCE_MS
from tests.ui.test_home import RUNNING, SAFE
from tests.ui.test_wording import status
from ui import notices, numbers
from ui.autostart import Autostart, DesktopEntry, LaunchAgent, RunKey, start_command
from ui.main_window import MainWindow
from ui.notices import Cause, Notice
from ui.pages.home_view import HomeView, Mood, Offer, StorageCard
from ui.pages.page import Page, PageName
from ui.preferences import Preferences, load_preferences, save_preferences
from ui.presence import Presence
from ui.single_instance import SingleInstance, server_name
from ui.situation import Ended, Situation
from ui.theme import Appearance, Theme
from ui.tray import Tray, TrayState, tray_icon, tray_state

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PROBLEM = SAFE._replace(mood=Mood.PROBLEM, sentence="3 files need you")


def test_every_mood_is_one_of_the_five_states() -> None:
    assert {tray_state(mood) for mood in Mood} == set(TrayState)


def shown(state: TrayState, *, dark: bool, size: int = 16) -> QImage:
    return tray_icon(state, dark=dark).pixmap(size, size).toImage()


def test_the_icons_differ_by_shape_alone(theme: Theme) -> None:
    shapes = set()
    for state in TrayState:
        image = shown(state, dark=False)
        shapes.add(
            tuple(
                image.pixelColor(x, y).alpha() > 127
                for x in range(image.width())
                for y in range(image.height())
            )
        )
    assert len(shapes) == len(TrayState)


def test_only_who_is_needed_sees_colour_and_edges_are_whole_pixels(theme: Theme) -> None:
    for dark in (False, True):
        for state in TrayState:
            image = shown(state, dark=dark)
            colour = image.pixelColor(8, 2 if state is TrayState.NO_BACKUP else 14)
            grey = max(abs(colour.red() - colour.green()), abs(colour.green() - colour.blue())) < 12
            assert grey is (state not in {TrayState.NEEDS_YOU, TrayState.NO_BACKUP}), state
    edge = [shown(TrayState.SAFE, dark=False).pixelColor(1, y).alpha() for y in range(4, 11)]
    assert set(edge) == {255}


class Desktop:
    """A window, its tray and what they say, without an engine."""

    def __init__(self, qtbot: QtBot) -> None:
        self.preferences = Preferences()
        self.situation = Situation(None)
        self.situation.reachable = True
        self.clock = ManualClock(NOW)
        self.told: list[Notice] = []
        self.tray = _ToldTray(self.told)
        pages: dict[PageName, Page] = {name: Page() for name in PageName}
        self.window = MainWindow(pages, pages.__getitem__, "Home PC")
        qtbot.addWidget(self.window)
        self.presence = Presence(
            self.window, self.tray, lambda: self.situation, lambda: self.preferences, self.clock
        )
        self.presence.remember.connect(self.remember)

    def remember(self, preferences: Preferences) -> None:
        self.preferences = preferences

    def run_backup(self, state: JobState = JobState.RUNNING) -> None:
        job = JobInfo(
            job="1",
            kind=JobKind.BACKUP,
            location="x",
            subject=("y",),
            state=state,
            created=NOW,
        )
        self.situation.take_jobs(Jobs(id=1, jobs=(job,)), NOW)

    def action(self, text: str) -> QAction:
        [found] = [one for one in self.tray.menu.actions() if one.text() == text]
        return found


class _ToldTray(Tray):
    """A desktop with a tray cannot be had without a screen: what it would be told is kept."""

    def __init__(self, told: list[Notice]) -> None:
        super().__init__()
        self._told = told
        self.has_tray = True
        self.withdrawn: list[str] = []

    @property
    def there(self) -> bool:
        return self.has_tray

    def tell(self, notice: Notice) -> None:
        self._told.append(notice)

    def withdraw(self, cause: str) -> None:
        super().withdraw(cause)
        self.withdrawn.append(cause)


@pytest.fixture
def desktop(theme: Theme, qtbot: QtBot) -> Desktop:
    return Desktop(qtbot)


def test_the_menu_says_the_sentence_and_offers_what_fits(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.presence.show_view(SAFE)
    assert desktop.tray.menu.actions()[0].text() == "Everything is safe"
    assert desktop.tray.icon.toolTip() == "Everything is safe"
    with qtbot.waitSignal(desktop.tray.back_up_now, timeout=PATIENCE_MS):
        desktop.action("Back up now").trigger()
    desktop.presence.show_view(RUNNING)
    assert desktop.tray.menu.actions()[0].text() == "Backing up: 60 % safe"
    assert not desktop.action("Back up now").isVisible()
    desktop.presence.show_view(RUNNING._replace(mood=Mood.PAUSED, offer=Offer.GO_ON))
    assert not desktop.action("Pause").isVisible()
    with qtbot.waitSignal(desktop.tray.resume, timeout=PATIENCE_MS):
        desktop.action("Go on").trigger()


def test_the_menu_says_what_is_stored_of_which_plan(desktop: Desktop) -> None:
    desktop.presence.show_view(SAFE._replace(storage=None))
    seen = [one for one in desktop.tray.menu.actions() if one.isVisible()]
    assert all(one.text() or one.isSeparator() for one in seen)
    desktop.presence.show_view(SAFE)
    assert desktop.action("126 of 200 GB").isVisible()
    plan = Entitlement(
        source=Source.SERVICE, as_of=NOW, name="Family", limit=200 * 10**9, renews=NOW
    )
    desktop.situation.take_batch(Batch(job="", plan=plan), NOW)
    desktop.presence.show_view(SAFE)
    desktop.action(f"126 of 200 GB · Family · renews on {numbers.date(NOW)}").trigger()
    assert desktop.window.current is PageName.STORAGE


def test_a_pause_for_a_time_says_for_how_long(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.presence.show_view(SAFE)
    spans: list[float] = []
    desktop.tray.pause.connect(spans.append)
    pause = desktop.action("Pause").menu()
    assert pause is not None
    for action in pause.actions():  # type: ignore[attr-defined]
        action.trigger()
    assert spans == [1800.0, 7200.0, 86400.0]


def test_the_menu_opens_pages(desktop: Desktop) -> None:
    desktop.presence.show_view(SAFE)
    desktop.action("Restore a file…").trigger()
    assert desktop.window.isVisible()
    opened = [desktop.window.current]
    desktop.tray.menu.actions()[0].trigger()
    opened.append(desktop.window.current)
    assert opened == [PageName.RESTORE, PageName.HOME]


# --- notifications --------------------------------------------------------------------------------


def test_what_needs_somebody_is_told_once_and_withdrawn_when_over(desktop: Desktop) -> None:
    for _ in range(3):
        desktop.presence.show_view(PROBLEM)
    assert [notice.title for notice in desktop.told] == ["3 files need you"]
    desktop.presence.show_view(SAFE)
    assert desktop.tray.withdrawn == [Cause.FILES]
    desktop.presence.show_view(PROBLEM)
    assert len(desktop.told) == 2


def test_a_backup_at_work_decides_nothing(desktop: Desktop) -> None:
    desktop.presence.show_view(PROBLEM)
    desktop.run_backup()
    desktop.presence.show_view(RUNNING)
    assert not desktop.tray.withdrawn
    desktop.situation.take_jobs(Jobs(id=2, jobs=()), NOW)
    desktop.presence.show_view(PROBLEM)
    assert len(desktop.told) == 1


def test_an_error_says_what_it_means_for_the_data(desktop: Desktop) -> None:
    failure = Failure(code="wrong-password")
    desktop.situation.last = Ended(Outcome(state=JobState.FAILED, failure=failure), NOW)
    desktop.presence.show_view(PROBLEM._replace(sentence="The password is another"))
    [notice] = desktop.told
    assert notice.cause == "wrong-password"
    assert notice.body
    assert notice.page is PageName.PROBLEMS


@pytest.mark.parametrize(
    ("view", "cause", "switch"),
    [
        (SAFE._replace(mood=Mood.OLD, sentence="No backup for 4 days"), "old", "tell_no_backup"),
        (PROBLEM, "files", "tell_needs_you"),
        (
            SAFE._replace(storage=StorageCard("190", "of 200 GB", 0.95, full=False, lines=())),
            "nearly-full",
            "tell_nearly_full",
        ),
    ],
)
def test_each_kind_is_told_unless_it_was_switched_off(
    desktop: Desktop, view: HomeView, cause: str, switch: str
) -> None:
    decision = notices.decide(view, desktop.situation, Preferences(), NOW)
    assert [notice.cause for notice in decision.tell] == [cause]
    off = notices.decide(
        view, desktop.situation, msgspec.structs.replace(Preferences(), **{switch: False}), NOW
    )
    assert not off.tell


def test_what_something_worse_hides_is_not_told_again(desktop: Desktop) -> None:
    desktop.situation.overview = PlaceOverview(
        status=status(safe=Amount(9, 9), problem=Amount(3, 5))
    )
    view = PROBLEM._replace(storage=StorageCard("190", "of 200 GB", 0.95, full=False, lines=()))
    desktop.presence.show_view(view)
    assert {notice.cause for notice in desktop.told} == {"files", "nearly-full"}
    failure = Failure(code="wrong-password")
    desktop.situation.last = Ended(Outcome(state=JobState.FAILED, failure=failure), NOW)
    desktop.presence.show_view(view._replace(sentence="The password is wrong"))
    desktop.situation.last = None
    desktop.presence.show_view(view)
    assert [notice.cause for notice in desktop.told[2:]] == ["wrong-password"]
    assert desktop.tray.withdrawn == ["wrong-password"]


def test_what_is_put_off_is_told_again_tomorrow_if_it_still_is_so(desktop: Desktop) -> None:
    desktop.presence.show_view(PROBLEM)
    [told] = desktop.told
    assert told.later == "Remind me tomorrow"
    desktop.tray.put_off.emit(told)
    assert desktop.tray.withdrawn == ["files"]
    desktop.clock.advance(23 * 3600)
    desktop.presence.show_view(PROBLEM)
    assert len(desktop.told) == 1
    desktop.clock.advance(2 * 3600)
    for _ in range(2):
        desktop.presence.show_view(PROBLEM)
    assert [one.cause for one in desktop.told] == ["files", "files"]
    desktop.tray.put_off.emit(told)
    desktop.presence.show_view(SAFE)
    assert not desktop.preferences.put_off, "it is over"


def test_a_recovery_sheet_that_was_put_off_is_reminded_of_until_it_is_made(
    desktop: Desktop,
) -> None:
    desktop.presence.remember_sheet(later=True)
    desktop.presence.show_view(SAFE)
    assert not desktop.told, "tomorrow is early enough"
    desktop.clock.advance(25 * 3600)
    for _ in range(2):
        desktop.presence.show_view(SAFE)
    [told] = desktop.told
    assert told.makes_sheet
    desktop.tray.put_off.emit(told)
    desktop.clock.advance(25 * 3600)
    desktop.presence.show_view(SAFE)
    assert len(desktop.told) == 2
    desktop.presence.remember_sheet()
    desktop.presence.show_view(SAFE)
    assert desktop.tray.withdrawn[-1] == "sheet"


def test_the_first_backup_is_told_and_no_other(desktop: Desktop) -> None:
    summary = BackupSummary(snapshot_id="1")
    for _ in range(2):
        desktop.situation.last = Ended(Outcome(state=JobState.DONE, summary=summary), NOW)
        desktop.presence.show_view(SAFE)
    assert [notice.cause for notice in desktop.told] == [Cause.FIRST_BACKUP]


def test_a_blocked_account_is_told_on_each_day_it_is_met_until_it_is_open_again(
    desktop: Desktop,
) -> None:
    failure = Failure(code="account-blocked")
    days = [NOW, NOW + timedelta(hours=1), NOW + timedelta(days=1), NOW + timedelta(days=2)]
    for at in days:
        desktop.situation.last = Ended(Outcome(state=JobState.FAILED, failure=failure), at)
        desktop.presence.show_view(PROBLEM)
        desktop.presence.show_view(PROBLEM)
    assert len(desktop.told) == 3
    assert len(desktop.tray.withdrawn) == 2, "one at a time"
    desktop.situation.last = None  # started anew; the engine still says so
    desktop.situation.automation = AutomationStatus(
        state=AutomationState.SCHEDULED, hindrance=Hindrance(code="account-blocked")
    )
    desktop.presence.show_view(PROBLEM)
    assert len(desktop.told) == 3
    desktop.situation.automation = None
    desktop.presence.show_view(SAFE)
    assert len(desktop.tray.withdrawn) == 3


def test_without_an_engine_nothing_is_over(desktop: Desktop) -> None:
    desktop.presence.show_view(PROBLEM)
    desktop.situation.lose()
    desktop.presence.show_view(SAFE)
    assert not desktop.tray.withdrawn


def test_what_was_told_is_not_told_again_after_a_start(tmp_path: Path) -> None:
    known = Preferences(told=frozenset({"files"}), appearance=Appearance.DARK)
    save_preferences(tmp_path, known)
    assert load_preferences(tmp_path) == known
    (tmp_path / "window.json").write_text("{")
    assert load_preferences(tmp_path) == Preferences()


# --- closing and quitting -------------------------------------------------------------------------


def test_the_window_closes_to_the_tray_and_that_is_said_once(desktop: Desktop) -> None:
    desktop.presence.open()
    for _ in range(2):
        desktop.window.show()
        desktop.window.close()
        assert not desktop.window.isVisible()
    assert [notice.cause for notice in desktop.told] == [Cause.CLOSED]


def press(desktop: Desktop, text: str) -> None:
    assert desktop.presence.question is not None
    [button] = [one for one in desktop.presence.question.buttons if one.text() == text]
    button.click()


def test_without_a_tray_closing_asks(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.tray.has_tray = False
    desktop.presence.open(PageName.FILES)
    desktop.window.close()
    assert desktop.window.isVisible()
    press(desktop, "Make it small")
    assert desktop.window.isMinimized()
    desktop.presence.open_named("")
    assert not desktop.window.isMinimized()
    assert desktop.window.current is PageName.FILES


def test_quitting_in_mid_backup_says_what_goes_on(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.run_backup()
    desktop.presence.ask_to_quit()
    assert desktop.presence.question is not None
    assert desktop.presence.question.windowTitle() == "Quit while a backup is at work?"
    assert "everything that has arrived is kept" in desktop.presence.question.text.text()
    press(desktop, "Cancel")
    desktop.presence.ask_to_quit()
    with qtbot.waitSignal(desktop.presence.stop_backup, timeout=PATIENCE_MS):
        press(desktop, "Stop it and quit")


# --- one instance, and starting with the session --------------------------------------------------


def test_a_second_start_raises_the_first(qapp: object, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    other = SingleInstance(tmp_path / "other")
    assert first.claim()
    assert other.claim()
    with qtbot.waitSignal(first.raised, timeout=PATIENCE_MS) as raised:
        assert not second.claim("restore")
    assert raised.args == ["restore"]
    first.close()
    assert second.claim()
    second.close()
    other.close()


@pytest.mark.skipif(os.name == "nt", reason="pipes leave nothing behind")
def test_what_a_crash_leaves_behind_is_replaced(qapp: object, qtbot: QtBot, tmp_path: Path) -> None:
    import socket
    import tempfile

    stale = Path(tempfile.gettempdir()) / server_name(tmp_path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(stale))
    assert stale.exists()
    only = SingleInstance(tmp_path)
    assert only.claim()
    assert stale.stat().st_mode & 0o077 == 0
    only.close()


AWKWARD = ("/opt/a b/python", "-m", "ui", 'C:\\it\'s "100%" `$HOME`')


def test_an_autostart_entry_says_what_to_start(tmp_path: Path) -> None:
    entry = DesktopEntry(tmp_path / "autostart")
    entry.enable(AWKWARD)
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(tmp_path / "autostart" / "plainkeep.desktop", encoding="utf-8")
    command = parser["Desktop Entry"]["Exec"]
    unescaped = command.replace("\\\\", "\\").replace("%%", "%")
    shown = subprocess.run(
        ["sh", "-c", f"printf '%s\\0' {unescaped}"], capture_output=True, check=True
    )
    assert tuple(shown.stdout.decode().split("\0")[:-1]) == AWKWARD, "a shell reads it the same"
    assert parser["Desktop Entry"]["Type"] == "Application"


def test_a_launch_agent_says_what_to_start(tmp_path: Path) -> None:
    agent = LaunchAgent(tmp_path)
    agent.enable(AWKWARD)
    content = plistlib.loads((tmp_path / "org.plainkeep.app.plist").read_bytes())
    assert tuple(content["ProgramArguments"]) == AWKWARD
    assert content["RunAtLoad"] is True


WAYS: tuple[Callable[[Path], Autostart], ...] = (
    DesktopEntry,
    LaunchAgent,
    lambda folder: RunKey(QSettings(str(folder / "run.ini"), QSettings.Format.IniFormat)),
)


@pytest.mark.parametrize("make", WAYS, ids=["linux", "macos", "windows"])
def test_it_is_switched_on_and_off(make: Callable[[Path], Autostart], tmp_path: Path) -> None:
    assert not make(tmp_path).enabled
    make(tmp_path).enable(start_command(tmp_path))
    assert make(tmp_path).enabled
    make(tmp_path).disable()
    make(tmp_path).disable()
    assert not make(tmp_path).enabled


def test_an_entry_that_the_desktop_switched_off_is_off(tmp_path: Path) -> None:
    entry = DesktopEntry(tmp_path)
    entry.enable(("x",))
    with (tmp_path / "plainkeep.desktop").open("a") as file:
        file.write("X-GNOME-Autostart-enabled=false\n")
    assert not entry.enabled


def test_a_restore_is_told(theme: Theme) -> None:
    done = notices.restored(Outcome(state=JobState.DONE, summary=RestoreSummary(target="x")))
    assert done is not None
    assert done.page is PageName.RESTORE
    assert notices.restored(Outcome(state=JobState.STOPPED)) is None
