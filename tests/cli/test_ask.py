"""`backupclient ask`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from backupclient.cli import ask
from backupclient.cli.main import parse
from backupclient.support import unanswered
from backupclient.support.help_articles import articles
from tests.cli.screens import Screen


def asked(*arguments: str) -> tuple[int, Screen]:
    screen = Screen().configure(json="--json" in arguments, quiet=False, verbose=0)
    return ask.run(parse("ask", ask, list(arguments)), screen.terminal), screen


def test_the_best_answer_is_given_in_full_and_without_marks() -> None:
    code, screen = asked("does", "it", "work", "on", "linux")
    assert code == 0
    assert screen.out[0] == "Is my system supported?"
    assert screen.out[2].startswith("  Linux: yes")
    assert not [line for line in screen.out if "**" in line or "](" in line]


def test_what_else_may_answer_is_named() -> None:
    _, screen = asked("password")
    others = screen.out[screen.out.index("Also:") + 1 :]
    assert {line.strip() for line in others} <= {one.title for one in articles("en").values()}
    assert others


def test_without_a_question_all_are_listed() -> None:
    code, screen = asked()
    assert code == 0
    assert screen.out == [article.title for article in articles("en").values()]


def test_for_programs() -> None:
    code, screen = asked("--json", "storage", "full")
    (line,) = screen.out
    found = msgspec.json.decode(line, type=list[ask.Answered])
    assert code == 0
    assert found[0].name == "storage-full"
    assert "storage-full" in found[0].codes


def test_a_question_without_an_answer_is_kept(tmp_path: Path) -> None:
    code, screen = asked("xyzzy", "plugh", "--data-dir", str(tmp_path))
    assert code == 1
    assert screen.out == []
    assert len(screen.err) == 1
    assert [one.question for one in unanswered.read(tmp_path)] == ["xyzzy plugh"]
