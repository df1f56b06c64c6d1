"""python -m tests.screenshots [--out DIR] [--scale N]: every page in light and dark, at 100 % and
200 %, with nothing yet, as usual, at work and in trouble, without a screen."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeView

from backupclient.events import JobState
from backupclient.plan import When
from tests.screenshots.desk import MB, PASSWORD, Desk, restless, until
from ui import theme, translations
from ui.app import App
from ui.dialogs.first_run import FirstRun
from ui.pages.page import PageName
from ui.theme import Appearance

_SCALES = (1, 2)
_SETTLED_MS = 500
"""After so long a page shows what it has asked for, and nothing moves any more."""


class Camera:
    """Takes pictures of a window into a folder."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self.taken = 0

    def take(self, app: App, name: str) -> None:
        """What is in front, in both appearances."""
        for appearance in (Appearance.DARK, Appearance.LIGHT):
            theme.theme().set_appearance(appearance)
            QTest.qWait(_SETTLED_MS if appearance is Appearance.DARK else 50)
            file = self._out / f"{name}-{appearance.value}.png"
            assert app.window.grab().save(str(file)), f"{file} cannot be written"
            self.taken += 1

    def take_pages(self, app: App, state: str) -> None:
        app.window.go_to(PageName.FILES)
        QTest.qWait(_SETTLED_MS)
        _open(app.files.tree_view)
        app.window.go_to(PageName.RESTORE)
        app.restore.by_file.field.setText("letter 1")
        QTest.qWait(4 * _SETTLED_MS)
        for page in PageName:
            app.window.go_to(page)
            self.take(app, f"{page.value}-{state}")


def _open(tree: QTreeView) -> None:
    """The last folder and the last in it, as somebody would who looks for new pictures."""
    index = QModelIndex()
    model = tree.model()
    for _ in range(3):
        index = model.index(max(0, model.rowCount(index) - 1), 0, index)
        tree.expand(index)
        QTest.qWait(_SETTLED_MS)


def first_run(desk: Desk, camera: Camera) -> None:
    with desk.window() as app:
        steps = app.first_run
        assert steps is not None
        until(lambda: steps.choices.counted)
        for name in _steps(steps, Path(desk.location)):
            camera.take(app, f"first-run-{name}")


def _steps(steps: FirstRun, drive: Path) -> Iterator[str]:
    yield "1-what"
    steps.main.click()
    yield "2-where"
    steps.where.drives.choose_folder(drive)
    until(steps.main.isEnabled)
    steps.main.click()
    yield "3-password"
    steps.key.password.field.edit.setText(PASSWORD)
    steps.main.click()
    until(lambda: steps.key.at_sheet)
    yield "3-sheet"
    steps.key.sheet.field.setText(steps.choices.recovery_key[-4:])
    steps.main.click()
    yield "4-start"


def nothing_yet(desk: Desk, camera: Camera) -> None:
    desk.set_up()
    desk.plan(when=When.BY_HAND)
    with desk.window() as app:
        camera.take_pages(app, "empty")


def as_usual(desk: Desk, camera: Camera) -> None:
    desk.live_through_days()
    desk.plan(when=When.HOURLY, limit=2000 * MB)
    with desk.window() as app:
        # It finds that an hour has passed since the last, and backs up.
        until(lambda: app.controller.situation.summary is not None)
        camera.take_pages(app, "normal")


def at_work(desk: Desk, camera: Camera) -> None:
    desk.add_photos("11 Holiday", 40)
    desk.plan(when=When.BY_HAND, upload=MB, limit=2000 * MB)
    with desk.window() as app:
        app.controller.back_up()
        until(lambda: app.controller.situation.state is JobState.RUNNING)
        QTest.qWait(4000)
        camera.take_pages(app, "busy")
        app.controller.stop()
        until(lambda: app.controller.situation.state is None)


def in_trouble(desk: Desk, camera: Camera) -> None:
    desk.add_photos("12 Birthday", 40)
    desk.plan(when=When.BY_HAND, limit=desk.stored() + 20 * MB, gone=True)
    with restless(desk.folders[0] / "Mail archive.mbox"), desk.window() as app:
        app.controller.back_up()
        until(lambda: app.controller.situation.state is JobState.WAITING)
        camera.take_pages(app, "trouble")


def photograph(out: Path) -> int:
    """All of it at the scale of this process; returns how many pictures there are."""
    out.mkdir(parents=True, exist_ok=True)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationDisplayName("Plainkeep")
    translations.install(qt)
    theme.install(qt).reduced_motion = True
    camera = Camera(out)
    with tempfile.TemporaryDirectory(prefix="plainkeep-", dir="/var/tmp") as work:
        desk = Desk(Path(work))
        desk.fill()
        for state in (first_run, nothing_yet, as_usual, at_work, in_trouble):
            state(desk, camera)
    return camera.taken


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("--out", default="build/screenshots")
    parser.add_argument("--scale", type=int, choices=_SCALES, help="this one only")
    options = parser.parse_args()
    out = Path(options.out)
    if options.scale and os.environ.get("QT_SCALE_FACTOR") == str(options.scale):
        print(f"{photograph(out)} pictures in {out}")
        return 0
    for scale in (options.scale,) if options.scale else _SCALES:
        argv = [sys.executable, "-m", "tests.screenshots", "--scale", str(scale)]
        argv += ["--out", str(out / f"{scale}00")]
        environ = {**os.environ, "QT_SCALE_FACTOR": str(scale)}
        subprocess.run(argv, env=environ, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
