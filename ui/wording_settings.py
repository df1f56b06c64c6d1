"""What the settings page calls things that are known by value elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QTime

from backupclient.plan import BandwidthHours
from ui import numbers
from ui.phrases import fill
from ui.presets import Junk


def limit_text(bytes_per_second: int) -> str:
    """A limit of bandwidth, or that there is none."""
    if not bytes_per_second:
        return QCoreApplication.translate("SettingsPage", "No limit")
    return numbers.rate(bytes_per_second)


def hours_text(hours: BandwidthHours) -> str:
    """ "08:00 to 18:00: 1.0 MB/s"."""
    words = QCoreApplication.translate("SettingsPage", "%1 to %2: %3")
    start, end = (
        QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
        for at in hours.span
    )
    words = fill(words, start, end)
    return words.replace("%3", limit_text(hours.upload))


def room_text(limit: int) -> str:
    """How much the backup may take."""
    if not limit:
        return QCoreApplication.translate("SettingsPage", "As much as there is.")
    words = QCoreApplication.translate("SettingsPage", "At most %1.")
    return words.replace("%1", numbers.size(limit))


def junk_words() -> dict[Junk, tuple[str, str]]:
    """What each kind of junk is called, and what is left out by it."""
    tr = QCoreApplication.translate
    return {
        Junk.CACHES: (
            tr("SettingsPage", "Caches and previews"),
            tr("SettingsPage", "What programs make again by themselves."),
        ),
        Junk.TRASH: (
            tr("SettingsPage", "The trash"),
            tr("SettingsPage", "What you have thrown away."),
        ),
        Junk.TEMPORARY: (
            tr("SettingsPage", "Temporary files"),
            tr("SettingsPage", "Downloads that are not done, and what programs hold open."),
        ),
        Junk.MADE_AGAIN: (
            tr("SettingsPage", "What developers' tools fetch again"),
            tr("SettingsPage", "Such as node_modules; a project's own files are kept."),
        ),
    }
