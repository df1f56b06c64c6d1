"""Settings: every choice is kept at once, there is nothing to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from backupclient.plan import BackupPlan, BandwidthHours, Schedule, When
from backupclient.secret_store import Keeper
from backupclient.wire.automatic import SurroundingsTold
from ui.dialogs.path_dialogs import ask_folder
from ui.icons import Icon
from ui.pages.page import Page
from ui.pages.settings_advanced import AdvancedSection
from ui.pages.settings_conditions import Conditions
from ui.pages.settings_hours import HoursPart
from ui.pages.settings_parts import Choice, Lines, Section, SettingRow, SwitchRow
from ui.pages.settings_storage import SecuritySection, StorageSection
from ui.preferences import Preferences
from ui.presets import Junk
from ui.theme import Appearance, TextSize
from ui.widgets.boxes import row
from ui.widgets.buttons import Button, Segments
from ui.widgets.fields import TimeField
from ui.widgets.texts import Text
from ui.wording_settings import junk_words, limit_text, room_text

_MEGABYTE = 1_000_000
_LIMITS = (0, 1, 2, 5, 10, 20, 50)
_MOST_WIDE = 860
_APPEARANCES = (Appearance.SYSTEM, Appearance.LIGHT, Appearance.DARK)


class Facts(NamedTuple):
    """What is there beside plan and preferences. `unreadable` are files that could not be read:
    leaving them out is offered."""

    data: Path
    keeper: Keeper = Keeper.FILE
    autostart: bool = False
    unreadable: tuple[str, ...] = ()


class SettingsPage(Page):
    """Shows what it is told; its signals carry what was chosen, whole."""

    plan_changed = Signal(object)
    """A `BackupPlan`."""
    preferences_changed = Signal(object)
    """`Preferences`."""
    autostart_changed = Signal(bool)
    change_place = Signal()
    change_limit = Signal()
    change_password = Signal()
    show_keys = Signal()
    new_sheet = Signal()
    wanted = Signal()
    """The page came to the front: show it what holds now."""

    def __init__(self) -> None:
        super().__init__()
        self._plan: BackupPlan | None = None
        self._preferences = Preferences()
        self._facts = Facts(Path())
        self.body.addWidget(Text(self.tr("Settings"), TextSize.LARGE, weight=600))
        self.body.addSpacing(24)
        self._of_plan = [
            self._folders_section(),
            self._left_out_section(),
            self._when_section(),
            *self._storage_sections(),
        ]
        for section in (
            *self._of_plan,
            self._notifications_section(),
            self._window_section(),
            self._advanced_section(),
        ):
            self.body.addWidget(section)
        self.body.addStretch(1)

    def shown(self) -> None:
        self.wanted.emit()

    def margins(self) -> tuple[int, int, int, int]:
        """Lines no wider than can be read. By a margin, since layouts reckon a paragraph's height
        without regard to how wide it may become."""
        left, above, right, below = super().margins()
        return left, above, max(right, self.width() - left - _MOST_WIDE), below

    def show_settings(
        self, plan: BackupPlan | None, preferences: Preferences, facts: Facts
    ) -> None:
        self._plan, self._preferences, self._facts = plan, preferences, facts
        for section in self._of_plan:
            section.setVisible(plan is not None)
        if plan is not None:
            self._show_plan(plan)
        for name, line in self._telling.items():
            line.show_on(bool(getattr(preferences, name)))
        self._appearance.choose(_APPEARANCES.index(preferences.appearance))
        self._autostart.show_on(facts.autostart)
        self._advanced.show_plan(plan, facts.data)
        self._advanced.show_support(preferences.support_address)

    def show_possible(self, told: SurroundingsTold) -> None:
        """What nobody can choose here."""
        self._conditions.show_possible(told)

    # --- what is backed up ------------------------------------------------------------------------

    def _folders_section(self) -> Section:
        section = Section(self.tr("Folders"))
        self._folders = Lines(Icon.NAV_FILES, self.tr("Take out"), self._remove_folder)
        section.add(self._folders)
        add = Button(self.tr("Add a folder…"), self._choose_folder, icon=Icon.PLUS)
        section.add(
            SettingRow(
                self.tr("Another folder"),
                self.tr("If you take a folder out, what the backup has of it stays."),
                add,
            )
        )
        return section

    def _left_out_section(self) -> Section:
        section = Section(self.tr("Left out"))
        self._junk = {
            kind: SwitchRow(name, line, self._switch_junk)
            for kind, (name, line) in junk_words().items()
        }
        for kind, line in self._junk.items():
            line.switch.setProperty("junk", kind.name)
            section.add(line)
        self._caches = SwitchRow(
            self.tr("Folders marked as caches"),
            self.tr("Programs mark them with a file named CACHEDIR.TAG."),
            self._switch_caches,
        )
        section.add(self._caches)
        self._rules = Lines(Icon.STATE_LEFT_OUT, self.tr("No longer leave out"), self._remove_rule)
        section.add(self._rules)
        self._rule = QLineEdit()
        self._rule.setAccessibleName(self.tr("A rule of your own"))
        self._rule.setPlaceholderText(self.tr("A name or pattern, like *.iso"))
        self._rule.setMinimumWidth(280)
        self._rule.returnPressed.connect(self._add_rule)
        adding = QWidget()
        layout = row(spacing=8)
        layout.addWidget(self._rule)
        layout.addWidget(Button(self.tr("Leave out"), self._add_rule))
        adding.setLayout(layout)
        adding.setAccessibleName(self.tr("A rule of your own"))
        section.add(SettingRow(self.tr("A rule of your own"), "", adding))
        leave_out = Button(self.tr("Leave them out"), self._leave_out_unreadable)
        self._offer = SettingRow(self.tr("Files that cannot be read"), " ", leave_out)
        section.add(self._offer)
        return section

    def _when_section(self) -> Section:
        section = Section(self.tr("When"))
        often = (
            (self.tr("As soon as files change"), When.CONTINUOUS),
            (self.tr("Every hour"), When.HOURLY),
            (self.tr("Every day"), When.DAILY),
            (self.tr("Only by hand"), When.BY_HAND),
        )
        self._how_often = Choice(often, self._choose_when)
        section.add(SettingRow(self.tr("Back up"), "", self._how_often))
        self._at = TimeField(self.tr("Time of day"))
        self._at.editingFinished.connect(self._choose_time)
        self._at_row = SettingRow(
            self.tr("Time of day"),
            self.tr("If the computer is off then, the backup begins when it is on again."),
            self._at,
        )
        section.add(self._at_row)
        self._conditions = Conditions(
            self._switch_battery, self._switch_metered, self._switch_awake
        )
        self._limit = Choice(
            tuple((limit_text(number * _MEGABYTE), number * _MEGABYTE) for number in _LIMITS),
            self._choose_limit,
        )
        for line in (
            *self._conditions.rows,
            SettingRow(
                self.tr("Send at most"),
                self.tr("Leaves room for calls and films on a slow line."),
                self._limit,
            ),
        ):
            section.add(line)
        self._hours = HoursPart(tuple(one * _MEGABYTE for one in _LIMITS), self._choose_hours)
        section.add(self._hours)
        return section

    def _storage_sections(self) -> tuple[Section, Section]:
        self._storage, security = StorageSection(), SecuritySection()
        self._storage.change_place.connect(self.change_place)
        self._storage.change_limit.connect(self.change_limit)
        security.change_password.connect(self.change_password)
        security.show_keys.connect(self.show_keys)
        security.new_sheet.connect(self.new_sheet)
        return self._storage, security

    # --- the program ------------------------------------------------------------------------------

    def _notifications_section(self) -> Section:
        section = Section(self.tr("Notifications"))
        self._telling = {
            name: SwitchRow(title, line, self._switch_telling)
            for name, title, line in (
                (
                    "tell_needs_you",
                    self.tr("When something needs you"),
                    self.tr("Once for each cause; it goes when it is over."),
                ),
                ("tell_nearly_full", self.tr("When the storage is nearly full"), ""),
                ("tell_no_backup", self.tr("When there was no backup for days"), ""),
                (
                    "tell_done",
                    self.tr("When the first backup or a restore is done"),
                    self.tr("Backups that simply go well are never told."),
                ),
            )
        }
        for name, line in self._telling.items():
            line.switch.setProperty("telling", name)
            section.add(line)
        return section

    def _window_section(self) -> Section:
        section = Section(self.tr("Appearance and start"))
        self._appearance = Segments(
            ((None, self.tr("System")), (None, self.tr("Light")), (None, self.tr("Dark"))),
            self._choose_appearance,
        )
        section.add(SettingRow(self.tr("Colours"), "", self._appearance))
        self._autostart = SwitchRow(
            self.tr("Start with the computer"),
            self.tr("The icon appears when you log in, the window stays closed."),
            self.autostart_changed.emit,
        )
        section.add(self._autostart)
        return section

    def _advanced_section(self) -> Section:
        self._advanced = AdvancedSection()
        self._advanced.report_url_chosen.connect(self._choose_report_url)
        self._advanced.support_address_chosen.connect(self._choose_support_address)
        return self._advanced

    # --- showing ----------------------------------------------------------------------------------

    def _show_plan(self, plan: BackupPlan) -> None:
        self._folders.show_lines(plan.folders, removable=len(plan.folders) > 1)
        rules = set(plan.rules)
        for kind, line in self._junk.items():
            line.show_on(rules >= set(kind.value))
        covered = {one for kind in Junk for one in kind.value if rules >= set(kind.value)}
        self._rules.show_lines(tuple(rule for rule in plan.rules if rule not in covered))
        self._caches.show_on(plan.exclude_caches)
        schedule = plan.schedule
        self._how_often.show_value(schedule.when)
        self._at.setTime(QTime.fromString(schedule.at, "HH:mm"))
        self._at_row.setVisible(schedule.when is When.DAILY)
        self._conditions.show_schedule(schedule)
        self._limit.show_value(plan.bandwidth.upload, limit_text(plan.bandwidth.upload))
        self._hours.show_hours(plan.bandwidth.hours)
        self._storage.show_plan(plan, self._facts.keeper, room_text(plan.storage.limit))
        new = self._new_unreadable()
        self._offer.setVisible(bool(new))
        self._offer.show_line(self.tr("%n file(s) could not be read last time.", "", len(new)))

    def _new_unreadable(self) -> tuple[str, ...]:
        rules = set(self._plan.rules) if self._plan else set()
        return tuple(path for path in self._facts.unreadable if path not in rules)

    # --- what was chosen --------------------------------------------------------------------------

    def _change_plan(self, **changes: object) -> None:
        if self._plan is not None:
            plan = msgspec.structs.replace(self._plan, **changes)
            self.show_settings(plan, self._preferences, self._facts)
            self.plan_changed.emit(plan)

    def _change_schedule(self, **changes: object) -> None:
        if self._plan is not None:
            schedule: Schedule = msgspec.structs.replace(self._plan.schedule, **changes)
            self._change_plan(schedule=schedule)

    def _change_preferences(self, **changes: object) -> None:
        self._preferences = msgspec.structs.replace(self._preferences, **changes)
        self.preferences_changed.emit(self._preferences)

    def add_folder(self, folder: str) -> None:
        """Chosen by hand; what is there already changes nothing. Of a link, what it leads to."""
        folder = str(Path(folder).resolve()) if folder else ""
        if self._plan is not None and folder and folder not in self._plan.folders:
            self._change_plan(folders=(*self._plan.folders, folder))

    def _choose_folder(self) -> None:
        ask_folder(self, self.tr("Add a folder"), self.add_folder)

    def _remove_folder(self, folder: str) -> None:
        if self._plan is not None:
            self._change_plan(folders=tuple(one for one in self._plan.folders if one != folder))

    def _change_rules(self, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> None:
        if self._plan is not None:
            rules = (*(one for one in self._plan.rules if one not in remove), *add)
            self._change_plan(rules=tuple(dict.fromkeys(rules)))

    def _switch_junk(self, on: bool) -> None:
        patterns = Junk[str(self.sender().property("junk"))].value
        self._change_rules(*((patterns, ()) if on else ((), patterns)))

    def _switch_caches(self, on: bool) -> None:
        self._change_plan(exclude_caches=on)

    def _add_rule(self) -> None:
        rule = self._rule.text().strip()
        if rule:
            self._rule.clear()
            self._change_rules(add=(rule,))

    def _remove_rule(self, rule: str) -> None:
        self._change_rules(remove=(rule,))

    def _leave_out_unreadable(self) -> None:
        self._change_rules(add=self._new_unreadable())

    def _choose_when(self, when: object) -> None:
        self._change_schedule(when=when)

    def _choose_time(self) -> None:
        at = self._at.time().toString("HH:mm")
        if self._plan is not None and at != self._plan.schedule.at:
            self._change_schedule(at=at)

    def _switch_battery(self, wait: bool) -> None:
        self._change_schedule(on_battery=not wait)

    def _switch_metered(self, wait: bool) -> None:
        self._change_schedule(on_metered=not wait)

    def _switch_awake(self, on: bool) -> None:
        self._change_schedule(keep_awake=on)

    def _choose_limit(self, limit: object) -> None:
        if self._plan is not None:
            bandwidth = msgspec.structs.replace(self._plan.bandwidth, upload=limit)
            self._change_plan(bandwidth=bandwidth)

    def _choose_hours(self, hours: tuple[BandwidthHours, ...]) -> None:
        if self._plan is not None:
            bandwidth = msgspec.structs.replace(self._plan.bandwidth, hours=hours)
            self._change_plan(bandwidth=bandwidth)

    def _switch_telling(self, on: bool) -> None:
        self._change_preferences(**{str(self.sender().property("telling")): on})

    def _choose_appearance(self, number: int) -> None:
        self._change_preferences(appearance=_APPEARANCES[number])

    def _choose_support_address(self, address: str) -> None:
        if address != self._preferences.support_address:
            self._change_preferences(support_address=address)

    def _choose_report_url(self, url: str) -> None:
        self._change_plan(report_url=url)
