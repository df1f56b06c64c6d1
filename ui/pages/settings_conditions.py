"""What a backup waits for, and what waits for it: as far as the computer can tell."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from backupclient.plan import Schedule
from backupclient.wire.automatic import SurroundingsTold
from ui.pages.settings_parts import SwitchRow


class Conditions:
    """The `rows` of a section. Each of the three hears how its switch stands from now on."""

    def __init__(
        self,
        on_battery: Callable[[bool], None],
        on_metered: Callable[[bool], None],
        on_awake: Callable[[bool], None],
    ) -> None:
        tr = QCoreApplication.translate
        self._battery = SwitchRow(
            tr("SettingsPage", "Wait while running on battery"),
            "",
            on_battery,
            tr("SettingsPage", "This computer has no battery."),
        )
        self._metered = SwitchRow(
            tr("SettingsPage", "Wait on metered connections"),
            tr("SettingsPage", "Such as a phone's hotspot."),
            on_metered,
            tr(
                "SettingsPage",
                "This computer does not tell programs which connections are metered.",
            ),
        )
        self._awake = SwitchRow(
            tr("SettingsPage", "Keep the computer awake during a backup"),
            tr("SettingsPage", "Only while it is plugged in."),
            on_awake,
            tr("SettingsPage", "This computer does not let programs keep it awake."),
        )
        self.rows = (self._battery, self._metered, self._awake)

    def show_schedule(self, schedule: Schedule) -> None:
        self._battery.show_on(not schedule.on_battery)
        self._metered.show_on(not schedule.on_metered)
        self._awake.show_on(schedule.keep_awake)

    def show_possible(self, told: SurroundingsTold) -> None:
        """What nobody can choose here."""
        self._battery.show_possible(told.battery)
        self._metered.show_possible(told.metered)
        self._awake.show_possible(told.awake)
