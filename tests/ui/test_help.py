"""Help finds the explanation of what somebody types or pastes, without the network."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.test_home import texts
from ui.explained import explain_code
from ui.help_search import answers
from ui.pages.help import HelpPage
from ui.theme import Theme


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("my storage is full", "storage-full"),
        ("wrong password", "wrong-password"),
        ("dial tcp 10.0.0.1:443: connect: no route to host", "storage-unreachable"),
        ("(SlowDown) when calling the PutObject operation", "storage-busy"),
        ("wrong passw", "wrong-password"),
        ("storage-full", "storage-full"),
    ],
)
def test_the_first_answer_is_what_was_meant(asked: str, code: str) -> None:
    assert answers(asked)[0].code.split(".")[0] == code


def test_words_that_fit_nothing_find_nothing() -> None:
    assert answers("zzyzx") == ()
    assert answers("") == ()
    assert answers("the is of") == ()


def test_no_title_is_shown_twice() -> None:
    titles = [answer.title for answer in answers("storage")]
    assert len(titles) == len(set(titles)) > 3


@pytest.fixture
def help_page(theme: Theme, qtbot: QtBot) -> HelpPage:
    page = HelpPage()
    qtbot.addWidget(page)
    page.show()
    page.shown()
    return page


def test_an_answer_opens_by_mouse_and_keyboard(help_page: HelpPage, qtbot: QtBot) -> None:
    QTest.keyClicks(help_page.search, "storage full")
    QTest.keyClick(help_page.search, Qt.Key.Key_Return)
    first = help_page.rows[0]
    told = explain_code("storage-full")
    assert first.opened
    whole = {told.title, told.your_data, told.next_step, *told.steps}
    qtbot.waitUntil(lambda: whole <= texts(help_page), timeout=5000)
    QTest.keyClick(first, Qt.Key.Key_Space)
    opened = [first.opened]
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    opened.append(first.opened)
    assert opened == [False, True]


def test_something_is_offered_before_anything_is_typed(help_page: HelpPage) -> None:
    assert len(help_page.rows) >= 4
    assert all(not row.opened for row in help_page.rows)


def test_the_page_of_one_problem(help_page: HelpPage) -> None:
    help_page.open_code("wrong-password")
    [row] = help_page.rows
    assert (row.code, row.opened) == ("wrong-password", True)
