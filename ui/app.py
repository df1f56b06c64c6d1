"""The application: one process, one window, its tray icon; the engine is another process."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from backupclient.clock import Clock, SystemClock
from backupclient.plan import load_plan
from backupclient.secret_store import SecretStore
from backupclient.settings import folders
from ui import theme, wording
from ui.controller import Controller
from ui.main_window import MainWindow
from ui.pages.home import HomePage
from ui.pages.page import Page, PageName


class App:
    """The window over one data folder. Belongs to the window's thread."""

    def __init__(self, data: Path, clock: Clock, secrets: SecretStore) -> None:
        self._clock = clock
        plan = load_plan(data)
        self.controller = Controller(data, plan, clock, secrets)
        self.home = HomePage()
        pages: dict[PageName, Page] = {PageName.HOME: self.home}
        self.window = MainWindow(pages, (plan and plan.computer) or socket.gethostname())
        self._connect()

    def start(self) -> None:
        """Show the window, then look for the engine: the first does not wait for the second."""
        self._show()
        self.window.show()
        self.controller.start()

    def close(self) -> None:
        self.controller.close()
        self.window.close()

    def _connect(self) -> None:
        self.controller.changed.connect(self._show)
        self.home.back_up_now.connect(self.controller.back_up)
        self.home.pause.connect(self.controller.pause)
        self.home.resume.connect(self.controller.go_on)
        self.home.stop.connect(self.controller.stop)

    def _show(self) -> None:
        view = wording.home_view(self.controller.situation, None, self._clock.now())
        self.home.show_view(view)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m ui`; the command is `backupclient app`."""
    parser = argparse.ArgumentParser(prog="backupclient app")
    parser.add_argument("--data-dir", default=None)
    args = parser.parse_args(arguments)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("plainkeep")
    qt.setApplicationDisplayName("Plainkeep")
    qt.setDesktopFileName("plainkeep")
    theme.install(qt)
    data = folders(args.data_dir).data
    app = App(data, SystemClock(), SecretStore(data))
    app.start()
    try:
        return qt.exec()
    finally:
        app.close()
