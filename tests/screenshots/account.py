"""python -m tests.screenshots.account [--out DIR]: every page of the account service, by Chromium,
on the real service before a real SeaweedFS: light and dark, in each language, wide and narrow."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from backupclient.account_server.invitations import Invitations
from backupclient.account_server.standing import DATA_KEPT
from backupclient.account_server.tables import Device, StoragePlace
from backupclient.account_server.texts import LANGUAGES
from backupclient.storage.seaweed import EmbeddedServer
from tests.accounts import PASSWORD, Accounts, Computer, running, storage_of
from tests.fakes import ManualClock
from tests.needs import find_browser
from tests.screenshots import account_agents

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = {"wide": (1180, 760), "narrow": (390, 844)}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
GB = 1_000_000_000


class View(NamedTuple):
    """One way to look at a page."""

    name: str
    page: Page


class Camera:
    """Everybody looks over the same person's shoulder: `person` does things, and each view shows
    what is to be seen then."""

    def __init__(self, browser: Browser, url: str, out: Path) -> None:
        self._out = out
        self.taken = 0
        self.person = browser.new_context(base_url=url, reduced_motion="reduce").new_page()
        self._views = [
            View(
                f"{language}-{scheme}-{width}",
                browser.new_context(
                    base_url=url,
                    locale=language,
                    color_scheme=scheme,
                    reduced_motion="reduce",
                    viewport={"width": size[0], "height": size[1]},
                ).new_page(),
            )
            for language, scheme, (width, size) in product(LANGUAGES, SCHEMES, WIDTHS.items())
        ]

    def take(self, name: str, path: str = "") -> None:
        """The page at `path`, or where the person is."""
        cookies = self.person.context.cookies()
        for view in self._views:
            context = view.page.context
            context.clear_cookies()
            context.add_cookies(cookies)  # type: ignore[arg-type] # as they were told
            view.page.goto(path or self.person.url)
            self._save(view.page, f"{name}-{view.name}")

    def take_answer(self, name: str) -> None:
        """What the person sees now, which came of a form and cannot be asked for again."""
        for scheme in SCHEMES:
            self.person.emulate_media(color_scheme=scheme)
            self._save(self.person, f"{name}-en-{scheme}-wide")
        self.person.emulate_media(color_scheme="light")

    def _save(self, page: Page, name: str) -> None:
        page.screenshot(path=self._out / f"{name}.png", full_page=True)
        self.taken += 1


def photograph(accounts: Accounts, camera: Camera) -> None:
    page = camera.person
    camera.take("sign-in", "/")
    camera.take("forgotten", "/password")
    camera.take("nothing-here", "/join/nonsense")
    _come_in(accounts, camera)
    computer = _let_in(accounts, camera)
    _buy(accounts, camera)
    _live(accounts, camera, computer)
    page.goto("/plan")
    page.locator("form[action='/invite'] button").click()
    camera.take_answer("invited")
    page.goto("/plan")
    page.locator("form[action='/sign-out'] button").click()
    page.locator("#email").fill("ana@example.org")
    page.locator("#password").fill("not this one")
    page.locator("main button").click()
    camera.take_answer("sign-in-wrong")


def _come_in(accounts: Accounts, camera: Camera) -> None:
    address = Invitations(accounts.service, accounts.shop).make(offer_id="trial")
    page = camera.person
    page.goto(address)
    camera.take("join")
    page.locator("#email").fill("ana@example.org")
    page.locator("#password").fill(PASSWORD)
    page.locator("#name").fill("Elm Street")
    page.locator("main button").click()
    camera.take("plan-new", "/plan")


def _let_in(accounts: Accounts, camera: Camera) -> Computer:
    page = camera.person
    camera.take("device-code", "/device")
    camera.take("device-wrong", "/device?user_code=BCDF-GHJK")
    begun = accounts.begin("Study PC")
    page.goto(f"/device?user_code={begun['user_code']}")
    camera.take("device")
    page.locator("button[value=approve]").click()
    camera.take_answer("device-done")
    told = accounts.ask_token(begun["device_code"]).json()
    for name in ("Anna's laptop", "Home PC", "Old PC"):
        other = accounts.begin(name)
        page.goto(f"/device?user_code={other['user_code']}")
        page.locator("button[value=approve]").click()
        if name == "Old PC":
            camera.take_answer("no-seat")
            page.locator("a[href^='/device/move']").first.click()
            camera.take("move")
        else:
            accounts.ask_token(other["device_code"])
    home = None
    computer = Computer(told["device_id"], told["access_token"], home)  # type: ignore[arg-type]
    accounts.ask(computer, "POST", "/v1/storage/keys").raise_for_status()
    _set(accounts, used=9_300_000_000, waiting=12_400_000_000)
    camera.take("plan-full", "/plan")
    return computer


def _buy(accounts: Accounts, camera: Camera) -> None:
    page = camera.person
    page.goto("/plan")
    page.locator("button[name=offer_id]").nth(1).click()
    camera.take("pay")
    page.locator("button[value=decline]").click()
    camera.take("pay-declined")
    page.locator("button[value=pay]").click()
    accounts.settle()
    page.reload()
    camera.take("done")
    _set(accounts, used=103_100_000_000, waiting=0)
    camera.take("plan", "/plan")


def _live(accounts: Accounts, camera: Camera, computer: Computer) -> None:
    page, clock = camera.person, accounts.clock
    page.goto("/plan")
    page.locator("button[name=offer_id]").first.click()
    camera.take("change")
    camera.take("release", f"/computers/{computer.device_id}/release")
    camera.take("cancel", "/plan/cancel")
    page.goto("/plan/cancel")
    page.locator("main form button").click()
    camera.take("plan-cancelled", "/plan")
    clock.advance(366 * 86400)
    accounts.settle()
    _sign_in(page)
    camera.take("plan-ended", "/plan")
    for after in (DATA_KEPT, timedelta(days=8), timedelta(days=1)):
        clock.advance(after.total_seconds())
        accounts.settle()
    _sign_in(page)
    camera.take("plan-deleted", "/plan")


def _sign_in(page: Page) -> None:
    """Again, after so long."""
    page.goto("/plan")
    if page.locator("#password").count():
        page.locator("#email").fill("ana@example.org")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()


def _set(accounts: Accounts, used: int, waiting: int) -> None:
    """As the storage and the computers tell."""
    now = accounts.clock.now()
    with accounts.service.database.writing() as session:
        for place in session.query(StoragePlace):
            place.used_bytes, place.measured = used, now
        for number, device in enumerate(session.query(Device)):
            device.waiting_bytes = waiting if number == 0 else 0
            device.last_backup = device.created - timedelta(minutes=4) if number else None


@contextmanager
def service(work: Path) -> Iterator[Accounts]:
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedServer(work / "storage", iam=True))
        url = f"sqlite:///{work / 'account.db'}"
        yield stack.enter_context(running(url, storage_of(server), ManualClock()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots.account")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots/account"))
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="plainkeep-", dir="/var/tmp") as name,
        service(Path(name)) as accounts,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        camera = Camera(browser, accounts.url, out)
        photograph(accounts, camera)
        account_agents.photograph(accounts, camera)
        browser.close()
    print(f"{camera.taken} pictures in {out}")


if __name__ == "__main__":
    main()
