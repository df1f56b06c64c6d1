"""Help answers what somebody types or pastes, without the network."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from backupclient.support.help_articles import LINK, article_of, articles
from tests.patience import PATIENCE_MS
from tests.ui.test_home import texts
from ui.explained import explain_code
from ui.pages.help import HelpPage
from ui.pages.help_rows import ArticleText
from ui.theme import Theme


@pytest.fixture
def help_page(theme: Theme, qtbot: QtBot) -> HelpPage:
    page = HelpPage()
    qtbot.addWidget(page)
    page.show()
    page.shown()
    return page


def ask(page: HelpPage, question: str) -> None:
    page.search.clear()
    QTest.keyClicks(page.search, question)
    QTest.keyClick(page.search, Qt.Key.Key_Return)


def test_an_answer_opens_by_mouse_and_keyboard(help_page: HelpPage, qtbot: QtBot) -> None:
    ask(help_page, "can I close the laptop while it runs")
    first = help_page.rows[0]
    assert (first.name, first.opened) == ("close-laptop", True)
    [body] = first.findChildren(ArticleText)
    assert body.markdown == articles("en")["close-laptop"].body
    QTest.keyClick(first, Qt.Key.Key_Space)
    opened = [first.opened]
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=first.rect().topLeft())
    opened.append(first.opened)
    assert opened == [False, True]


def test_a_pasted_error_is_explained_before_the_article_about_it(
    help_page: HelpPage, qtbot: QtBot
) -> None:
    ask(help_page, "(SlowDown) when calling the PutObject operation")
    told = explain_code("storage-busy")
    whole = {told.title, told.your_data, told.next_step, *told.steps}
    qtbot.waitUntil(lambda: whole <= texts(help_page), timeout=PATIENCE_MS)
    article = article_of("storage-busy", "en")
    assert article is not None
    assert [row.name for row in help_page.rows[:2]] == ["storage-busy", article.name]


def test_it_answers_while_one_types(help_page: HelpPage, qtbot: QtBot) -> None:
    QTest.keyClicks(help_page.search, "stuck at 0 perc")
    qtbot.waitUntil(lambda: help_page.rows[0].name == "stands-still", timeout=PATIENCE_MS)
    assert not help_page.rows[0].opened
    answer = articles("en")["stands-still"].answer
    qtbot.waitUntil(lambda: answer in texts(help_page), timeout=PATIENCE_MS)


def test_something_is_offered_before_anything_is_typed(help_page: HelpPage) -> None:
    assert len(help_page.rows) >= 4
    assert all(not row.opened for row in help_page.rows)
    assert help_page.asked_back.isHidden()


def test_the_page_of_one_problem_and_its_article(help_page: HelpPage) -> None:
    help_page.open_code("wrong-password")
    assert [(row.name, row.opened) for row in help_page.rows] == [
        ("wrong-password", True),
        ("forgot-password", False),
    ]


def test_a_link_leads_to_its_article(help_page: HelpPage) -> None:
    ask(help_page, "storage full")
    [body] = help_page.rows[0].findChildren(ArticleText)
    body.linkActivated.emit(f"{LINK}leave-out")
    [row] = help_page.rows
    assert (row.name, row.opened) == ("leave-out", True)


def test_what_has_no_answer_is_kept(help_page: HelpPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(help_page.unanswered, timeout=PATIENCE_MS) as kept:
        ask(help_page, "xyzzy plugh")
    assert kept.args == ["xyzzy plugh"]
    assert help_page.rows == ()
    ask(help_page, "storage full")
    with qtbot.waitSignal(help_page.unanswered, timeout=PATIENCE_MS) as kept:
        QTest.mouseClick(help_page.asked_back.no, Qt.MouseButton.LeftButton)
    assert kept.args == ["storage full"]
    assert "Kept on this computer, for a report to support." in texts(help_page)
