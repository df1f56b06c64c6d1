"""What the settings page calls things that are known by value elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui import numbers
from ui.presets import Junk


def limit_text(bytes_per_second: int) -> str:
    """A limit of bandwidth, or that there is none."""
    if not bytes_per_second:
        return QCoreApplication.translate("SettingsPage", "No limit")
    return numbers.rate(bytes_per_second)


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
