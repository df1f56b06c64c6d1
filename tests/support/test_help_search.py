"""The help answers questions as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backupclient.support import unanswered
from backupclient.support.explainer import explain_code
from backupclient.support.help_articles import articles
from backupclient.support.help_articles import asked as asked_for
from backupclient.support.help_search import HelpSearch, answers

QUESTIONS = Path(__file__).parent / "questions"


def asked(name: str) -> list[tuple[str, set[str]]]:
    lines = (QUESTIONS / f"{name}.txt").read_text("utf-8").splitlines()
    pairs = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [(question, set(names.split(", "))) for question, names in pairs]


@pytest.mark.parametrize(
    ("name", "language", "of", "least"),
    [
        ("en", "en", 60, 57),
        ("later", "en", 79, 75),
        ("unseen", "en", 28, 26),
        ("upset", "en", 89, 80),
        ("fresh", "en", 16, 9),  # 11 on the day when they were written down; each change moves it
        ("de", "de", 33, 31),
        ("upset-de", "de", 82, 77),
        ("fresh-de", "de", 14, 8),  # 10 on that day
    ],
)
def test_questions_as_people_type_them_find_their_article(
    name: str, language: str, of: int, least: int, record_property: Callable[[str, object], None]
) -> None:
    questions = asked(name)
    search = HelpSearch(language)
    missed = [
        question
        for question, wanted in questions
        if not wanted & {article.name for article in search.find(question)[:3]}
    ]
    search.close()
    found = len(questions) - len(missed)
    record_property("score", f"help ({name}): {found} of {len(questions)} questions answered")
    assert len(questions) == of
    assert all(wanted <= set(articles(language)) for _, wanted in questions)
    assert found >= least, missed


@pytest.mark.parametrize(
    "question", ["", "  ", "?", "fahrrad kette", "xyzzy plugh", '"', "what is", "a OR *"]
)
def test_what_nobody_wrote_about_has_no_answer(question: str) -> None:
    assert answers(question) == ()


def test_a_pasted_message_finds_the_article_about_it() -> None:
    text = "An error occurred (SignatureDoesNotMatch) when calling the PutObject operation"
    assert answers(text)[0].name == "key-refused"


def test_the_title_of_every_problem_finds_the_article_about_it() -> None:
    search = HelpSearch()
    missed = [
        code
        for article in articles("en").values()
        for code in article.codes
        if article not in search.find(explain_code(code).title)
    ]
    search.close()
    assert missed == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_article_is_found_by_each_way_to_ask_for_it(language: str) -> None:
    search = HelpSearch(language)
    ways = asked_for(language)
    missed = [
        way
        for name, questions in ways.items()
        for way in questions
        if name not in {article.name for article in search.find(way)[:3]}
    ]
    search.close()
    assert ways.keys() == articles(language).keys()
    assert missed == []


def test_typing_errors_and_half_words_are_understood() -> None:
    for question in ("storge ful", "exlude foldr", "forgoten pasword", "notif"):
        assert answers(question), question
    assert answers("passw")[0].name in {"forgot-password", "change-password"}


def test_questions_without_an_answer_are_kept_each_once_and_not_for_ever(tmp_path: Path) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    assert unanswered.read(tmp_path) == ()
    unanswered.remember(tmp_path, "  what   is this ", now)
    unanswered.remember(tmp_path, "another", now)
    unanswered.remember(tmp_path, "what is this", now)
    unanswered.remember(tmp_path, "   ", now)
    assert [one.question for one in unanswered.read(tmp_path)] == ["another", "what is this"]
    for number in range(unanswered.MOST):
        unanswered.remember(tmp_path, f"question {number}", now)
    kept = unanswered.read(tmp_path)
    assert len(kept) == unanswered.MOST
    assert kept[-1].question == f"question {unanswered.MOST - 1}"
    assert [path.name for path in tmp_path.iterdir()] == [unanswered.FILE_NAME]


def test_a_spoilt_line_costs_itself_alone(tmp_path: Path) -> None:
    unanswered.remember(tmp_path, "one", datetime(2026, 5, 1, tzinfo=UTC))
    with (tmp_path / unanswered.FILE_NAME).open("ab") as file:
        file.write(b"{half a li")
    assert [one.question for one in unanswered.read(tmp_path)] == ["one"]
    unanswered.remember(tmp_path / "not there", "x", datetime(2026, 5, 1, tzinfo=UTC))
