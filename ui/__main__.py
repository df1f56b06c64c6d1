"""`python -m ui` opens the window; the command is `backupclient app`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from backupclient import lifeline
from backupclient.clock import SystemClock
from backupclient.logs.crashes import noticed
from backupclient.logs.log import Program
from backupclient.secret_store import SecretStore
from backupclient.settings import folders
from ui import theme, translations
from ui.app import App
from ui.garbage import CycleCollector
from ui.link_handler import LinkEvents, link_command, link_handler
from ui.links import read_link
from ui.motion import SystemMotion
from ui.pages.page import PageName
from ui.saver import Saver
from ui.single_instance import SingleInstance


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="backupclient app")
    parser.add_argument("--data-dir", default=None)
    parser.add_argument("--background", action="store_true")
    parser.add_argument("--page", default="", choices=["", *PageName])
    parser.add_argument("link", nargs="*")
    args = parser.parse_args(arguments)
    data = folders(args.data_dir).data
    if not _is_own(data):  # Qt's dialogs note which folders they have shown
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(data))
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("plainkeep")
    qt.setApplicationDisplayName("Plainkeep")
    qt.setDesktopFileName("plainkeep")
    qt.setQuitOnLastWindowClosed(False)
    wish = read_link(" ".join(args.link)) or args.page
    only = SingleInstance(data)
    if not only.claim(wish):
        return 0
    translations.install(qt)
    theme.install(qt)
    motion = SystemMotion()
    CycleCollector(qt)
    app, saver, events = App(data, SystemClock(), SecretStore(data)), Saver(), LinkEvents()
    if sys.platform == "darwin":  # the others start a program; who hears every event slows each
        qt.installEventFilter(events)
    events.opened.connect(app.open_wish)
    only.raised.connect(app.open_wish)
    lifeline.watch(os.environ, app.presence.left_alone.emit)
    with noticed(data, Program.WINDOW, SystemClock()):
        app.window.seen.connect(motion.look)
        app.start(background=args.background, wish=wish)
        if _is_own(data):
            saver.save(lambda: link_handler().register(link_command(data)))
        try:
            return qt.exec()
        finally:
            only.close()
            motion.close()
            app.close()
            saver.close()


def _is_own(data: Path) -> bool:
    """Whether it is the user's data folder: one that was named to try something out gets no
    links."""
    return data == folders().data


if __name__ == "__main__":
    sys.exit(main())
