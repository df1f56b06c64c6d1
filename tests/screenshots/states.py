"""The states that are photographed, one after the other: what each makes of the computer, and what
is taken of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from PySide6.QtTest import QTest

from backupclient.events import JobState
from backupclient.plan import When
from backupclient.requests import Overwrite
from tests.screenshots.camera import SETTLED_MS, Camera
from tests.screenshots.desk import MB, PASSWORD, Desk, restless, until
from tests.screenshots.dialogs import AT_WORK, IN_PEACE, take_dialogs
from ui.app import App
from ui.dialogs.first_run import FirstRun
from ui.dialogs.question import Question
from ui.pages.page import PageName
from ui.restorer import RestoreState

MAIL = "Mail archive.mbox"
_BUDGET = ("Documents", "Household", "holiday-budget.ods")


class State(Protocol):
    """What comes next in the life of a computer. Without a camera it only happens."""

    def __call__(self, desk: Desk, camera: Camera | None) -> None: ...


def first_run(desk: Desk, camera: Camera | None) -> None:
    if camera is None:
        return
    with desk.window() as app:
        steps = app.first_run
        assert steps is not None
        until(lambda: steps.choices.counted)
        for name in _steps(steps, Path(desk.location)):
            camera.take_both_sizes(app, f"first-run-{name}")


def _steps(steps: FirstRun, drive: Path) -> Iterator[str]:
    yield "1-what"
    steps.restore.click()
    steps.new_computer.address.edit.setText("https://keep.example.net/k7-2041")
    yield "1-new-computer"
    steps.back.click()
    steps.back.click()
    steps.main.click()
    steps.where.show_kind(1)
    yield "2-account"
    steps.where.show_kind(2)
    yield "2-plan"
    steps.where.show_kind(0)
    steps.where.drives.choose_folder(drive)
    until(steps.main.isEnabled)
    yield "2-where"
    steps.main.click()
    steps.key.password.field.edit.setText(PASSWORD)
    yield "3-password"
    steps.main.click()
    until(lambda: steps.key.at_sheet)
    steps.key.sheet.field.setText(steps.choices.recovery_key[-4:-1])
    yield "3-sheet"
    steps.key.sheet.field.setText(steps.choices.recovery_key[-4:])
    steps.main.click()
    yield "4-start"


def nothing_yet(desk: Desk, camera: Camera | None) -> None:
    desk.set_up()
    desk.plan(when=When.BY_HAND)
    if camera is not None:
        with desk.window() as app:
            camera.take_pages(app, "empty")


def as_usual(desk: Desk, camera: Camera | None) -> None:
    desk.live_through_days()
    desk.plan(when=When.HOURLY, limit=2000 * MB)
    if camera is None:
        return
    with desk.window() as app:
        # It finds that an hour has passed since the last, and backs up.
        until(lambda: app.controller.situation.summary is not None)
        camera.take_pages(app, "normal", narrow=True)
        camera.take_file(app, "normal", _BUDGET)
        take_restore(app, desk, camera)
        camera.take_menu(app)
        take_dialogs(app, camera, IN_PEACE)


def take_restore(app: App, desk: Desk, camera: Camera) -> None:
    """By date, everything, the question before files are replaced, and the end."""
    app.window.go_to(PageName.RESTORE)
    page = app.restore
    page.segments.choose(1)
    page.show_side(1)
    until(lambda: page.by_date.tree.item_of(os.fsencode(desk.folders[0])) is not None)
    camera.take(app.window, "restore-by-date")
    page.segments.choose(2)
    page.show_side(2)
    QTest.qWait(2 * SETTLED_MS)
    camera.take(app.window, "restore-everything")
    page.restore_to(str(desk.home / "Documents"))
    page.footer.overwrite = Overwrite.ALWAYS
    page.start()
    until(lambda: bool(app.window.findChildren(Question)))
    question = app.window.findChildren(Question)[0]
    camera.take(question, "dialog-replace")
    question.reject()
    page.footer.overwrite = Overwrite.KEEP_BOTH
    page.restore_to(str(desk.home.parent / "restored"))
    page.start()
    until(lambda: page.restorer.state is RestoreState.DONE)
    camera.take(app.window, "restore-done")


def at_work(desk: Desk, camera: Camera | None) -> None:
    desk.add_photos("11 Holiday", 40)
    desk.plan(when=When.BY_HAND, upload=MB // 2, limit=2000 * MB)
    if camera is None:
        return
    with desk.window() as app:
        app.controller.back_up()
        until(lambda: app.controller.situation.state is JobState.RUNNING)
        QTest.qWait(4000)
        take_dialogs(app, camera, AT_WORK)
        camera.take_pages(app, "busy")
        app.controller.stop()
        until(lambda: app.controller.situation.state is None)


def in_trouble(desk: Desk, camera: Camera | None) -> None:
    desk.add_photos("12 Birthday", 40)
    desk.plan(when=When.BY_HAND, limit=desk.stored() + 20 * MB, gone=True)
    if camera is None:
        return
    with restless(desk.folders[0] / MAIL), desk.window() as app:
        app.controller.back_up()
        until(lambda: app.controller.situation.state is JobState.WAITING)
        camera.take_pages(app, "trouble", narrow=True)
        camera.take_file(app, "trouble", ("Documents", MAIL), narrow=True)


STATES: dict[str, State] = {
    "first-run": first_run,
    "empty": nothing_yet,
    "normal": as_usual,
    "busy": at_work,
    "trouble": in_trouble,
}
"""Of one computer, in this order."""
