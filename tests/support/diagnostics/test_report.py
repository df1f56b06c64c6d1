"""`report.html` in a browser: complete without a network, in reach on a phone, whole on paper."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from backupclient.support.diagnostics.report import report
from tests.needs import find_browser
from tests.support.diagnostics.sample import HOSTILE, bundle

pytestmark = pytest.mark.needs_browser

PICTURES = os.environ.get("REPORT_PICTURES", "")
"""A folder to put pictures into, to be looked at."""
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def asked() -> list[str]:
    """What the page wanted from anywhere else."""
    return []


@pytest.fixture
def page(browser: Browser, tmp_path: Path, asked: list[str]) -> Iterator[Page]:
    file = tmp_path / "report.html"
    file.write_text(report(bundle()), "utf-8")
    context = browser.new_context(viewport={"width": 1180, "height": 900}, offline=True)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    yield page
    context.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_it_needs_nothing_but_itself_and_runs_nothing(page: Page, asked: list[str]) -> None:
    assert [url for url in asked if not url.startswith("file:")] == []
    assert len(asked) == 1
    assert page.title().startswith("Bericht für die Hilfe")
    assert page.locator("script, img, link, iframe").count() == 0
    assert HOSTILE in page.inner_text("body")


def test_it_leads_with_what_is_needed_in_this_order(page: Page) -> None:
    picture(page, "wide")
    text = page.inner_text("body")
    order = (
        *(
            "Anna",
            "Ihr Speicher ist voll.",
            "Sicher: 56.000 Dateien",
            "storage-full",
            "\nSchritte\n",
            "\nBefehl\n",
            "nichts muss noch einmal gekauft werden",
        ),
        *("Läufe, die neuesten zuerst", "Ein Byte geschrieben", "Speicher und Tarif", "Versionen"),
    )
    places = [text.find(word) for word in order]
    assert -1 not in places
    assert places == sorted(places)
    first = page.locator("section.card").first.bounding_box()
    assert first
    assert first["y"] < 600, "without scrolling"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_off(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 360, "height": 740})
    picture(page, f"narrow-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(27, 26, 25)" if scheme == "dark" else "rgb(251, 250, 248)")


def test_on_paper_it_is_dark_on_white_and_whole(page: Page, tmp_path: Path) -> None:
    paper = Path(PICTURES or tmp_path) / "report.pdf"
    page.pdf(path=paper, format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) <= 4
    page.emulate_media(media="print", color_scheme="dark")
    picture(page, "printed")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
