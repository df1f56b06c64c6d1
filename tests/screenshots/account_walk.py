"""python -m tests.screenshots.account_walk [--out DIR] [--language CODE]: what somebody new sees,
from an invitation to a bigger plan: the real window, the real service before a real SeaweedFS, and
Chromium."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from playwright.sync_api import Page, sync_playwright
from PySide6.QtWidgets import QApplication

from backupclient.account_server.invitations import Invitations
from backupclient.account_server.offers import Offer, Period, Price
from backupclient.clock import SystemClock
from backupclient.storage.seaweed import EmbeddedServer
from backupclient.wire.household import AccountState
from tests.accounts import PASSWORD as ACCOUNT_PASSWORD
from tests.accounts import Accounts, running, storage_of
from tests.needs import find_browser
from tests.screenshots.account import FLAGS, SCHEMES
from tests.screenshots.camera import Camera
from tests.screenshots.desk import MB, PASSWORD, Desk, until
from tests.screenshots.family import no_browser
from ui import theme
from ui.app import App
from ui.links import AppLink
from ui.pages.page import PageName

_PRICE = Price(amount=3600, currency="EUR", period=Period.YEAR)
OFFERS = (
    Offer(offer_id="trial", name="Trial", limit=300 * MB, seats=3, on_sale=False),
    Offer(offer_id="family", name="Family", limit=1000 * MB, seats=5, price=_PRICE),
    Offer(offer_id="large", name="Large", limit=4000 * MB, seats=5, price=_PRICE),
)


class Walk:
    """Pictures are numbered in the order in which they are seen."""

    def __init__(self, accounts: Accounts, page: Page, camera: Camera, out: Path) -> None:
        self._accounts = accounts
        self._page = page
        self._camera = camera
        self._out = out
        self._number = 0

    def take(self, desk: Desk) -> None:
        self._join()
        with desk.window() as app:
            self._sign_in(app)
            self._begin(app)
            self._fill_up(desk, app)
            self._buy()
            self._come_back(app)

    def _join(self) -> None:
        page = self._page
        page.goto(Invitations(self._accounts.service, self._accounts.shop).make(offer_id="trial"))
        self._shoot_page("invitation")
        page.locator("#email").fill("anna@example.org")
        page.locator("#password").fill(ACCOUNT_PASSWORD)
        page.locator("main button").click()
        self._shoot_page("plan")

    def _sign_in(self, app: App) -> None:
        steps = app.first_run
        assert steps is not None
        until(lambda: steps.choices.counted)
        steps.main.click()
        steps.where.show_kind(2)
        self._shoot(app, "where-to")
        part = steps.where.sign_in
        part.address.edit.setText(self._accounts.url)
        part.button.click()
        until(lambda: part.status.state is AccountState.SIGNING_IN)
        self._shoot(app, "code")
        self._page.goto(part.status.verification_uri_complete)
        self._shoot_page("let-it-in")
        self._page.locator("button[value=approve]").click()
        self._shoot_page("it-is-in")
        until(steps.main.isEnabled)
        self._shoot(app, "signed-in")

    def _begin(self, app: App) -> None:
        steps = app.first_run
        assert steps is not None
        steps.main.click()
        steps.key.password.field.edit.setText(PASSWORD)
        self._shoot(app, "password")
        steps.main.click()
        until(lambda: steps.key.at_sheet)
        steps.key.sheet.field.setText(steps.choices.recovery_key[-4:])
        steps.main.click()
        self._shoot(app, "start")
        steps.main.click()

    def _fill_up(self, desk: Desk, app: App) -> None:
        situation = app.controller.situation
        until(lambda: situation.summary is not None)
        self._shoot(app, "first-backup")
        until(lambda: self._counted() > 200 * MB)  # the storage counts a little late
        desk.add_photos("New", 20)
        app.controller.back_up()
        until(lambda: situation.waiting is not None and situation.waiting.code == "storage-full")
        self._counted()
        self._shoot(app, "full")
        app.window.go_to(PageName.STORAGE)
        self._shoot(app, "storage-full")

    def _counted(self) -> int:
        self._accounts.sweep()
        provisioner = self._accounts.service.provisioner
        provisioner.enforce_limits()
        return max(provisioner.used().values())

    def _buy(self) -> None:
        page = self._page
        page.goto("/plan")
        self._shoot_page("plan-full")
        page.locator("button[name=offer_id]").first.click()
        self._shoot_page("pay")
        page.locator("button[value=pay]").click()
        page.wait_for_selector(".disc.safe")
        self._shoot_page("paid")
        assert page.locator("a.main").get_attribute("href") == AppLink.BOUGHT

    def _come_back(self, app: App) -> None:
        app.open_wish(AppLink.BOUGHT)
        situation = app.controller.situation
        until(lambda: situation.walk is not None and situation.walk.done)
        self._shoot(app, "bought")
        until(lambda: situation.summary is not None)
        app.window.go_to(PageName.HOME)
        self._shoot(app, "safe")

    def _name(self, what: str) -> str:
        self._number += 1
        return f"{self._number:02}-{what}"

    def _shoot(self, app: App, what: str) -> None:
        self._camera.take(app.window, self._name(what))

    def _shoot_page(self, what: str) -> None:
        name = self._name(what)
        for scheme in SCHEMES:
            self._page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self._page.screenshot(path=self._out / f"{name}-{scheme}.png")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots.account_walk")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots/account-walk"))
    parser.add_argument("--language", default="en_GB", help="en_GB or de_DE")
    asked = parser.parse_args()
    out: Path = asked.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationDisplayName("Plainkeep")
    camera = Camera(out, frozenset())
    camera.speak(qt, asked.language)
    theme.install(qt).reduced_motion = True
    with ExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="plainkeep-", dir="/var/tmp")
        work = Path(stack.enter_context(folder))
        server = stack.enter_context(EmbeddedServer(work / "storage", iam=True))
        url, storage = f"sqlite:///{work / 'account.db'}", storage_of(server)
        accounts = stack.enter_context(running(url, storage, SystemClock(), offers=OFFERS))
        stack.enter_context(no_browser())
        desk = Desk(work / "desk")
        desk.fill()
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=find_browser(), args=FLAGS
        )
        page = browser.new_page(
            base_url=accounts.url,
            viewport={"width": 1180, "height": 760},
            locale=asked.language.replace("_", "-"),
        )
        Walk(accounts, page, camera, out).take(desk)
        browser.close()
    print(f"pictures in {out}")


if __name__ == "__main__":
    main()
